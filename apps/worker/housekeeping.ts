import { Injectable, Logger } from '@nestjs/common';
import { cloneSlice, copySlice } from '../../src/copies/copy.jobs.js';
import { IdempotencyRepository } from '../../src/idempotency/idempotency.repository.js';
import { EndedRunsService } from '../../src/jobs/ended-runs.service.js';
import { SlicesService } from '../../src/jobs/slices.service.js';
import { deleteSlice } from '../../src/removals/removals.jobs.js';
import { generateSlice } from '../../src/test-data/generation.jobs.js';

/** Milliseconds between two rounds, and seconds after which an open slice that has not moved is looked after. */
const ROUND = 5_000;
const QUIET = 10;

/** What has to be done again and again: lost slices are put back into the queue, old runs and idempotency keys forgotten. */
@Injectable()
export class Housekeeping {
  private readonly log = new Logger(Housekeeping.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly slices: SlicesService,
    private readonly idempotency: IdempotencyRepository,
    private readonly ended: EndedRunsService,
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
    await this.slices.sweep([generateSlice, deleteSlice, cloneSlice, copySlice], QUIET);
    await this.idempotency.sweep();
    await this.ended.sweep();
  }
}
