import { Injectable } from '@nestjs/common';
import type { JobHandler } from '../../libs/jobs/define-job.js';
import { SlicesService } from '../jobs/slices.service.js';
import { ExportSlices } from './export-slices.service.js';
import { exportSlice } from './exports.jobs.js';

@Injectable()
export class ExportHandlers {
  constructor(
    private readonly slices: SlicesService,
    private readonly exports: ExportSlices,
  ) {}

  list(): JobHandler[] {
    return [this.slices.handler(exportSlice, (...slice) => this.exports.make(...slice))];
  }
}
