import { Injectable, Logger } from '@nestjs/common';
import { bulkOperationSlices } from '../../src/bulk-operations/bulk-operations.jobs.js';
import { cloneSlice, copySlice } from '../../src/copies/copy.jobs.js';
import { IdempotencyRepository } from '../../src/idempotency/idempotency.repository.js';
import { EndedRunsService } from '../../src/jobs/ended-runs.service.js';
import { SlicesService } from '../../src/jobs/slices.service.js';
import { compareSlice } from '../../src/comparisons/comparisons.jobs.js';
import { exportSlice } from '../../src/exports/exports.jobs.js';
import { importSlice } from '../../src/imports/imports.jobs.js';
import { deleteSlice } from '../../src/removals/removals.jobs.js';
import { StockCountsService } from '../../src/test-data/stock-counts.service.js';
import { ScheduleSweep } from '../../src/schedules/schedule-sweep.service.js';
import { generateManySlice, generateSlice } from '../../src/test-data/generation.jobs.js';

/** Milliseconds between two rounds, and seconds after which an open slice that has not moved is looked after. */
const ROUND = 5_000;
const QUIET = 10;

const SLICE_JOBS = [
  generateSlice,
  generateManySlice,
  importSlice,
  exportSlice,
  compareSlice,
  cloneSlice,
  copySlice,
  ...bulkOperationSlices,
  deleteSlice,
];

/** What has to be done again and again: lost slices put back into the queue, what is old forgotten, counts rolled up, schedules kept going. */
@Injectable()
export class Housekeeping {
  private readonly log = new Logger(Housekeeping.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly slices: SlicesService,
    private readonly idempotency: IdempotencyRepository,
    private readonly ended: EndedRunsService,
    private readonly counts: StockCountsService,
    private readonly schedules: ScheduleSweep,
  ) {}

  start(): void {
    const round = async (): Promise<void> => {
      await this.tidy().catch((error: Error) => this.log.warn(`housekeeping: ${error.message}`));
      this.timer = setTimeout(() => void round(), ROUND);
    };
    this.timer = setTimeout(() => void round(), 0);
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private async tidy(): Promise<void> {
    await this.slices.sweep(SLICE_JOBS, QUIET);
    await this.idempotency.sweep();
    await this.ended.sweep();
    await this.counts.rollUp();
    await this.schedules.sweep();
  }
}
