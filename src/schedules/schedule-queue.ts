import { Injectable, Logger } from '@nestjs/common';
import { JobSchedules } from '../../libs/jobs/job-schedules.js';
import type { Schedule } from './schedule.entity.js';
import { fireSchedule } from './schedules.jobs.js';

export type QueuedSchedule = Pick<Schedule, 'id' | 'cron' | 'timeZone'>;

const PREFIX = 'schedule.';

/** What the queue knows of schedules. */
@Injectable()
export class ScheduleQueue {
  private readonly log = new Logger('schedules');

  constructor(private readonly queue: JobSchedules) {}

  /** Lets the queue know how the schedule is now. Never throws: where the queue is away, the sweep tells it later. */
  async follow(schedule: QueuedSchedule & Pick<Schedule, 'isPaused'>): Promise<void> {
    await this.trying(() => (schedule.isPaused ? this.queue.remove(PREFIX + schedule.id) : this.put(schedule)));
  }

  /** The same for one that is deleted. */
  async forget(id: string): Promise<void> {
    await this.trying(() => this.queue.remove(PREFIX + id));
  }

  /** Makes what the queue knows what it should: adds those that it has lost, and forgets those that are no more. */
  async reconcile(active: readonly QueuedSchedule[]): Promise<void> {
    const known = await this.queue.list();
    for (const schedule of active) {
      const key = PREFIX + schedule.id;
      const { cron, timeZone } = known.get(key) ?? {};
      if (cron !== schedule.cron || timeZone !== schedule.timeZone) await this.put(schedule);
      known.delete(key);
    }
    for (const key of known.keys()) if (key.startsWith(PREFIX)) await this.queue.remove(key);
  }

  private async put({ id, cron, timeZone }: QueuedSchedule): Promise<void> {
    await this.queue.put(PREFIX + id, { cron, timeZone }, fireSchedule, { v: 1, schedule_id: id });
  }

  private async trying(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.log.warn(`The queue cannot be reached: ${(error as Error).message}`);
    }
  }
}
