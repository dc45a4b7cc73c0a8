import { Injectable } from '@nestjs/common';
import { handle, type JobHandler } from '../../libs/jobs/define-job.js';
import { SlicesService } from '../jobs/slices.service.js';
import { bulkOperationSlices } from './bulk-operations.jobs.js';
import { BulkSlices } from './bulk-slices.service.js';

@Injectable()
export class BulkOperationHandlers {
  constructor(
    private readonly slices: SlicesService,
    private readonly operations: BulkSlices,
  ) {}

  list(): JobHandler[] {
    return bulkOperationSlices.map((job) =>
      handle(
        job,
        (payload, signal) =>
          this.slices.run(job, payload, (slice, abort) => this.operations.make(slice, abort), signal),
        (payload, error) => this.slices.giveUp(payload, error),
      ),
    );
  }
}
