import { Injectable } from '@nestjs/common';
import { handle, type JobHandler } from '../../libs/jobs/define-job.js';
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
    return [
      handle(
        exportSlice,
        (payload, signal) => this.slices.run(exportSlice, payload, (...slice) => this.exports.make(...slice), signal),
        (payload, error) => this.slices.giveUp(payload, error),
      ),
    ];
  }
}
