import { Module } from '@nestjs/common';
import { StockCountsRepository } from './stock-counts.repository.js';
import { StockCountsService } from './stock-counts.service.js';
import { StockKeysRepository } from './stock-keys.repository.js';
import { StockKeysService } from './stock-keys.service.js';
import { StockIds } from './stock-ids.service.js';
import { StocksRepository } from './stocks.repository.js';

/** The part of test data on which schemas depend. */
@Module({
  providers: [
    StocksRepository,
    StockIds,
    StockKeysService,
    StockKeysRepository,
    StockCountsService,
    StockCountsRepository,
  ],
  exports: [StocksRepository, StockIds, StockKeysService, StockCountsService],
})
export class StocksModule {}
