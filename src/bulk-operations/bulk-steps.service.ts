import { Injectable } from '@nestjs/common';
import { Invalid } from '../../libs/errors/errors.js';
import { RunFailure } from '../jobs/run-failure.js';
import type { TakenSlice } from '../jobs/taken-slice.js';
import { CompiledSchemas } from '../schemas/compiled-schemas.js';
import { filterSql } from '../test-data/record-filter.js';
import { StockKeysService } from '../test-data/stock-keys.service.js';
import type { BulkCursor, BulkOperation, BulkParams } from './bulk-operations.jobs.js';
import { BulkRecordsRepository, type Changed, type NextRecords } from './bulk-records.repository.js';
import { currentValues, type HeldSchema } from './current-values.js';
import { Revalidation } from './revalidation.service.js';
import { ValueUpdates } from './value-updates.service.js';

/** Most records whose values are in memory at a time. */
const READ = 1_000;
/** What a run's figures call the records that it has changed. */
const CHANGED: Record<Exclude<BulkOperation, 'revalidate' | 'set_values'>, string> = {
  delete_records: 'deleted',
  mark_used: 'used',
  reactivate: 'reactivated',
  invalidate: 'invalidated',
};

/** A slice with what its run is to do. */
export interface BulkSlice {
  taken: TakenSlice;
  operation: BulkOperation;
  params: BulkParams;
  owner: { projectId: string };
  /** Lines of the file that tells what is wrong with records. */
  lines: string[];
}

/** Some records that are done with, and what came of them by name. */
export interface Step extends Changed {
  /** Records that were refused, each with a line. */
  rejected?: number;
  figures: Record<string, number>;
}

/** Does some records at a time of runs over records that a filter names. */
@Injectable()
export class BulkSteps {
  constructor(
    private readonly schemas: CompiledSchemas,
    private readonly records: BulkRecordsRepository,
    private readonly keys: StockKeysService,
    private readonly revalidation: Revalidation,
    private readonly updates: ValueUpdates,
  ) {}

  /** Does the next records of the stock at which the cursor is, within the current transaction. */
  async next(slice: BulkSlice, cursor: BulkCursor, limit: number): Promise<Step> {
    const { taken, operation, params, owner } = slice;
    const stock = params.stocks[cursor.stock]!;
    const held = await this.schemas.holdVersion(owner, stock.schema_id);
    // The schema was deleted meanwhile, and its records with it.
    if (!held) return { rows: 0, last: null, figures: {} };
    const { definition } = held.schema;
    requireFit(params, held);
    // Those made in the same millisecond count as there: what a caller has just made is meant.
    const before = new Date(taken.created_at.getTime() + 1);
    const next = { operation, stock, filter: params.filter, definition, before, after: cursor.after, limit };
    const few = { ...next, limit: Math.min(limit, READ) };
    if (operation === 'revalidate') return this.revalidation.check(owner, few, held, params.dry_run, slice.lines);
    if (operation === 'set_values') {
      const update = { values: params.values ?? {}, isDryRun: params.dry_run, lines: slice.lines };
      return this.updates.set(owner, few, held, update);
    }
    const changed = params.dry_run ? await this.records.count(owner, next) : await this.change(slice, next, held);
    return { ...changed, figures: { [CHANGED[operation]]: changed.rows } };
  }

  private async change(
    { taken, operation, params, owner }: BulkSlice,
    next: NextRecords,
    held: HeldSchema,
  ): Promise<Changed> {
    switch (operation) {
      case 'mark_used':
        return this.records.setStatus(owner, operation, next, taken.created_by);
      case 'invalidate':
        return this.records.setStatus(owner, operation, next, params.reason);
      case 'reactivate':
        return this.records.setStatus(owner, operation, next, null);
      default:
        return held.schema.keys.length === 0 ? this.records.remove(owner, next) : this.removeKeyed(owner, next, held);
    }
  }

  /** Deletes records and gives their unique values free. */
  private async removeKeyed(owner: { projectId: string }, next: NextRecords, held: HeldSchema): Promise<Changed> {
    const { stock_id, schema_id } = next.stock;
    const records = await this.records.list(owner, { ...next, limit: Math.min(next.limit, READ) }, true);
    const keyed: { id: string; keys: (string | null)[] }[] = [];
    for (const record of records) {
      const values = await currentValues(this.schemas, owner, schema_id, held, record);
      keyed.push({ id: record.id, keys: held.schema.keysOf(values) });
    }
    const ids = records.map(({ id }) => id);
    await this.keys.release(owner, stock_id, held.schema, keyed);
    await this.records.removeByIds(owner, ids);
    return { rows: records.length, last: ids.at(-1) ?? null };
  }
}

function requireFit({ filter }: BulkParams, { schema }: HeldSchema): void {
  try {
    filterSql(filter, schema.definition, 1);
  } catch (error) {
    if (!(error instanceof Invalid)) throw error;
    const [first] = error.errors;
    throw new RunFailure(`The filter no longer fits a schema, which changed meanwhile: ${first?.detail}.`);
  }
}
