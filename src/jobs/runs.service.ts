import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Config } from '../../libs/config/config.js';
import { CONFIG } from '../../libs/config/config.module.js';
import { Database } from '../../libs/database/database.js';
import type { Page } from '../../libs/database/page.js';
import { Conflict } from '../../libs/errors/errors.js';
import type { JobDefinition } from '../../libs/jobs/define-job.js';
import { JobQueue } from '../../libs/jobs/job-queue.js';
import type { Caller } from '../access/caller.js';
import type { ProjectScope } from '../access/project-scope.js';
import { IdempotencyService } from '../idempotency/idempotency.service.js';
import type { JobRun } from './job-run.entity.js';
import type { ListRuns } from './run.dto.js';
import { type NewRun, RunsRepository } from './runs.repository.js';
import { sliceEntry, type SlicePayload } from './slices.jobs.js';

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

/** A run to start; a `window` of 1 makes its slices one after the other. */
export type OrderedRun = Omit<NewRun, 'type'> & { window?: number };

/** Runs as the API sees them: started, watched, cancelled. */
@Injectable()
export class RunsService {
  private readonly log = new Logger(RunsService.name);

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly db: Database,
    private readonly queue: JobQueue,
    private readonly runs: RunsRepository,
    private readonly idempotency: IdempotencyService,
  ) {}

  /** Records a run with its slices, and puts the first of them into the queue once the transaction has committed. */
  async start(scope: ProjectScope, job: JobDefinition<SlicePayload>, ordered: OrderedRun): Promise<JobRun> {
    const { window = WINDOW, ...run } = ordered;
    return this.db.transaction(async () => {
      const sliceRows = this.sliceRows(run.total);
      const created = await this.runs.create(scope, { ...run, type: job.name }, sliceRows, window);
      const slices = Math.ceil(run.total / sliceRows);
      const first = Array.from({ length: Math.min(window, slices) }, (_, no) => sliceEntry(created.id, no));
      await this.db.afterCommit(() => this.enqueue(job, first));
      return created;
    });
  }

  /** Rows per slice: small runs are cut too, so that all workers share them and their progress moves. */
  sliceRows(total: number): number {
    const most = this.config.worker.sliceRows;
    return Math.min(most, Math.max(FEWEST, Math.ceil(total / PARTS / ROUND) * ROUND));
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

  async list(caller: Caller, query: ListRuns): Promise<Page<JobRun>> {
    return this.runs.list(caller, { projectId: query.project_id, state: query.state, type: query.type }, query);
  }

  /** Ends the run; what it has committed stays. Throws 409 `run.over`, `run.not_cancellable`. */
  async cancel(scope: ProjectScope, id: string): Promise<JobRun> {
    const { type } = await this.runs.getOrThrow(scope, id);
    // What it deletes is hidden already: half-way there is nothing that could be given back.
    if (type === 'delete') throw new Conflict('run.not_cancellable', 'A run that deletes cannot be cancelled.');
    const cancelled = await this.runs.cancel(scope, id);
    const run = await this.runs.getOrThrow(scope, id);
    if (!cancelled) throw new Conflict('run.over', `The run is over: it is ${run.state}.`);
    return run;
  }

  /** Cancels whatever still works on a schema or in an environment, or anywhere in the project. */
  async cancelAll(scope: ProjectScope, about: { schemaId?: string; environmentId?: string }): Promise<void> {
    for (const run of await this.runs.listOpen(scope, about)) await this.runs.cancel(scope, run.id);
  }

  private async enqueue(job: JobDefinition<SlicePayload>, slices: ReturnType<typeof sliceEntry>[]): Promise<void> {
    try {
      await this.queue.add(job, slices);
    } catch (error) {
      // The run stands in the tables; the sweep brings its slices to the queue when it is back.
      this.log.warn(`The queue cannot be reached: ${(error as Error).message}`);
    }
  }
}
