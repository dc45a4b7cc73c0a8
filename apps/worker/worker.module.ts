import { type DynamicModule, Module } from '@nestjs/common';
import type { Config } from '../../libs/config/config.js';
import { ConfigModule } from '../../libs/config/config.module.js';
import { DatabaseModule } from '../../libs/database/database.module.js';
import { QueueModule } from '../../libs/jobs/queue.module.js';
import { StorageModule } from '../../libs/storage/storage.module.js';
import { AccessModule } from '../../src/access/access.module.js';
import { BulkOperationHandlers } from '../../src/bulk-operations/bulk-operations.handlers.js';
import { BulkOperationsModule } from '../../src/bulk-operations/bulk-operations.module.js';
import { CopyHandlers } from '../../src/copies/copies.handlers.js';
import { CopiesModule } from '../../src/copies/copies.module.js';
import { entities } from '../../src/entities.js';
import { ComparisonHandlers } from '../../src/comparisons/comparisons.handlers.js';
import { ComparisonsModule } from '../../src/comparisons/comparisons.module.js';
import { ExportHandlers } from '../../src/exports/exports.handlers.js';
import { ExportsModule } from '../../src/exports/exports.module.js';
import { HealthModule } from '../../src/health/health.module.js';
import { IdempotencyModule } from '../../src/idempotency/idempotency.module.js';
import { ImportHandlers } from '../../src/imports/imports.handlers.js';
import { ImportsModule } from '../../src/imports/imports.module.js';
import { JobsModule } from '../../src/jobs/jobs.module.js';
import { RemovalHandlers } from '../../src/removals/removals.handlers.js';
import { RemovalsModule } from '../../src/removals/removals.module.js';
import { RequestsModule } from '../../src/requests/requests.module.js';
import { ScheduleHandlers } from '../../src/schedules/schedules.handlers.js';
import { SchedulesModule } from '../../src/schedules/schedules.module.js';
import { GenerationHandlers } from '../../src/test-data/generation.handlers.js';
import { SearchIndexHandlers } from '../../src/test-data/search-index.handlers.js';
import { StocksModule } from '../../src/test-data/stocks.module.js';
import { TestDataModule } from '../../src/test-data/test-data.module.js';
import { TopUpsModule } from '../../src/top-ups/top-ups.module.js';
import { UsageModule } from '../../src/usage/usage.module.js';
import { connectionsFor } from './concurrency.js';
import { Housekeeping } from './housekeeping.js';

@Module({})
export class WorkerModule {
  static of(config: Config): DynamicModule {
    return {
      module: WorkerModule,
      imports: [
        ConfigModule.of(config),
        DatabaseModule.forRoot(() => ({
          url: config.databaseUrl ?? '',
          entities,
          poolSize: connectionsFor(config.worker.concurrency),
        })),
        QueueModule,
        StorageModule,
        AccessModule,
        HealthModule,
        IdempotencyModule,
        JobsModule,
        TestDataModule,
        ImportsModule,
        RemovalsModule,
        RequestsModule,
        ExportsModule,
        ComparisonsModule,
        StocksModule,
        BulkOperationsModule,
        SchedulesModule,
        CopiesModule,
        UsageModule,
        TopUpsModule,
      ],
      providers: [
        GenerationHandlers,
        ImportHandlers,
        ExportHandlers,
        ComparisonHandlers,
        BulkOperationHandlers,
        ScheduleHandlers,
        CopyHandlers,
        RemovalHandlers,
        SearchIndexHandlers,
        Housekeeping,
      ],
    };
  }
}
