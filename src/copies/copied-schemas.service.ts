import { Injectable } from '@nestjs/common';
import type { FieldError } from '../../libs/errors/errors.js';
import { invalidRequest } from '../../libs/http/validation.js';
import { maskProblems } from '../../libs/masking/mask-problems.js';
import type { MaskRule } from '../../libs/masking/mask-rule.js';
import type { ProjectScope } from '../access/project-scope.js';
import { CompiledSchemas } from '../schemas/compiled-schemas.js';
import type { DataSchema } from '../schemas/data-schema.entity.js';
import { SchemasService } from '../schemas/schemas.service.js';
import { filterSql } from '../test-data/record-filter.js';
import type { RecordFilter } from '../test-data/record-filter.dto.js';
import { CopiesRepository } from './copies.repository.js';
import type { CopySchema, StartCopy } from './copy.dto.js';
import type { CopiedSchema } from './copy.jobs.js';
import { inOrderOfReference } from './copy-order.js';

interface Wanted extends CopySchema {
  schema: DataSchema;
  /** Where the request names it, for errors. */
  pointer: string;
}

/** Which schemas a run copies, and what of each. */
@Injectable()
export class CopiedSchemas {
  constructor(
    private readonly schemas: SchemasService,
    private readonly compiled: CompiledSchemas,
    private readonly copies: CopiesRepository,
  ) {}

  /** All schemas that have records in an environment, archived ones included, in the order of their references. */
  async listWhole(scope: ProjectScope, environmentId: string): Promise<CopiedSchema[]> {
    const ids = await this.copies.listSchemas(scope, environmentId, true);
    const schemas: DataSchema[] = [];
    for (const id of ids) schemas.push(await this.schemas.get(scope, id));
    return this.ordered(schemas).map(({ id }) => ({ id }));
  }

  /**
   * The schemas that the request means, in the order of their references, and whether any refers to another. Throws 422 for
   * filters and masks that do not fit them, 409 `schema.archived`.
   */
  async read(scope: ProjectScope, given: StartCopy): Promise<{ schemas: CopiedSchema[]; refer: boolean }> {
    const wanted = await this.wanted(scope, given);
    const masks = this.masks(wanted, given.mask ?? {});
    const copied = new Map(wanted.map((each) => [each.schema.id, this.selection(given, each)]));
    const ordered = this.ordered(wanted.map(({ schema }) => schema));
    return {
      schemas: ordered.map(({ id }) => ({ ...(copied.get(id) as CopiedSchema), ...masks.get(id) })),
      refer: ordered.some(({ references }) => references.length > 0),
    };
  }

  private async wanted(scope: ProjectScope, given: StartCopy): Promise<Wanted[]> {
    const named = given.schemas?.map((each, i) => ({ ...each, pointer: `/schemas/${i}` }));
    const all = async (): Promise<(CopySchema & { pointer: string })[]> =>
      (await this.copies.listSchemas(scope, given.from_environment_id, false)).map((id) => ({
        schema_id: id,
        pointer: '',
      }));
    const wanted: Wanted[] = [];
    for (const each of named ?? (await all())) {
      wanted.push({ ...each, schema: await this.schemas.getWritable(scope, each.schema_id) });
    }
    return wanted;
  }

  private selection(given: StartCopy, { schema, filter, limit, sample, pointer }: Wanted): CopiedSchema {
    const meant = filter ?? given.filter;
    if (meant) filterSql(meant, schema.schemaDefinition, 1, `${filter ? pointer : ''}/filter`);
    const chosen = sample ?? given.sample;
    const most = limit ?? given.limit;
    return {
      id: schema.id,
      ...(meant ? { filter: plain(meant) } : {}),
      ...(most === undefined ? {} : { limit: most }),
      ...(chosen ? { sample: { size: chosen.size, seed: String(chosen.seed) } } : {}),
    };
  }

  /** The masks by the id of their schema. */
  private masks(wanted: Wanted[], given: NonNullable<StartCopy['mask']>): Map<string, Pick<CopiedSchema, 'mask'>> {
    const errors: FieldError[] = [];
    const masks = new Map<string, Pick<CopiedSchema, 'mask'>>();
    for (const [name, rules] of Object.entries(given)) {
      const at = `/mask/${step(name)}`;
      const found = wanted.find(({ schema }) => schema.name === name || schema.id === name.toLowerCase());
      if (!found) errors.push({ pointer: at, code: 'unknown_schema', detail: `no schema ${name} is copied` });
      else if (!isObject(rules))
        errors.push({ pointer: at, code: 'is_object', detail: 'must be an object of masks by field' });
      else if (masks.has(found.schema.id))
        errors.push({ pointer: at, code: 'twice', detail: 'the schema is named twice' });
      else {
        const problems = maskProblems(this.compiled.of(found.schema).whole, rules);
        errors.push(
          ...problems.map(({ path, code, message }) => ({ pointer: `${at}/${step(path)}`, code, detail: message })),
        );
        masks.set(found.schema.id, { mask: rules as Record<string, MaskRule> });
      }
    }
    if (errors.length > 0) throw invalidRequest(errors);
    return masks;
  }

  private ordered(
    schemas: DataSchema[],
  ): { id: string; references: readonly { schemaId: string; fewest: number }[] }[] {
    return inOrderOfReference(
      schemas.map((schema) => ({ id: schema.id, references: this.compiled.of(schema).references })),
    );
  }
}

const step = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');
const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

/** As JSON has it, without the class. */
function plain(filter: RecordFilter): RecordFilter {
  return JSON.parse(JSON.stringify(filter)) as RecordFilter;
}
