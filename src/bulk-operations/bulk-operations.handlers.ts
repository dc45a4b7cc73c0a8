import { Injectable } from '@nestjs/common';
import type { JobHandler } from '../../libs/jobs/define-job.js';
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
      this.slices.handler(job, (slice, signal) => this.operations.make(slice, signal)),
    );
  }
}
