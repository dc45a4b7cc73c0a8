import { Injectable } from '@nestjs/common';
import { Conflict } from '../../libs/errors/errors.js';
import type { CompiledSchema, ReferenceField } from '../../libs/generator/index.js';
import type { ProjectScope } from '../access/project-scope.js';
import { RecordsRepository } from './records.repository.js';
import { StocksRepository } from './stocks.repository.js';

type Owner = Pick<ProjectScope, 'projectId'>;

/** Most records that one reference field of a run chooses from. */
export const MAX_CANDIDATES = 10_000;

const FEWEST_CANDIDATES = 20;

/** 409: a required reference has nothing to name. */
export function noReferencedRecords({ field, schemaId, fewest }: ReferenceField): Conflict {
  const needed = fewest > 1 ? `needs ${fewest} different records of` : 'is required and refers to';
  const has = fewest > 1 ? 'fewer active records' : 'no active record';
  return new Conflict(
    'generation.no_referenced_records',
    `${field} ${needed} the schema ${schemaId}, which has ${has} in this environment; make some first.`,
  );
}

/** Throws 409 `generation.no_referenced_records` where a reference that rows need has too few records to name; `counts` are theirs. */
export function requireReferences(schema: CompiledSchema, counts: Record<string, number>): void {
  const empty = schema.references.find(({ field, fewest }) => (counts[field] ?? 0) < fewest);
  if (empty) throw noReferencedRecords(empty);
}

/** The records that reference fields may name. */
@Injectable()
export class ReferenceCandidates {
  constructor(
    private readonly records: RecordsRepository,
    private readonly stocks: StocksRepository,
  ) {}

  /**
   * By field: active records of the referenced schema in the environment, or the given one where there is one for the schema,
   * with no more others than an array of different ones needs. A unique reference gets as many as there are, up to {@link MAX_CANDIDATES}; others get about as many as `rows` can use.
   */
  async find(
    scope: Owner,
    schema: CompiledSchema,
    environmentId: string,
    rows: number,
    given: ReadonlyMap<string, string> = new Map(),
  ): Promise<Record<string, string[]>> {
    const keyed = new Set(schema.keys.flatMap((key) => key.fields));
    const isKeyed = schema.references.some(({ field }) => keyed.has(field));
    const limit = isKeyed ? MAX_CANDIDATES : Math.min(MAX_CANDIDATES, Math.max(FEWEST_CANDIDATES, rows));
    const bySchema = new Map<string, string[]>();
    const candidates: Record<string, string[]> = {};
    for (const { field, schemaId, fewest } of schema.references) {
      const fixed = given.get(schemaId);
      const most = Math.max(fewest, fixed ? 1 : limit);
      const key = `${schemaId} ${most}`;
      const ids = bySchema.get(key) ?? (await this.choices(scope, schemaId, environmentId, most, fixed));
      bySchema.set(key, ids);
      candidates[field] = ids;
    }
    return candidates;
  }

  private async choices(
    scope: Owner,
    schemaId: string,
    environmentId: string,
    most: number,
    fixed: string | undefined,
  ): Promise<string[]> {
    if (fixed === undefined) return this.ofStock(scope, schemaId, environmentId, most);
    if (most === 1) return [fixed];
    const others = await this.ofStock(scope, schemaId, environmentId, most);
    return [fixed, ...others.filter((id) => id !== fixed)].slice(0, most);
  }

  private async ofStock(scope: Owner, schemaId: string, environmentId: string, limit: number): Promise<string[]> {
    const stockId = await this.stocks.find(scope, schemaId, environmentId);
    return stockId ? this.records.sampleIds(scope, stockId, limit) : [];
  }
}
