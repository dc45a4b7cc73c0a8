import { Injectable } from '@nestjs/common';
import { handle, type JobDefinition, type JobHandler } from '../../libs/jobs/define-job.js';
import type { SlicePayload } from '../jobs/slices.jobs.js';
import { SlicesService } from '../jobs/slices.service.js';
import { cloneSlice, copySlice } from './copy.jobs.js';
import { CopyPlan } from './copy-plan.service.js';
import { CopySlices } from './copy-slices.service.js';

@Injectable()
export class CopyHandlers {
  constructor(
    private readonly slices: SlicesService,
    private readonly plan: CopyPlan,
    private readonly copies: CopySlices,
  ) {}

  list(): JobHandler[] {
    return [cloneSlice, copySlice].map((job) => this.handler(job));
  }

  /** The first slice has no cursor: it makes the others. */
  private handler(job: JobDefinition<SlicePayload>): JobHandler {
    return handle(
      job,
      (payload, stop) =>
        this.slices.run(
          job,
          payload,
          (slice, signal) => (slice.cursor ? this.copies.make(slice, signal) : this.plan.make(slice)),
          stop,
        ),
      (payload, error) => this.slices.giveUp(payload, error),
    );
  }
}
