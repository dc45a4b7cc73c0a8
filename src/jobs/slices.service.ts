import { Injectable, Logger } from '@nestjs/common';
import { Database } from '../../libs/database/database.js';
import { isOutage } from '../../libs/database/outage.js';
import { handle, type JobDefinition, type JobHandler, type JobReport } from '../../libs/jobs/define-job.js';
import { addLogFields } from '../../libs/log/process-logger.js';
import { finalReason, tooManyAttempts } from './failure-reason.js';
import { type LeftBehind, RunFailure } from './run-failure.js';
import { SliceQueue } from './slice-queue.js';
import type { SlicePayload } from './slices.jobs.js';
import { SlicesRepository } from './slices.repository.js';
import type { TakenSlice } from './taken-slice.js';

/** A slice to come. */
export interface PlannedSlice {
  rows: number;
  cursor: Record<string, unknown> | null;
}

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
  /** Slices that follow from this one: the next, for work that has to be done in order, or all that the run turns out to have. */
  more?: PlannedSlice[];
  /** The slice that follows once no other one of the run is open: work in stages, each of which begins when the one before is over. */
  afterAll?: PlannedSlice;
  /** What is known now of the run as a whole: how many rows it really has, and what came of it. */
  run?: { total?: number; result?: Record<string, unknown>; inputs?: Record<string, unknown> };
}

