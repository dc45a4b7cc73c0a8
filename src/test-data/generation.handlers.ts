import { Injectable } from '@nestjs/common';
import { handle, type JobHandler } from '../../libs/jobs/define-job.js';
import { SlicesService } from '../jobs/slices.service.js';
import { GenerationSlices } from './generation-slices.service.js';
import { generateSlice } from './generation.jobs.js';

@Injectable()
export class GenerationHandlers {
  constructor(
    private readonly slices: SlicesService,
    private readonly generation: GenerationSlices,
  ) {}

  list(): JobHandler[] {
    return [
      handle(
        generateSlice,
        (payload, signal) =>
          this.slices.run(generateSlice, payload, (slice, abort) => this.generation.make(slice, abort), signal),
        (payload, error) => this.slices.giveUp(payload, error),
      ),
    ];
  }
}
