import { Injectable } from '@nestjs/common';
import { Invalid, NotFound } from '../../libs/errors/errors.js';
import type { CompiledSchema, Problem } from '../../libs/generator/index.js';
import type { ProjectScope } from '../access/project-scope.js';
import { CompiledSchemas } from '../schemas/compiled-schemas.js';
import { invalidOverrides, OverridesError, problemsOfSample } from '../schemas/overridden-schema.js';
import { type Overrides, pointerOf } from '../schemas/overrides.js';
import { SchemasService } from '../schemas/schemas.service.js';
import type { RecordRow } from './record.dto.js';
import { RecordsRepository } from './records.repository.js';
import { makingRows } from './no-valid-row.js';
import { renamed } from './renamed.js';
import { StocksRepository } from './stocks.repository.js';

export interface AcceptedValues {
  stockId: string;
  schema: CompiledSchema;
  version: number;
  values: Record<string, unknown>;
}

/** Values on their way into records and out of them. */
@Injectable()
export class RecordValues {
  constructor(
    private readonly schemas: SchemasService,
    private readonly compiled: CompiledSchemas,
    private readonly records: RecordsRepository,
    private readonly stocks: StocksRepository,
  ) {}

  /** The values, with what follows from them filled in, checked against the schema and, where they refer to records, against the environment. Throws 422. */
  async accept(
    scope: ProjectScope,
    schemaId: string,
    environmentId: string,
    given: Record<string, unknown>,
  ): Promise<AcceptedValues> {
    const { schema, version } = await this.writableSchema(scope, schemaId);
    const values = schema.completed(given);
    const problems = schema.check(values);
    if (problems.length > 0) throw brokenRules(problems);
    const dangling = await this.danglingReferences(scope, schema, environmentId, values);
    if (dangling.length > 0) throw brokenRules(dangling);
    const stockId = await this.stocks.ensure(scope, schemaId, environmentId);
    return { stockId, schema, version, values };
  }

  async get(scope: ProjectScope, id: string): Promise<RecordRow> {
    return this.records.getOrThrow(scope, id);
  }

  /** The stock of a schema in an environment; null before it has had a record. */
  async findStock(scope: ProjectScope, schemaId: string, environmentId: string): Promise<string | null> {
    return this.stocks.find(scope, schemaId, environmentId);
  }

  /** The schema, for making records of it in this transaction. Throws 409 `schema.archived`. */
  async writableSchema(scope: ProjectScope, schemaId: string): Promise<{ schema: CompiledSchema; version: number }> {
    const schema = await this.schemas.hold(scope, schemaId);
    return { schema: this.compiled.of(schema), version: schema.version };
  }

  /**
   * The same with other rules for some fields. Throws 422 where these do not go with the schema, where a sample of their rows
   * breaks it, or where a record that they name is not there; `pointer` is where they stand in the request.
   */
  async overriddenSchema(
    scope: ProjectScope,
    schemaId: string,
    environmentId: string,
    overrides: Overrides = {},
    pointer = '/overrides',
  ): Promise<{ schema: CompiledSchema; version: number }> {
    const { schema: base, version } = await this.writableSchema(scope, schemaId);
    if (Object.keys(overrides).length === 0) return { schema: base, version };
    try {
      const schema = await this.compiled.loadOverridden(scope, schemaId, version, overrides);
      const problems = makingRows(() => problemsOfSample(schema, overrides, 'sample'));
      const given = Object.entries(overrides).map(([name, { value }]) => [name, value]);
      const values = Object.fromEntries(given) as Record<string, unknown>;
      const dangling = await this.danglingReferences(scope, base, environmentId, values);
      problems.push(...dangling.map((each) => ({ ...each, pointer: `${pointerOf(each.field)}/value` })));
      if (problems.length > 0) throw invalidOverrides(problems, pointer);
      return { schema, version };
    } catch (error) {
      throw error instanceof OverridesError ? invalidOverrides(error.problems, pointer) : error;
    }
  }

  /** The schema as it is now; within a transaction its unique keys stay so until the end. */
  async currentSchema(scope: ProjectScope, schemaId: string): Promise<CompiledSchema> {
    const schema = await this.compiled.hold(scope, schemaId);
    if (!schema) throw new NotFound('schema.not_found', `There is no schema ${schemaId} in this project.`);
    return schema;
  }

  /** The record's values under the names that the schema's fields have now. */
  async underCurrentNames(scope: ProjectScope, schema: CompiledSchema, row: RecordRow): Promise<RecordRow> {
    const then = await this.compiled.load(scope, row.schema_id, row.schema_version);
    return { ...row, data_values: renamed(row.data_values, then.definition, schema.definition) };
  }

  /** The record with its fields in the order of the definition, which jsonb forgets. */
  async inOrder(scope: ProjectScope, row: RecordRow): Promise<RecordRow> {
    const schema = await this.compiled.load(scope, row.schema_id, row.schema_version);
    return { ...row, data_values: schema.ordered(row.data_values) };
  }

  private async danglingReferences(
    scope: ProjectScope,
    schema: CompiledSchema,
    environmentId: string,
    values: Record<string, unknown>,
  ): Promise<(Problem & { field: string })[]> {
    const links = schema.links(values);
    const existing = new Set<string>();
    for (const schemaId of new Set(links.map((link) => link.schemaId))) {
      const stockId = await this.stocks.find(scope, schemaId, environmentId);
      const ids = links.filter((link) => link.schemaId === schemaId).map(({ id }) => id);
      const found = stockId ? await this.records.listExisting(scope, stockId, ids) : [];
      for (const id of found) existing.add(`${schemaId} ${id}`);
    }
    const dangling = links.filter(({ schemaId, id }) => !existing.has(`${schemaId} ${id.toLowerCase()}`));
    return dangling.map(({ field, schemaId, pointer }) => {
      const message = `${field} must be the id of a record of schema ${schemaId} in the same environment`;
      return { field, pointer, code: 'reference', message };
    });
  }
}

function brokenRules(problems: Problem[]): Invalid {
  const errors = problems.map(({ pointer, code, message }) => ({
    pointer: `/data_values${pointer}`,
    code,
    detail: message,
  }));
  return new Invalid(
    'record.invalid',
    `The values break ${problems.length} rule(s) of the schema; see errors.`,
    errors,
  );
}
