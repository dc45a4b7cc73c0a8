import { Injectable } from '@nestjs/common';
import type { JobHandler } from '../../libs/jobs/define-job.js';
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
    return [cloneSlice, copySlice].map((job) =>
      // The first slice has no cursor: it makes the others.
      this.slices.handler(job, (slice, signal) =>
        slice.cursor ? this.copies.make(slice, signal) : this.plan.make(slice),
      ),
    );
  }
}
