import { Injectable } from '@nestjs/common';
import type { JobHandler } from '../../libs/jobs/define-job.js';
import { SlicesService } from '../jobs/slices.service.js';
import { ComparisonSlices } from './comparison-slices.service.js';
import { compareSlice } from './comparisons.jobs.js';

@Injectable()
export class ComparisonHandlers {
  constructor(
    private readonly slices: SlicesService,
    private readonly comparisons: ComparisonSlices,
  ) {}

  list(): JobHandler[] {
    return [this.slices.handler(compareSlice, (...slice) => this.comparisons.make(...slice))];
  }
}
