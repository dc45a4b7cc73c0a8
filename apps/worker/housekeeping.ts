import { Inject, Injectable, Logger, type Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { Config } from '../../libs/config/config.js';
import { CONFIG } from '../../libs/config/config.module.js';
import { IdempotencyRepository } from '../../src/idempotency/idempotency.repository.js';
import { EndedRunsService } from '../../src/jobs/ended-runs.service.js';
import { SlicesService } from '../../src/jobs/slices.service.js';
import { LeaseUpkeep } from '../../src/requests/lease-upkeep.service.js';
import { ScheduleSweep } from '../../src/schedules/schedule-sweep.service.js';
import { StockCountsService } from '../../src/test-data/stock-counts.service.js';
import { TopUps } from '../../src/top-ups/top-ups.service.js';
import { UsageService } from '../../src/usage/usage.service.js';

/**
 * What has to be done again and again: lost slices put back into the queue, what is old forgotten, lent records taken back,
 * counts rolled up, schedules kept going, stocks filled up.
 */
@Injectable()
export class Housekeeping {
  private readonly log = new Logger(Housekeeping.name);
  private readonly chores: Record<string, () => Promise<void>> = {
    slices: () => this.get(SlicesService).sweep(this.quietSeconds),
    idempotency: () => this.get(IdempotencyRepository).sweep(),
    ended_runs: () => this.get(EndedRunsService).sweep(),
    uploads: () => this.get(EndedRunsService).sweepUploads(),
    leases: () => this.get(LeaseUpkeep).sweep(),
    stock_counts: () => this.get(StockCountsService).rollUp(),
    usage: () => this.get(UsageService).rollUp(),
    schedules: () => this.get(ScheduleSweep).sweep(this.quietSeconds),
    top_ups: () => this.get(TopUps).sweep(),
  };
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly modules: ModuleRef,
  ) {}

  start(): void {
    const round = async (): Promise<void> => {
      await this.tidy();
      this.timer = setTimeout(() => void round(), this.config.worker.upkeepMs);
    };
    this.timer = setTimeout(() => void round(), 0);
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  /** A chore that fails keeps none of the others. */
  private async tidy(): Promise<void> {
    for (const [name, chore] of Object.entries(this.chores)) {
      await chore().catch((error: Error) => this.log.warn(`housekeeping, ${name}: ${error.message}`));
    }
  }

  /** After two rounds, what has not moved is looked after. */
  private get quietSeconds(): number {
    return Math.max(1, (2 * this.config.worker.upkeepMs) / 1000);
  }

  private get<T>(service: Type<T>): T {
    return this.modules.get(service, { strict: false });
  }
}
