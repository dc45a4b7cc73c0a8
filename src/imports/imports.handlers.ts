import { Injectable } from '@nestjs/common';
import { handle, type JobHandler } from '../../libs/jobs/define-job.js';
import { SlicesService } from '../jobs/slices.service.js';
import { ImportSlices } from './import-slices.service.js';
import { importSlice } from './imports.jobs.js';

@Injectable()
export class ImportHandlers {
  constructor(
    private readonly slices: SlicesService,
    private readonly imports: ImportSlices,
  ) {}

  list(): JobHandler[] {
    return [
      handle(
        importSlice,
        (payload, signal) =>
          this.slices.run(
            importSlice,
            payload,
            (slice, abort, report) => this.imports.make(slice, abort, report),
            signal,
          ),
        (payload, error) => this.slices.giveUp(payload, error),
      ),
    ];
  }
}
