import { Module } from '@nestjs/common';
import { StockKeysRepository } from './stock-keys.repository.js';
import { StockKeysService } from './stock-keys.service.js';
import { StockIds } from './stock-ids.service.js';
import { StocksRepository } from './stocks.repository.js';

/** The part of test data on which schemas depend. */
@Module({
  providers: [StocksRepository, StockIds, StockKeysService, StockKeysRepository],
  exports: [StocksRepository, StockIds, StockKeysService],
})
export class StocksModule {}
