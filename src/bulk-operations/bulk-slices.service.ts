import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../libs/config/config.js';
import { CONFIG } from '../../libs/config/config.module.js';
import { Invalid } from '../../libs/errors/errors.js';
import { RunFailure } from '../jobs/run-failure.js';
import type { SliceResult } from '../jobs/slices.service.js';
import type { TakenSlice } from '../jobs/taken-slice.js';
import { CompiledSchemas } from '../schemas/compiled-schemas.js';
import { filterSql } from '../test-data/record-filter.js';
import { StockKeysService } from '../test-data/stock-keys.service.js';
import type { BulkCursor, BulkOperation, BulkParams } from './bulk-operations.jobs.js';
import { BulkRecordsRepository, type Changed, type NextRecords } from './bulk-records.repository.js';
import { currentValues, type HeldSchema } from './current-values.js';
import { Revalidation } from './revalidation.service.js';

/** Most records of a slice: hand-outs pass over those that it holds until it ends. */
const MOST = 10_000;
/** Most records whose values are in memory at a time. */
const READ = 1_000;
const START: BulkCursor = { stock: 0, after: '00000000-0000-0000-0000-000000000000', done: 0 };
/** What a run's figures call the records that it has changed. */
const CHANGED: Record<Exclude<BulkOperation, 'revalidate'>, string> = {
  delete_records: 'deleted',
  mark_used: 'used',
  reactivate: 'reactivated',
  invalidate: 'invalidated',
};

/** A slice with what its run is to do. */
interface BulkSlice {
  taken: TakenSlice;
  operation: BulkOperation;
  params: BulkParams;
  owner: { projectId: string };
  /** Lines of the file that tells what is wrong with records. */
  lines: string[];
}

/** Some records that are done with, and what came of them by name. */
interface Step extends Changed {
  figures: Record<string, number>;
}

/** Does the slices of runs over records that a filter names: each goes on where the one before ended. */
@Injectable()
export class BulkSlices {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly schemas: CompiledSchemas,
    private readonly records: BulkRecordsRepository,
    private readonly keys: StockKeysService,
    private readonly revalidation: Revalidation,
  ) {}

  /** Changes the next records, within the current transaction. */
  async make(taken: TakenSlice, signal: AbortSignal): Promise<SliceResult> {
    const params = taken.params as unknown as BulkParams;
    const operation = taken.type as BulkOperation;
    const slice = { taken, operation, params, owner: { projectId: taken.project_id }, lines: [] };
    const cursor: BulkCursor = { ...START, ...taken.cursor };
    const counts = new Map<string, number>();
    const most = Math.min(MOST, this.config.worker.sliceRows);
    let rows = 0;
    while (rows < most && cursor.stock < params.stocks.length) {
      signal.throwIfAborted();
      const step = await this.step(slice, cursor, most - rows);
      for (const [name, count] of Object.entries(step.figures)) counts.set(name, (counts.get(name) ?? 0) + count);
      if (step.last === null) Object.assign(cursor, { stock: cursor.stock + 1, after: START.after });
      else cursor.after = step.last;
      rows += step.rows;
    }
    cursor.done += rows;
    await this.revalidation.keepLines(taken, slice.lines, signal);
    return { rows, counts: Object.fromEntries(counts), ...followed(slice, cursor, most) };
  }

  private async step(slice: BulkSlice, cursor: BulkCursor, limit: number): Promise<Step> {
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
    if (operation === 'revalidate') {
      return this.revalidation.check(
        owner,
        { ...next, limit: Math.min(limit, READ) },
        held,
        params.dry_run,
        slice.lines,
      );
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

/** The slice after this one, or what the run has come to. Only at the end is it known how many records were meant. */
function followed({ taken, params }: BulkSlice, cursor: BulkCursor, rows: number): Pick<SliceResult, 'more' | 'run'> {
  if (cursor.stock >= params.stocks.length) {
    return { run: { total: cursor.done, ...(params.dry_run && { result: { dry_run: true } }) } };
  }
  const run = cursor.done > taken.total ? { run: { total: cursor.done } } : {};
  return { ...run, more: [{ rows, cursor: { ...cursor } }] };
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
