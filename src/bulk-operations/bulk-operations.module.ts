import { Module } from '@nestjs/common';
import { EnvironmentsModule } from '../environments/environments.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { SchemasModule } from '../schemas/schemas.module.js';
import { StocksModule } from '../test-data/stocks.module.js';
import { BulkOperationsService } from './bulk-operations.service.js';
import { BulkRecordsRepository } from './bulk-records.repository.js';
import { BulkSlices } from './bulk-slices.service.js';
import { Revalidation } from './revalidation.service.js';

@Module({
  imports: [EnvironmentsModule, JobsModule, SchemasModule, StocksModule],
  providers: [BulkOperationsService, BulkRecordsRepository, BulkSlices, Revalidation],
  exports: [BulkOperationsService, BulkSlices],
})
export class BulkOperationsModule {}
