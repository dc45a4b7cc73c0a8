import { Injectable } from '@nestjs/common';
import { Conflict } from '../../libs/errors/errors.js';
import type { CompiledSchema } from '../../libs/generator/index.js';
import type { ProjectScope } from '../access/project-scope.js';
import { RecordsRepository } from './records.repository.js';
import { StocksRepository } from './stocks.repository.js';

/** Most records that one reference field of a run chooses from. */
export const MAX_CANDIDATES = 10_000;

const FEWEST_CANDIDATES = 20;

/** 409: a required reference has nothing to name. */
export function noReferencedRecords({ field, schemaId }: { field: string; schemaId: string }): Conflict {
  return new Conflict(
    'generation.no_referenced_records',
    `${field} is required and refers to the schema ${schemaId}, which has no active record in this environment; make some first.`,
  );
}

/** The records that reference fields may name. */
@Injectable()
export class ReferenceCandidates {
  constructor(
    private readonly records: RecordsRepository,
    private readonly stocks: StocksRepository,
  ) {}

  /**
   * By field: active records of the referenced schema in the environment, or the given one where there is one for the schema.
   * A unique reference gets as many as there are, up to {@link MAX_CANDIDATES}; others get about as many as `rows` can use.
   */
  async find(
    scope: ProjectScope,
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
    for (const { field, schemaId } of schema.references) {
      const fixed = given.get(schemaId);
      const ids = fixed
        ? [fixed]
        : (bySchema.get(schemaId) ?? (await this.ofStock(scope, schemaId, environmentId, limit)));
      bySchema.set(schemaId, ids);
      candidates[field] = ids;
    }
    return candidates;
  }

  private async ofStock(
    scope: ProjectScope,
    schemaId: string,
    environmentId: string,
    limit: number,
  ): Promise<string[]> {
    const stockId = await this.stocks.find(scope, schemaId, environmentId);
    return stockId ? this.records.sampleIds(scope, stockId, limit) : [];
  }
}
