import { Injectable } from '@nestjs/common';
import type { JobHandler } from '../../libs/jobs/define-job.js';
import { SlicesService } from '../jobs/slices.service.js';
import { deleteSlice } from './removals.jobs.js';
import { RemovalsService } from './removals.service.js';

@Injectable()
export class RemovalHandlers {
  constructor(
    private readonly slices: SlicesService,
    private readonly removals: RemovalsService,
  ) {}

  list(): JobHandler[] {
    return [this.slices.handler(deleteSlice, (slice) => this.removals.makeSlice(slice))];
  }
}
