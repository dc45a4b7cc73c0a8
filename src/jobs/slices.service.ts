import { Injectable } from '@nestjs/common';
import { brokenConstraint } from '../../libs/database/constraint.js';
import { Database } from '../../libs/database/database.js';
import { isOutage } from '../../libs/database/outage.js';
import type { JobDefinition } from '../../libs/jobs/define-job.js';
import { RunFailure } from './run-failure.js';
import { SliceQueue } from './slice-queue.js';
import type { SlicePayload } from './slices.jobs.js';
import { type PlannedSlice, SlicesRepository } from './slices.repository.js';
import type { TakenSlice } from './taken-slice.js';

/** What a slice came to. */
export interface SliceResult {
  /** Rows that it wrote. */
  rows: number;
  /** Rows that it owed and could not write; the run goes on with further row numbers for them. */
  missing?: number;
  /** Rows that were refused for good. */
  rejected?: number;
  /** Other figures by name; the run's are the sums over its slices. */
  counts?: Record<string, number>;
  /** The slice that follows from this one, for work that has to be done in order. */
  next?: { rows: number; cursor: Record<string, unknown> };
  /** The slices that the run turns out to have, for work that is planned by its first one. */
  more?: PlannedSlice[];
  /** What is known now of the run as a whole: how many rows it really has, and what came of it. */
  run?: { total?: number; result?: Record<string, unknown> };
}

/** Does a slice. It may `report` how many rows it has come to, for the run's progress before it is done. */
export type MakeSlice = (
  slice: TakenSlice,
  signal: AbortSignal,
  report: (rows: number) => Promise<void>,
) => Promise<SliceResult>;

/** How often a slice may be taken up before its run is given up: each kill of a worker counts as one. */
const MAX_ATTEMPTS = 10;

/** Rows from which on a run's end refreshes the statistics of the records. */
const ANALYZED = 10_000;

/** The run was cancelled, or the slice was given to another worker: what was written is to be rolled back. */
class Superseded extends Error {}

/** Runs as the worker sees them: slices taken, made, and marked as done together with their rows. */
@Injectable()
export class SlicesService {
  constructor(
    private readonly db: Database,
    private readonly queue: SliceQueue,
    private readonly slices: SlicesRepository,
  ) {}

  /**
   * Makes one slice: its rows, its mark and the run's progress commit together, where the attempt is still the latest
   * and the run still goes on. A kill at any point leaves either all of it or nothing.
   */
  async run(
    job: JobDefinition<SlicePayload>,
    payload: SlicePayload,
    make: MakeSlice,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      await this.db.transaction(async () => {
        const slice = await this.take(payload);
        if (!slice) return;
        const report = (rows: number): Promise<void> =>
          this.db.apart(() => this.db.transaction(() => this.slices.report(slice, rows)));
        const result = await make(slice, signal, report);
        // Thrown, so that the queue gives the slice to another worker at once.
        signal.throwIfAborted();
        const { rows, rejected = 0, counts = null } = result;
        if (!(await this.slices.finish(slice, { rows, rejected, counts }))) throw new Superseded();
        await this.goOn(job, slice, result);
      });
    } catch (error) {
      if (error instanceof Superseded) return;
      const reason = finalReason(error);
      if (reason === null) throw error;
      await this.slices.failRun(payload.run_id, reason);
    }
  }

  /** What the run recorded for its workers alone. */
  async inputs(runId: string): Promise<Record<string, unknown>> {
    return this.slices.inputs(runId);
  }

  /** Gives the run up, after the last attempt of a slice; not where the database was away, which the sweep waits out. */
  async giveUp(payload: SlicePayload, error: Error): Promise<void> {
    if (isOutage(error)) return;
    await this.slices.failRun(payload.run_id, `Slice ${payload.no} failed: ${error.message}`);
  }

  /** Puts back into the queue what the tables say is open and the queue seems to have lost. */
  async sweep(jobs: readonly JobDefinition<SlicePayload>[], quietSeconds: number): Promise<void> {
    const open = await this.slices.listQuiet(quietSeconds);
    for (const job of jobs) {
      for (const { run_id: id, priority, no } of open.filter(({ type }) => type === job.name)) {
        await this.queue.add(job, { id, priority }, [no]);
      }
    }
  }

  private async take({ run_id, no }: SlicePayload): Promise<TakenSlice | null> {
    const connection = this.db.client as unknown as { processID: number };
    const slice = await this.db.apart(() => this.slices.take(run_id, no, connection.processID));
    // What a delete run deletes is hidden already, and nobody could take it up again: it goes on until it succeeds.
    if (!slice || slice.tries <= MAX_ATTEMPTS || slice.type === 'delete') return slice;
    await this.db.apart(() => this.slices.failRun(run_id, `Slice ${no} did not end in ${MAX_ATTEMPTS} attempts.`));
    return null;
  }

  private async goOn(job: JobDefinition<SlicePayload>, slice: TakenSlice, result: SliceResult): Promise<void> {
    if (result.missing) await this.slices.append(slice.run_id, result.missing, null);
    if (result.next) await this.slices.append(slice.run_id, result.next.rows, result.next.cursor);
    if (result.more) await this.slices.appendAll(slice.run_id, result.more);
    if (result.run) await this.slices.setRun(slice.run_id, result.run);
    const next = await this.slices.feed(slice.run_id, result.more ? slice.window : 1);
    const isOver = await this.slices.succeedIfDone(slice.run_id);
    // Without statistics, lists of a stock that was empty a moment ago would be planned for an empty table.
    if (isOver && slice.total >= ANALYZED) await this.db.afterCommit(() => this.slices.analyzeRecords());
    if (next.length === 0) return;
    await this.db.afterCommit(() => this.queue.add(job, { id: slice.run_id, priority: slice.priority }, next));
  }
}

function finalReason(error: unknown): string | null {
  if (error instanceof RunFailure) return error.message;
  const gone = ['test_data_parents', 'stocks_schema_id_fkey', 'stocks_environment_id_fkey', 'stocks_project_id_fkey'];
  return gone.includes(brokenConstraint(error) ?? '') ? 'The schema or the environment was deleted meanwhile.' : null;
}
