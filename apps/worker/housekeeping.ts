import { Injectable, Logger } from '@nestjs/common';
import { IdempotencyRepository } from '../../src/idempotency/idempotency.repository.js';
import { EndedRunsService } from '../../src/jobs/ended-runs.service.js';
import { SlicesService } from '../../src/jobs/slices.service.js';
import { ScheduleSweep } from '../../src/schedules/schedule-sweep.service.js';
import { StockUpkeep } from './stock-upkeep.js';

/** Milliseconds between two rounds, and seconds after which an open slice that has not moved is looked after. */
const ROUND = 5_000;
const QUIET = 10;

/** What has to be done again and again: lost slices put back into the queue, what is old forgotten, lent records taken back, counts rolled up, schedules kept going. */
@Injectable()
export class Housekeeping {
  private readonly log = new Logger(Housekeeping.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly slices: SlicesService,
    private readonly idempotency: IdempotencyRepository,
    private readonly ended: EndedRunsService,
    private readonly stocks: StockUpkeep,
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
    await this.slices.sweep(QUIET);
    await this.idempotency.sweep();
    await this.ended.sweep();
    await this.ended.sweepUploads();
    await this.stocks.tidy();
    await this.schedules.sweep();
  }
}