/**
 * Does a slice. It may `report` how many rows it has come to, for the run's progress before it is done; that throws where the
 * run is over or the slice was given to another worker, and the slice is to be broken off.
 */
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
  private readonly log = new Logger('slices');

  constructor(
    private readonly db: Database,
    private readonly queue: SliceQueue,
    private readonly slices: SlicesRepository,
  ) {}

  /** What a worker does for a type of run: makes its slices, and gives a run up after the last attempt of one. */
  handler(job: JobDefinition<SlicePayload>, make: MakeSlice): JobHandler {
    return handle(
      job,
      (payload, signal) => this.run(payload, make, signal),
      (payload, error) => this.giveUp(payload, error),
    );
  }

  /** What the run recorded for its workers alone. */
  async inputs(runId: string): Promise<Record<string, unknown>> {
    return this.slices.inputs(runId);
  }

  /** Puts back into the queue what the tables say is open and the queue seems to have lost. */
  async sweep(quietSeconds: number): Promise<void> {
    for (const { run_id: id, type, priority, no } of await this.slices.listQuiet(quietSeconds)) {
      await this.queue.add({ id, type, priority }, [no]);
    }
  }

  /**
   * Makes one slice: its rows, its mark and the run's progress commit together, where the attempt is still the latest
   * and the run still goes on. A kill at any point leaves either all of it or nothing.
   */
  private async run(payload: SlicePayload, make: MakeSlice, signal: AbortSignal): Promise<JobReport> {
    addLogFields({ run_id: payload.run_id, slice: payload.no });
    const taken: { slice?: TakenSlice } = {};
    try {
      const rows = await this.db.transaction(async () => {
        taken.slice = await this.take(payload);
        return this.attempt(taken.slice, make, signal);
      });
      this.log.debug({ message: 'A slice was committed.', rows });
      return { outcome: 'done', rows };
    } catch (error) {
      if (error instanceof Superseded) return this.superseded();
      const reason = finalReason(error);
      if (reason === null) throw error;
      await this.fail(payload.run_id, reason, error instanceof RunFailure ? error.left : {}, taken.slice);
      return { outcome: 'failed', rows: 0 };
    }
  }

  /** Not where the database was away, which the sweep waits out. */
  private async giveUp(payload: SlicePayload, error: Error): Promise<void> {
    if (isOutage(error)) return;
    await this.fail(payload.run_id, `Slice ${payload.no} failed: ${error.message}`);
  }

  private async attempt(slice: TakenSlice, make: MakeSlice, signal: AbortSignal): Promise<number> {
    // What a delete run deletes is hidden already, and nobody could take it up again: it goes on until it succeeds.
    if (slice.tries > MAX_ATTEMPTS && slice.type !== 'delete') {
      throw new RunFailure(tooManyAttempts(slice.no, MAX_ATTEMPTS, slice.error));
    }
    await this.actFor(slice);
    const result = await this.make(slice, make, signal);
    // Thrown, so that the queue gives the slice to another worker at once.
    signal.throwIfAborted();
    const { rows, rejected = 0, counts = null } = result;
    if (!(await this.slices.finish(slice, { rows, rejected, counts }))) throw new Superseded();
    await this.goOn(slice, result);
    return rows;
  }

  private async take({ run_id, no }: SlicePayload): Promise<TakenSlice> {
    const connection = this.db.client as unknown as { processID: number };
    const slice = await this.db.apart(() => this.slices.take(run_id, no, connection.processID));
    if (!slice) throw new Superseded();
    addLogFields({ attempt: slice.attempt, request_id: slice.params.request_id });
    return slice;
  }

  /** The histories of records say who did it, and for which run. */
  private async actFor({ created_by, run_id, type }: TakenSlice): Promise<void> {
    await this.db.setLocal({ 'testlake.actor': created_by, 'testlake.run': run_id, 'testlake.cause': type });
  }

  /**
   * Makes the rows. A slice that takes long learns from its reports that the run was cancelled or that another worker has it:
   * otherwise it would find out at its end only. Why an attempt failed is kept beside the slice, for administrators and whoever
   * gives the run up.
   */
  private async make(slice: TakenSlice, make: MakeSlice, signal: AbortSignal): Promise<SliceResult> {
    const report = async (rows: number): Promise<void> => {
      const goesOn = await this.db.apart(() => this.db.transaction(() => this.slices.report(slice, rows)));
      if (!goesOn) throw new Superseded();
    };
    try {
      return await make(slice, signal, report);
    } catch (error) {
      if (!(error instanceof Superseded) && !isOutage(error) && finalReason(error) === null) {
        await this.db.apart(() => this.slices.note(slice, (error as Error).message)).catch(() => undefined);
      }
      throw error;
    }
  }

  private superseded(): JobReport {
    this.log.log('Nothing was written: the slice is done, another worker has it, or its run is over.');
    return { outcome: 'superseded', rows: 0 };
  }

  /** An attempt from before a retry, or one that another worker has overtaken, says nothing of the run any more. */
  private async fail(
    runId: string,
    reason: string,
    { rejected, keep }: LeftBehind = {},
    slice?: TakenSlice,
  ): Promise<void> {
    const hasFailed = await this.db.transaction(async () => {
      if (slice && !(await this.slices.goesOn(slice))) return false;
      const isOver = await this.slices.failRun(runId, reason, rejected);
      if (isOver) await keep?.();
      return isOver;
    });
    if (hasFailed) this.log.warn({ message: 'A run failed.', run_id: runId, error: reason });
  }

  private async goOn(slice: TakenSlice, result: SliceResult): Promise<void> {
    const { run_id: id, type, priority, cursor } = slice;
    const { missing, more = [], afterAll } = result;
    const planned = missing ? [{ rows: missing, cursor }, ...more] : more;
    if (planned.length > 0) await this.slices.append(id, planned);
    // The run's row is locked since the slice was finished: of slices that end at once, the last one sees all others done.
    if (afterAll && !(await this.slices.hasOpen(id))) await this.slices.append(id, [afterAll]);
    if (result.run) await this.slices.setRun(id, result.run);
    const fed = await this.slices.feed(id);
    const isOver = await this.slices.succeedIfDone(id);
    if (isOver) await this.db.afterCommit(async () => this.log.log('The run has succeeded.'));
    // Without statistics, lists of a stock that was empty a moment ago would be planned for an empty table.
    if (isOver && slice.total >= ANALYZED) await this.db.afterCommit(() => this.slices.analyzeRecords());
    if (fed.length === 0) return;
    await this.db.afterCommit(() => this.queue.add({ id, type, priority }, fed));
  }
}
