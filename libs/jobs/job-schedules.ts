import { InjectQueue } from '@nestjs/bullmq';
import { Injectable } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { QUEUE } from './backend.js';
import type { CronTime } from './cron.js';
import type { JobDefinition, JobPayload } from './define-job.js';

/** Jobs that the queue adds by itself. It may lose them, or bring one twice: who does them has to know which are due. */
@Injectable()
export class JobSchedules {
  constructor(@InjectQueue(QUEUE) private readonly queue: Queue) {}

  /** Adds the job whenever its time has come, in place of what the id stood for. Ids must not contain `:`. */
  async put<Payload extends JobPayload>(
    id: string,
    { cron, timeZone }: CronTime,
    job: JobDefinition<Payload>,
    payload: Payload,
  ): Promise<void> {
    const { attempts, backoff } = job.options;
    const opts = {
      priority: 1,
      attempts,
      backoff: { type: 'exponential', delay: backoff },
      removeOnComplete: true,
      removeOnFail: true,
    };
    await this.queue.upsertJobScheduler(id, { pattern: cron, tz: timeZone }, { name: job.name, data: payload, opts });
  }

  /** Adds it no more. */
  async remove(id: string): Promise<void> {
    await this.queue.removeJobScheduler(id);
  }

  /** All that the queue knows of, by id. */
  async list(): Promise<Map<string, CronTime>> {
    const found = await this.queue.getJobSchedulers(0, -1);
    return new Map(found.map(({ key, pattern = '', tz = 'UTC' }) => [key, { cron: pattern, timeZone: tz }]));
  }
}
