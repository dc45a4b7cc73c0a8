import { Injectable } from '@nestjs/common';
import { handle, type JobHandler } from '../../libs/jobs/define-job.js';
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
    return [
      handle(
        deleteSlice,
        (payload, signal) => this.slices.run(deleteSlice, payload, (slice) => this.removals.makeSlice(slice), signal),
        (payload, error) => this.slices.giveUp(payload, error),
      ),
    ];
  }
}
