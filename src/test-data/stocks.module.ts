import { Module } from '@nestjs/common';
import { JobsModule } from '../jobs/jobs.module.js';
import { SearchFieldsRepository } from './search-fields.repository.js';
import { SearchFieldsService } from './search-fields.service.js';
import { StockCountsRepository } from './stock-counts.repository.js';
import { StockCountsService } from './stock-counts.service.js';
import { StockKeysRepository } from './stock-keys.repository.js';
import { StockKeysService } from './stock-keys.service.js';
import { StockIds } from './stock-ids.service.js';
import { StockUpkeep } from './stock-upkeep.service.js';
import { StocksRepository } from './stocks.repository.js';

/** The part of test data on which schemas depend. */
@Module({
  imports: [JobsModule],
  providers: [
    StocksRepository,
    StockIds,
    StockKeysService,
    StockKeysRepository,
    StockCountsService,
    StockCountsRepository,
    StockUpkeep,
    SearchFieldsService,
    SearchFieldsRepository,
  ],
  exports: [
    StocksRepository,
    StockIds,
    StockKeysService,
    StockCountsService,
    StockUpkeep,
    SearchFieldsService,
    SearchFieldsRepository,
  ],
})
export class StocksModule {}
