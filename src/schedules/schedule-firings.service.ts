import { Injectable } from '@nestjs/common';
import { Database } from '../../libs/database/database.js';
import { Conflict, DomainError, Forbidden, NotFound } from '../../libs/errors/errors.js';
import { nextMoment } from '../../libs/jobs/cron.js';
import { AccessService } from '../access/access.service.js';
import type { ProjectScope } from '../access/project-scope.js';
import type { JobRun } from '../jobs/job-run.entity.js';
import { type DueSchedule, ScheduleFiringsRepository } from './schedule-firings.repository.js';
import { ScheduledRuns } from './scheduled-runs.service.js';
import { SchedulesRepository } from './schedules.repository.js';

/** Longest reason that is kept. */
const LONGEST = 1_000;
/** What does not pass by itself. */
const LASTING = /^(project|environment|schema)\.(archived|not_found)$/;

/** Starts the runs of schedules. */
@Injectable()
export class ScheduleFirings {
  constructor(
    private readonly db: Database,
    private readonly firings: ScheduleFiringsRepository,
    private readonly schedules: SchedulesRepository,
    private readonly access: AccessService,
    private readonly runs: ScheduledRuns,
  ) {}

  /**
   * Starts the run of a schedule that is due, and moves it on to its next moment, in one transaction under its lock: however
   * often this is called for one moment, by whomever, there is one run. Where the last run still goes on, this one is left
   * out. Where it may not be started any more, the schedule is paused with the reason.
   */
  async fire(id: string): Promise<void> {
    try {
      await this.db.transaction(async () => {
        const due = await this.firings.takeDue(id);
        if (due) await this.firings.fired(id, due.is_busy ? skipped(due) : await this.start(due));
      });
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      await this.refused(id, error);
    }
  }

  /** Starts the run of a schedule at once, as the caller. Throws 409 `schedule.still_running`. */
  async runNow(scope: ProjectScope, id: string): Promise<JobRun> {
    return this.db.transaction(async () => {
      const { run, lastRunId } = await this.schedules.getForUpdate(scope, id);
      if (await this.firings.isBusy(id)) {
        throw new Conflict('schedule.still_running', `The run ${lastRunId ?? ''} of this schedule still goes on.`);
      }
      const started = await this.runs.start(scope, run);
      await this.schedules.ran(scope, id, started.id);
      return started;
    });
  }

  private async start(due: DueSchedule): Promise<{ next: Date; runId: string }> {
    if (due.user_status !== 'active') {
      throw new Forbidden('user.not_active', `The account as which it runs is ${due.user_status}.`);
    }
    const scope = await this.access.scope({ userId: due.runs_as }, 'project', due.project_id, 'write');
    const { id: runId } = await this.runs.start(scope, due.run);
    return { next: nextOf(due), runId };
  }

  /** In a transaction of its own: that of the start is rolled back, with all that it had begun. */
  private async refused(id: string, cause: DomainError): Promise<void> {
    await this.db.transaction(async () => {
      const due = await this.firings.takeDue(id);
      if (!due) return;
      const error = [cause.message, ...cause.errors.map(({ detail }) => detail)].join(' ').slice(0, LONGEST);
      const codes = [cause.code, ...cause.errors.map(({ code }) => code)];
      const isLasting =
        cause instanceof Forbidden || cause instanceof NotFound || codes.some((code) => LASTING.test(code));
      await this.firings.fired(id, isLasting ? { next: null, error, reason: error } : { next: nextOf(due), error });
    });
  }
}

function skipped(due: DueSchedule): { next: Date; isSkipped: boolean } {
  return { next: nextOf(due), isSkipped: true };
}

/** What was missed while nobody worked is made up for once. */
function nextOf({ cron, time_zone: timeZone, next_run_at: moment }: DueSchedule): Date {
  return nextMoment({ cron, timeZone }, new Date(Math.max(Date.now(), moment.getTime())));
}
