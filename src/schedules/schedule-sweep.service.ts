import { Injectable } from '@nestjs/common';
import { JobQueue } from '../../libs/jobs/job-queue.js';
import { ScheduleFiringsRepository } from './schedule-firings.repository.js';
import { ScheduleQueue } from './schedule-queue.js';
import { fireSchedule } from './schedules.jobs.js';

/** Milliseconds between two looks at what the queue knows. */
const ROUND = 60_000;

/** Sees to it that a queue that has lost schedules only delays them. */
@Injectable()
export class ScheduleSweep {
  private reconciledAt = 0;

  constructor(
    private readonly firings: ScheduleFiringsRepository,
    private readonly known: ScheduleQueue,
    private readonly queue: JobQueue,
  ) {}

  /** Looks after moments that passed more than `overdueSeconds` ago, and now and then at what the queue knows. */
  async sweep(overdueSeconds: number): Promise<void> {
    const overdue = await this.firings.listOverdue(overdueSeconds);
    const entries = overdue.map(({ id, next_run_at: moment }) => ({
      // The same for every worker that sweeps.
      id: `${id}.${moment.getTime()}`,
      payload: { v: 1 as const, schedule_id: id },
      priority: 1,
    }));
    await this.queue.add(fireSchedule, entries);
    if (Date.now() - this.reconciledAt < ROUND) return;
    await this.known.reconcile(await this.firings.listActive());
    this.reconciledAt = Date.now();
  }
}
