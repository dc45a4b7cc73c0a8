import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Config } from '../../libs/config/config.js';
import { CONFIG } from '../../libs/config/config.module.js';
import { Database } from '../../libs/database/database.js';
import type { Page, PageRequest } from '../../libs/database/page.js';
import type { JobDefinition } from '../../libs/jobs/define-job.js';
import type { Caller } from '../access/caller.js';
import type { ProjectScope } from '../access/project-scope.js';
import { IdempotencyService } from '../idempotency/idempotency.service.js';
import type { JobRun, JobSlice } from './job-run.entity.js';
import type { ListRuns } from './run.dto.js';
import { type NewRun, type RunFile, RunsRepository } from './runs.repository.js';
import { SliceQueue } from './slice-queue.js';
import type { SlicePayload } from './slices.jobs.js';

/**
 * How many slices of one run are in the queue at a time. Each finished slice brings the next, so that a run of
 * a hundred million rows does not keep a run of a hundred waiting.
 */
const WINDOW = 4;

/** Slices that a run is cut into at least, and the rows that a slice has at least: below, its transaction costs more than its rows. */
const PARTS = 20;
const FEWEST = 5_000;
/** Slices have a round number of rows: rows that belong together, as those that refer to each other, stay in one. */
const ROUND = 1_000;

/** Bytes of rows that a slice has at most: with more, whoever waits behind it would wait for more than a second. */
const MOST_BYTES = 16 * 1024 * 1024;

/** A run to start. */
export type OrderedRun = Omit<NewRun, 'type' | 'sliceWindow'> & {
  /** How many of its slices may be made at a time; with 1, they are made one after the other. */
  window?: number;
  /** Rows of a slice; by default, a share of the total. */
  sliceRows?: number;
  /** Set where the first slice has no rows of its own, and says when it is made how the others are cut. */
  inStages?: boolean;
};

/** A run with the sums of its slices' figures, and its files. */
export interface WholeRun {
  run: JobRun;
  counts: Record<string, number>;
  files: RunFile[];
}

/** Runs as the API sees them: started and looked at. */
@Injectable()
export class RunsService {
  private readonly log = new Logger('runs');

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly db: Database,
    private readonly queue: SliceQueue,
    private readonly runs: RunsRepository,
    private readonly idempotency: IdempotencyService,
  ) {}

  /** Records a run with its slices, and puts the first of them into the queue once the transaction has committed. */
  async start(scope: ProjectScope, job: JobDefinition<SlicePayload>, ordered: OrderedRun): Promise<JobRun> {
    const { window = WINDOW, sliceRows = this.sliceRows(ordered.total), inStages = false, ...run } = ordered;
    const params = { ...run.params, request_id: scope.requestId };
    const rows = inStages ? 0 : run.total;
    return this.db.transaction(async () => {
      const recorded = { ...run, params, sliceWindow: window, type: job.name };
      const created = await this.runs.create(scope, recorded, { rows, sliceRows });
      const slices = Math.max(1, Math.ceil(rows / sliceRows));
      const first = Array.from({ length: Math.min(window, slices) }, (_, no) => no);
      await this.db.afterCommit(() => this.queue.add(created, first));
      this.log.log({ message: 'A run was started.', run_id: created.id, type: job.name, request_id: scope.requestId });
      return created;
    });
  }

  /**
   * Rows per slice: small runs are cut too, so that all workers share them and their progress moves, and those with wide rows
   * (`rowBytes`) into smaller slices.
   */
  sliceRows(total: number, rowBytes = 1): number {
    const fitting = Math.max(1, Math.floor(MOST_BYTES / rowBytes / ROUND)) * ROUND;
    const most = Math.min(this.config.worker.sliceRows, fitting);
    return Math.min(most, Math.max(FEWEST, Math.ceil(total / PARTS / ROUND) * ROUND));
  }

  /** Rows of each of the slices that `total` rows are cut into. */
  cut(total: number): number[] {
    const most = this.sliceRows(total);
    return Array.from({ length: Math.ceil(total / most) }, (_, i) => Math.min(most, total - i * most));
  }

  /** Starts a run once for each `Idempotency-Key`: the same question again gets the run that the first one started. */
  async once(
    scope: ProjectScope,
    key: string | undefined,
    question: Record<string, unknown>,
    start: () => Promise<JobRun>,
  ): Promise<JobRun> {
    const id = await this.idempotency.once(scope, key, question, async () => (await start()).id);
    return this.get(scope, id);
  }

  async get(scope: ProjectScope, id: string): Promise<JobRun> {
    return this.runs.getOrThrow(scope, id);
  }

  async getWhole(scope: ProjectScope, id: string): Promise<WholeRun> {
    const run = await this.runs.getOrThrow(scope, id);
    return { run, counts: await this.runs.sumCounts(scope, id), files: await this.runs.listFiles(scope, id) };
  }

  async list(caller: Caller, query: ListRuns): Promise<Page<JobRun>> {
    return this.runs.list(caller, query, query);
  }

  /** The parts of a run, in order. */
  async listSlices(scope: ProjectScope, id: string, page: PageRequest): Promise<Page<JobSlice>> {
    await this.runs.getOrThrow(scope, id);
    return this.runs.listSlices(scope, id, page);
  }
}
