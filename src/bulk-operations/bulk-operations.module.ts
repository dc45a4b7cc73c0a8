import { Module } from '@nestjs/common';
import { EnvironmentsModule } from '../environments/environments.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { SchemasModule } from '../schemas/schemas.module.js';
import { StocksModule } from '../test-data/stocks.module.js';
import { BulkOperationsService } from './bulk-operations.service.js';
import { BulkRecordsRepository } from './bulk-records.repository.js';
import { BulkSteps } from './bulk-steps.service.js';
import { BulkSlices } from './bulk-slices.service.js';
import { DanglingReferences } from './dangling-references.service.js';
import { Revalidation } from './revalidation.service.js';
import { ValueUpdates } from './value-updates.service.js';

@Module({
  imports: [EnvironmentsModule, JobsModule, SchemasModule, StocksModule],
  providers: [
    BulkOperationsService,
    BulkRecordsRepository,
    BulkSlices,
    BulkSteps,
    DanglingReferences,
    Revalidation,
    ValueUpdates,
  ],
  exports: [BulkOperationsService, BulkSlices],
})
export class BulkOperationsModule {}
