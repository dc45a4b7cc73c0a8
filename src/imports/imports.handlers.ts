import { Injectable } from '@nestjs/common';
import type { JobHandler } from '../../libs/jobs/define-job.js';
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
    return [this.slices.handler(importSlice, (...slice) => this.imports.make(...slice))];
  }
}
