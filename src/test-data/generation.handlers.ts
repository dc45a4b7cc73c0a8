import { Injectable } from '@nestjs/common';
import { handle, type JobHandler } from '../../libs/jobs/define-job.js';
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
      handle(
        generateSlice,
        (payload, signal) =>
          this.slices.run(generateSlice, payload, (slice, abort) => this.generation.make(slice, abort), signal),
        (payload, error) => this.slices.giveUp(payload, error),
      ),
      handle(
        generateManySlice,
        (payload, signal) =>
          this.slices.run(generateManySlice, payload, (slice, abort) => this.stages.make(slice, abort), signal),
        (payload, error) => this.slices.giveUp(payload, error),
      ),
    ];
  }
}
