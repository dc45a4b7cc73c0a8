import { Injectable } from '@nestjs/common';
import {
  type AppliedRule,
  compile,
  type CompiledSchema,
  type Problem,
  readDefinition,
  type SchemaDefinition,
} from '../../libs/generator/index.js';
import { Invalid } from '../../libs/errors/errors.js';
import type { ProjectScope } from '../access/project-scope.js';
import type { DataSchema, EmbeddedSchemas } from './data-schema.entity.js';
import { namedSchemas } from './named-schemas.js';
import { requiredCircle } from './reference-circles.js';
import { SchemasRepository } from './schemas.repository.js';

export interface ReadDefinition {
  definition: SchemaDefinition;
  applied: AppliedRule[];
  /** The schemas that stand in it, as they are now. */
  embedded: EmbeddedSchemas;
  compiled: CompiledSchema;
}

export type Together = { problems: Problem[] } | ({ problems: null } & Pick<ReadDefinition, 'embedded' | 'compiled'>);

/** Definitions by id: one schema's and those of all that it names, and that these name, and so on. */
type Surroundings = ReadonlyMap<string, SchemaDefinition>;

/** Judges definitions: by themselves, and together with the schemas that they refer to or embed. */
@Injectable()
export class DefinitionsService {
  constructor(private readonly schemas: SchemasRepository) {}

  /**
   * The definition that was given for the schema `id`, checked and with ids for its fields; `current` is the schema that it
   * replaces. Throws 422 `schema.invalid_definition` with every problem.
   */
  async read(scope: ProjectScope, id: string, given: unknown, current?: DataSchema): Promise<ReadDefinition> {
    const named = current ? withKnownIds(given, current) : given;
    const { definition, applied, problems } = readDefinition(named, { self: id });
    if (!definition) throw invalidDefinition(problems);
    const around = await this.surroundings(scope, id, definition);
    const found = problemsAmong(around, id);
    if (found.length > 0) throw invalidDefinition(found);
    return { definition, applied, ...compiledAmong(around, id) };
  }

  /** What is wrong with a definition that is stored. */
  async problems(scope: ProjectScope, schema: DataSchema): Promise<Problem[]> {
    const { definition, problems } = readDefinition(schema.schemaDefinition);
    if (!definition) return problems;
    return problemsAmong(await this.surroundings(scope, schema.id, definition), schema.id);
  }

  /**
   * A stored definition together with what stands in it by now; a schema that is gone stands in it as it was. Answers with the
   * problems where they do not go together. Schemas that it only refers to are not asked for again.
   */
  async together(scope: ProjectScope, schema: DataSchema): Promise<Together> {
    const found = await this.surroundings(scope, schema.id, schema.schemaDefinition);
    const around = new Map([...Object.entries(schema.embedded), ...found]);
    const resolve = (id: string): SchemaDefinition | undefined => around.get(id);
    const { problems } = readDefinition(schema.schemaDefinition, { resolve });
    const all = [...problems, ...requiredCircle(schema.id, resolve)];
    return all.length > 0 ? { problems: all } : { problems: null, ...compiledAmong(around, schema.id) };
  }

  private async surroundings(scope: ProjectScope, id: string, definition: SchemaDefinition): Promise<Surroundings> {
    const found = new Map([[id, definition]]);
    let wanted = namedSchemas(definition);
    while (wanted.length > 0) {
      const unseen = [...new Set(wanted.map((named) => named.id))].filter((each) => !found.has(each));
      const schemas = unseen.length > 0 ? await this.schemas.listByIds(scope, unseen) : [];
      for (const schema of schemas) found.set(schema.id, schema.schemaDefinition);
      wanted = schemas.flatMap((schema) => namedSchemas(schema.schemaDefinition));
    }
    return found;
  }
}

function problemsAmong(around: Surroundings, id: string): Problem[] {
  const resolve = (each: string): SchemaDefinition | undefined => around.get(each);
  const definition = around.get(id) as SchemaDefinition;
  const named = namedSchemas(definition);
  const references = named.flatMap(({ id: target, rule, pointer, field }): Problem[] => {
    if (rule !== 'reference_schema_id') return [];
    if (!around.has(target)) {
      const message = `the project has no schema ${target} to refer to`;
      return [{ pointer: `${pointer}/${rule}`, code: 'reference.unknown', message }];
    }
    if (!field.earlier_rows || target === id) return [];
    const message = 'earlier rows are rows of this schema, so the reference must be to the schema itself';
    return [{ pointer: `${pointer}/earlier_rows`, code: 'earlier_rows.other_schema', message }];
  });
  // Only then is there more to say of it than when it was read by itself.
  const isWhole = named.every(({ rule }) => rule !== 'schema');
  const whole = isWhole ? [] : readDefinition(definition, { resolve }).problems;
  return [...references, ...whole, ...requiredCircle(id, resolve)];
}

function compiledAmong(around: Surroundings, id: string): Pick<ReadDefinition, 'embedded' | 'compiled'> {
  const compiled = compile(around.get(id) as SchemaDefinition, { resolve: (each) => around.get(each) });
  const embedded = compiled.embeds.map((each) => [each, around.get(each) as SchemaDefinition] as const);
  return { compiled, embedded: Object.fromEntries(embedded) };
}

function invalidDefinition(problems: Problem[]): Invalid {
  const errors = problems.map(({ pointer, code, message }) => ({
    pointer: `/schema_definition${pointer}`,
    code,
    detail: message,
  }));
  return new Invalid(
    'schema.invalid_definition',
    `The definition has ${errors.length} problem(s); see errors.`,
    errors,
  );
}

function withKnownIds(given: unknown, current: DataSchema): unknown {
  const fields = (given as { fields?: unknown } | null)?.fields;
  if (!Array.isArray(fields)) return given;
  // A field that is renamed brings its id along; a new one that takes the old name must not get it too.
  const taken = new Set(fields.map((field: unknown) => ((field ?? {}) as { id?: unknown }).id));
  const free = current.schemaDefinition.fields.filter(({ id }) => !taken.has(id));
  const idOf = new Map(free.map((field) => [field.name, field.id]));
  const named = fields.map((field: unknown) => {
    const { name, id } = (field ?? {}) as { name?: string; id?: string };
    const known = name === undefined ? undefined : idOf.get(name);
    return known !== undefined && id === undefined ? { id: known, ...(field as object) } : field;
  });
  return { ...(given as object), fields: named };
}
