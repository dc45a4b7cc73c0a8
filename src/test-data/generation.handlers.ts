import { Injectable } from '@nestjs/common';
import type { JobHandler } from '../../libs/jobs/define-job.js';
import { SlicesService } from '../jobs/slices.service.js';
import { GenerationStages } from './generation-stages.service.js';
import { GenerationSlices } from './generation-slices.service.js';
import { generateManySlice, generateSlice } from './generation.jobs.js';

@Injectable()
export class GenerationHandlers {
  constructor(
    private readonly slices: SlicesService,
    private readonly generation: GenerationSlices,
    private readonly stages: GenerationStages,
  ) {}

  list(): JobHandler[] {
    return [
      this.slices.handler(generateSlice, (slice, signal) => this.generation.make(slice, signal)),
      this.slices.handler(generateManySlice, (slice, signal) => this.stages.make(slice, signal)),
    ];
  }
}
