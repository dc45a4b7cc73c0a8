import { Injectable, Logger } from '@nestjs/common';
import { defineJob } from '../../libs/jobs/define-job.js';
import { JobQueue } from '../../libs/jobs/job-queue.js';
import type { JobRun } from './job-run.entity.js';
import { sliceEntry, type SlicePayload } from './slices.jobs.js';

/** Puts slices into the queue. */
@Injectable()
export class SliceQueue {
  private readonly log = new Logger('runs');

  constructor(private readonly queue: JobQueue) {}

  /** Never throws: where the queue is away, the slices stand in the tables, and the sweep brings them when it is back. */
  async add(run: Pick<JobRun, 'id' | 'type' | 'priority'>, slices: readonly number[]): Promise<void> {
    const entries = slices.map((no) => sliceEntry(run, no));
    try {
      await this.queue.add(defineJob<SlicePayload>(run.type), entries);
    } catch (error) {
      this.log.warn(`The queue cannot be reached: ${(error as Error).message}`);
    }
  }
}
