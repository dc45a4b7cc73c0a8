import { InjectQueue } from '@nestjs/bullmq';
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { QUEUE } from './backend.js';
import type { JobDefinition, JobPayload } from './define-job.js';

/** Where work is handed over to the workers. */
@Injectable()
export class JobQueue implements OnModuleInit {
  private readonly log = new Logger('queue');

  constructor(@InjectQueue(QUEUE) private readonly queue: Queue) {}

  onModuleInit(): void {
    // Without a listener a lost connection would end the process; BullMQ connects again by itself.
    this.queue.on('error', (error) => this.log.warn(`queue: ${error.message}`));
  }

  /**
   * Adds jobs. One whose id is in the queue already is not added again. Ids must not contain `:`. Of those that wait, the ones
   * with the lower `priority` (1 to 2^21) come first.
   */
  async add<Payload extends JobPayload>(
    job: JobDefinition<Payload>,
    entries: { id: string; payload: Payload; priority: number }[],
  ): Promise<void> {
    if (entries.length === 0) return;
    await this.queue.addBulk(
      entries.map(({ id, payload, priority }) => ({
        name: job.name,
        data: payload,
        opts: {
          jobId: id,
          priority,
          attempts: job.options.attempts,
          backoff: { type: 'exponential', delay: job.options.backoff },
          // The tables are the truth: what is over leaves the queue, since the sweep adds an open slice again under its id.
          removeOnComplete: true,
          removeOnFail: true,
        },
      })),
    );
  }

  /** Throws where the queue cannot be reached. */
  async ping(): Promise<void> {
    await this.queue.getJobCountByTypes('waiting');
  }

  /** How many jobs wait for a worker, are in one's hands, and wait for the time of their next try. */
  async depth(): Promise<{ waiting: number; active: number; delayed: number }> {
    const counts = await this.queue.getJobCounts('waiting', 'prioritized', 'active', 'delayed');
    const { waiting = 0, prioritized = 0, active = 0, delayed = 0 } = counts;
    return { waiting: waiting + prioritized, active, delayed };
  }

  /** The queue itself, for the job board. */
  get bull(): Queue {
    return this.queue;
  }
}
