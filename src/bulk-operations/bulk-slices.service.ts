import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../libs/config/config.js';
import { CONFIG } from '../../libs/config/config.module.js';
import { RunFilesService } from '../jobs/run-files.service.js';
import type { SliceResult } from '../jobs/slices.service.js';
import type { TakenSlice } from '../jobs/taken-slice.js';
import type { BulkCursor, BulkOperation, BulkParams } from './bulk-operations.jobs.js';
import { type BulkSlice, BulkSteps } from './bulk-steps.service.js';

/** Most records of a slice: hand-outs pass over those that it holds until it ends. */
const MOST = 10_000;
const START: BulkCursor = { stock: 0, after: '00000000-0000-0000-0000-000000000000', done: 0 };
/** The files in which runs tell what is wrong with records. */
const FILES: Partial<Record<BulkOperation, string>> = { revalidate: 'invalid.jsonl', set_values: 'rejected.jsonl' };

/** Does the slices of runs over records that a filter names: each goes on where the one before ended. */
@Injectable()
export class BulkSlices {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly steps: BulkSteps,
    private readonly files: RunFilesService,
  ) {}

  /** Changes the next records, within the current transaction. */
  async make(taken: TakenSlice, signal: AbortSignal): Promise<SliceResult> {
    const params = taken.params as unknown as BulkParams;
    const operation = taken.type as BulkOperation;
    const slice: BulkSlice = { taken, operation, params, owner: { projectId: taken.project_id }, lines: [] };
    const cursor: BulkCursor = { ...START, ...taken.cursor };
    const counts = new Map<string, number>();
    const most = Math.min(MOST, this.config.worker.sliceRows);
    let [rows, rejected] = [0, 0];
    while (rows + rejected < most && cursor.stock < params.stocks.length) {
      signal.throwIfAborted();
      const step = await this.steps.next(slice, cursor, most - rows - rejected);
      for (const [name, count] of Object.entries(step.figures)) counts.set(name, (counts.get(name) ?? 0) + count);
      if (step.last === null) Object.assign(cursor, { stock: cursor.stock + 1, after: START.after });
      else cursor.after = step.last;
      rows += step.rows;
      rejected += step.rejected ?? 0;
    }
    cursor.done += rows + rejected;
    await this.keepLines(slice, signal);
    return { rows, rejected, counts: Object.fromEntries(counts), ...followed(slice, cursor, most) };
  }

  private async keepLines({ taken, operation, lines }: BulkSlice, signal: AbortSignal): Promise<void> {
    const name = FILES[operation];
    if (lines.length === 0 || name === undefined) return;
    const content = async function* (): AsyncGenerator<Uint8Array> {
      for (const line of lines) yield Buffer.from(line);
    };
    await this.files.addPart(taken, { name, mediaType: 'application/jsonl', rows: lines.length }, content(), signal);
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
