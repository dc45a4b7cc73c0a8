import { Injectable } from '@nestjs/common';
import { Database } from '../../libs/database/database.js';
import { Conflict } from '../../libs/errors/errors.js';
import { type ProjectScope, requirePermission, requireWritable } from '../access/project-scope.js';
import type { JobRun } from './job-run.entity.js';
import { RunControlRepository } from './run-control.repository.js';
import { RunsRepository } from './runs.repository.js';
import { SliceQueue } from './slice-queue.js';
import { SlicesRepository } from './slices.repository.js';

/** Cancels, pauses and takes up runs. */
@Injectable()
export class RunControlService {
  constructor(
    private readonly db: Database,
    private readonly runs: RunsRepository,
    private readonly control: RunControlRepository,
    private readonly slices: SlicesRepository,
    private readonly queue: SliceQueue,
  ) {}

  /** Ends the run; what it has committed stays. Throws 409 `run.over`, `run.not_cancellable`. */
  async cancel(scope: ProjectScope, id: string): Promise<JobRun> {
    const { type } = await this.runs.getOrThrow(scope, id);
    // What it deletes is hidden already: half-way there is nothing that could be given back.
    if (type === 'delete') throw new Conflict('run.not_cancellable', 'A run that deletes cannot be cancelled.');
    const cancelled = await this.control.cancel(scope, id);
    const run = await this.runs.getOrThrow(scope, id);
    if (!cancelled) throw new Conflict('run.over', `The run is over: it is ${run.state}.`);
    return run;
  }

  /** Cancels whatever still works on a schema or in an environment, or anywhere in the project. */
  async cancelAll(scope: ProjectScope, about: { schemaId?: string; environmentId?: string }): Promise<void> {
    for (const run of await this.runs.listOpen(scope, about)) await this.control.cancel(scope, run.id);
  }

  /** Lets the slices in hand end and starts no others. Throws 409 `run.not_running`, `run.not_pausable`. */
  async pause(scope: ProjectScope, id: string): Promise<JobRun> {
    const { type } = await this.runs.getOrThrow(scope, id);
    if (type === 'delete') throw new Conflict('run.not_pausable', 'A run that deletes cannot be paused.');
    const paused = await this.control.pause(scope, id);
    const run = await this.runs.getOrThrow(scope, id);
    if (!paused) throw new Conflict('run.not_running', `The run cannot be paused: it is ${run.state}.`);
    return run;
  }

  /** Goes on where a paused run stopped. Throws 403 in a protected environment, 409 `run.not_paused` and where something is archived. */
  async resume(scope: ProjectScope, id: string): Promise<JobRun> {
    return this.reopen(scope, id, async (run) => {
      if (await this.control.resume(scope, id)) return;
      throw new Conflict('run.not_paused', `The run is not paused: it is ${run.state}.`);
    });
  }

  /** Does what a run that failed or was cancelled has left undone. Throws 403 in a protected environment, 409 `run.not_ended` and where something is archived. */
  async retry(scope: ProjectScope, id: string): Promise<JobRun> {
    return this.reopen(scope, id, async (run) => {
      if (await this.control.retry(scope, id)) return;
      throw new Conflict(
        'run.not_ended',
        `Only a run that failed or was cancelled can be retried: it is ${run.state}.`,
      );
    });
  }

  /** As for starting it: what was archived or protected since holds for what is still to be done. */
  private async requireOpen(scope: ProjectScope, id: string): Promise<void> {
    requireWritable(scope);
    const { needed, environmentIsOpen, schemaIsOpen } = await this.control.findPlace(scope, id);
    if (!environmentIsOpen) throw new Conflict('environment.archived', 'The environment is archived and read-only.');
    if (!schemaIsOpen) throw new Conflict('schema.archived', 'The schema is archived and read-only.');
    requirePermission(scope, needed, 'This in a protected environment');
  }

  private async reopen(scope: ProjectScope, id: string, change: (run: JobRun) => Promise<void>): Promise<JobRun> {
    return this.db.transaction(async () => {
      const run = await this.runs.getOrThrow(scope, id);
      await this.requireOpen(scope, id);
      await change(run);
      await this.slices.feed(id);
      const open = await this.control.listInQueue(scope, id);
      if (open.length === 0) await this.slices.succeedIfDone(id);
      await this.db.afterCommit(() => this.queue.add(run, open));
      return this.runs.getOrThrow(scope, id);
    });
  }
}
