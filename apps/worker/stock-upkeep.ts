import { Injectable } from '@nestjs/common';
import { LeaseUpkeep } from '../../src/requests/lease-upkeep.service.js';
import { StockCountsService } from '../../src/test-data/stock-counts.service.js';

/** What stocks need now and then: records whose lease is over taken back, and then their counts rolled up. */
@Injectable()
export class StockUpkeep {
  constructor(
    private readonly leases: LeaseUpkeep,
    private readonly counts: StockCountsService,
  ) {}

  async tidy(): Promise<void> {
    await this.leases.sweep();
    await this.counts.rollUp();
  }
}
