import { type DynamicModule, Module } from '@nestjs/common';
import type { Config } from '../../libs/config/config.js';
import { ConfigModule } from '../../libs/config/config.module.js';
import { DatabaseModule } from '../../libs/database/database.module.js';
import { QueueModule } from '../../libs/jobs/queue.module.js';
import { StorageModule } from '../../libs/storage/storage.module.js';
import { AccessModule } from '../../src/access/access.module.js';
import { CopyHandlers } from '../../src/copies/copies.handlers.js';
import { CopiesModule } from '../../src/copies/copies.module.js';
import { entities } from '../../src/entities.js';
import { HealthModule } from '../../src/health/health.module.js';
import { IdempotencyModule } from '../../src/idempotency/idempotency.module.js';
import { JobsModule } from '../../src/jobs/jobs.module.js';
import { RemovalHandlers } from '../../src/removals/removals.handlers.js';
import { RemovalsModule } from '../../src/removals/removals.module.js';
import { GenerationHandlers } from '../../src/test-data/generation.handlers.js';
import { TestDataModule } from '../../src/test-data/test-data.module.js';
import { Housekeeping } from './housekeeping.js';

@Module({})
export class WorkerModule {
  static of(config: Config): DynamicModule {
    return {
      module: WorkerModule,
      imports: [
        ConfigModule.of(config),
        // Each slice holds one connection, and takes its turn and reports over another; a few serve the sweep and health.
        DatabaseModule.forRoot(() => ({
          url: config.databaseUrl ?? '',
          entities,
          poolSize: config.worker.concurrency * 2 + 3,
        })),
        QueueModule,
        StorageModule,
        AccessModule,
        HealthModule,
        IdempotencyModule,
        JobsModule,
        TestDataModule,
        RemovalsModule,
        CopiesModule,
      ],
      providers: [GenerationHandlers, RemovalHandlers, CopyHandlers, Housekeeping],
    };
  }
}
