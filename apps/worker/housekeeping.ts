import { Injectable, Logger } from '@nestjs/common';
import { IdempotencyRepository } from '../../src/idempotency/idempotency.repository.js';
import { EndedRunsService } from '../../src/jobs/ended-runs.service.js';
import { SlicesService } from '../../src/jobs/slices.service.js';
import { StockCountsService } from '../../src/test-data/stock-counts.service.js';
import { ScheduleSweep } from '../../src/schedules/schedule-sweep.service.js';

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

  /** Begins, with so many seconds between two rounds. What has not moved for two of them is looked after. */
  start(seconds: number): void {
    const round = async (): Promise<void> => {
      await this.tidy(2 * seconds).catch((error: Error) => this.log.warn(`housekeeping: ${error.message}`));
      this.timer = setTimeout(() => void round(), seconds * 1000);
    };
    this.timer = setTimeout(() => void round(), 0);
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private async tidy(quietSeconds: number): Promise<void> {
    await this.slices.sweep(quietSeconds);
    await this.idempotency.sweep();
    await this.ended.sweep();
    await this.counts.rollUp();
    await this.schedules.sweep(quietSeconds);
  }
}
