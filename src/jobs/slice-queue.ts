import { Injectable, Logger } from '@nestjs/common';
import type { JobDefinition } from '../../libs/jobs/define-job.js';
import { JobQueue } from '../../libs/jobs/job-queue.js';
import type { JobRun } from './job-run.entity.js';
import { sliceEntry, type SlicePayload } from './slices.jobs.js';

/** Puts slices into the queue. */
@Injectable()
export class SliceQueue {
  private readonly log = new Logger('runs');

  constructor(private readonly queue: JobQueue) {}

  /** Never throws: where the queue is away, the slices stand in the tables, and the sweep brings them when it is back. */
  async add(
    job: JobDefinition<SlicePayload>,
    run: Pick<JobRun, 'id' | 'priority'>,
    slices: readonly number[],
  ): Promise<void> {
    try {
      await this.queue.add(
        job,
        slices.map((no) => sliceEntry(run, no)),
      );
    } catch (error) {
      this.log.warn(`The queue cannot be reached: ${(error as Error).message}`);
    }
  }
}
