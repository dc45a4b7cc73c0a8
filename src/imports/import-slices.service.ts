import { setImmediate } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Database } from '../../libs/database/database.js';
import { recordBlocks } from '../../libs/row-files/record-blocks.js';
import { Storage } from '../../libs/storage/storage.js';
import { reporting } from '../jobs/reporting.js';
import { RunFailure } from '../jobs/run-failure.js';
import { RunFilesService } from '../jobs/run-files.service.js';
import { type SliceResult, SlicesService } from '../jobs/slices.service.js';
import type { TakenSlice } from '../jobs/taken-slice.js';
import type { Loaded, LoadedRow, Loading } from '../test-data/loading.js';
import { RecordLoading } from '../test-data/record-loading.service.js';
import { type ImportedRow, rowSource, type RowSource } from './imported-rows.js';
import type { ImportInputs, ImportParams } from './imports.jobs.js';
import { RejectedRows } from './rejected-rows.js';

/** Rows, and characters of text, that are stored at a time. */
const ROWS = 2_000;
const BYTES = 2 * 1024 * 1024;

type Report = (rows: number) => Promise<void>;

/** A slice at work. */
interface Work {
  params: ImportParams;
  loading: Loading;
  source: RowSource;
  rejected: RejectedRows;
  counts: { inserted: number; replaced: number; skipped: number };
  /** Rows so far. */
  rows: number;
}

/** Reads parts of files and stores their rows. */
@Injectable()
export class ImportSlices {
  constructor(
    private readonly db: Database,
    private readonly storage: Storage,
    private readonly slices: SlicesService,
    private readonly loading: RecordLoading,
    private readonly files: RunFilesService,
  ) {}

  /** Stores the rows of a slice, within the current transaction. */
  async make(taken: TakenSlice, signal: AbortSignal, report: Report): Promise<SliceResult> {
    const params = taken.params as unknown as ImportParams;
    const work = await this.begin(taken, params);
    const load = (): Promise<void> =>
      reporting(
        report,
        () => work.rows - work.rejected.count,
        signal,
        (either) => this.loadAll(work, either),
      );
    // All the same work: so the counts are exact.
    await (params.dry_run ? this.db.withSavepoint(load, () => false) : load());
    const isWhole = taken.rows === taken.total;
    if (params.all_or_nothing && !params.dry_run && work.rejected.count > 0) throw refused(work);
    await work.rejected.keep(isWhole);
    const { counts, rejected } = work;
    const rows = counts.inserted + counts.replaced + counts.skipped;
    const result = taken.no === 0 ? { run: { result: described(params) } } : {};
    return { rows, rejected: rejected.count, counts: { ...counts }, ...result };
  }

  private async begin(taken: TakenSlice, params: ImportParams): Promise<Work> {
    const loading = await this.loading.open(taken, params.schema_version, params.on_conflict);
    const source = rowSource(params, loading.schema, taken.created_at.getTime());
    const rejected = new RejectedRows(this.files, taken, source.rejected);
    return { params, loading, source, rejected, counts: { inserted: 0, replaced: 0, skipped: 0 }, rows: 0 };
  }

  private async loadAll(work: Work, signal: AbortSignal): Promise<void> {
    for await (const batch of this.batches(work, signal)) await this.store(work, batch, signal);
  }

  /** The rows of the slice, some thousands at a time. */
  private async *batches({ params, loading, source }: Work, signal: AbortSignal): AsyncGenerator<ImportedRow[]> {
    const { from, length, line } = await this.placeOf(loading.taken, params);
    const scanner = source.scanner();
    scanner.line = line;
    let batch: ImportedRow[] = [];
    let [bytes, no] = [0, loading.taken.first_row];
    for await (const block of recordBlocks(this.storage.read(params.upload, from), length, scanner)) {
      const rows = source.read(block, no);
      no += rows.length;
      for (const row of rows) batch.push(row);
      bytes += block.bytes.length;
      // Between two blocks timers and signals get their turn.
      await setImmediate();
      signal.throwIfAborted();
      if (batch.length < ROWS && bytes < BYTES) continue;
      yield batch;
      [batch, bytes] = [[], 0];
    }
    if (batch.length > 0) yield batch;
  }

  private async placeOf(
    taken: TakenSlice,
    params: ImportParams,
  ): Promise<{ from: number; length: number; line: number }> {
    const { slices } = (await this.slices.inputs(taken.run_id)) as unknown as ImportInputs;
    const own = slices[taken.no];
    if (!own) throw new RunFailure(`The file has no part ${taken.no}.`);
    return { from: own.at, length: (slices[taken.no + 1]?.at ?? params.bytes) - own.at, line: own.line };
  }

  private async store(work: Work, batch: readonly ImportedRow[], signal: AbortSignal): Promise<void> {
    const refused = new Map<ImportedRow, readonly string[]>();
    for (const row of batch) if (row.reasons.length > 0) refused.set(row, row.reasons);
    const kept = (rows: readonly ImportedRow[]) => (refused.size > 0 ? rows.filter((row) => !refused.has(row)) : rows);
    const good = kept(batch);
    for (const [i, reasons] of await this.loading.danglingReferences(work.loading, good))
      refused.set(good[i]!, reasons);
    const whole = kept(good);
    const loaded = await this.load(work, whole, signal);
    for (const [i, reason] of loaded.refused) refused.set(whole[i]!, [reason]);
    for (const row of refused.size > 0 ? batch : []) {
      const reasons = refused.get(row);
      if (reasons) await work.rejected.add({ line: row.line, reasons, original: work.source.originalOf(row) });
    }
    work.counts.inserted += loaded.inserted;
    work.counts.replaced += loaded.replaced;
    work.counts.skipped += loaded.skipped;
    work.rows += batch.length;
  }

  private async load({ params, loading }: Work, rows: readonly LoadedRow[], signal: AbortSignal): Promise<Loaded> {
    // Without unique keys nothing but the rows themselves decides.
    const isCounted = params.dry_run && loading.schema.keys.length === 0;
    if (isCounted) return { inserted: rows.length, replaced: 0, skipped: 0, refused: new Map() };
    return this.loading.load(loading, rows, signal);
  }
}

function refused({ rejected, rows }: Work): RunFailure {
  const detail = `${rejected.count} of ${rows} rows were refused, so none is stored; the run's file lists them with their reasons.`;
  return new RunFailure(detail, { rejected: rejected.count, keep: () => rejected.keep(true) });
}

/** What was found out about the file, for those who look at the run. */
function described({ plan, encoding, dry_run }: ImportParams): Record<string, unknown> {
  const csv = plan.format === 'csv' ? { delimiter: plan.dialect.delimiter, quote: plan.dialect.quote } : {};
  return { format: plan.format, encoding, ...csv, dry_run };
}
