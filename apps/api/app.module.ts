import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import type { Config } from '../../libs/config/config.js';
import { ConfigModule } from '../../libs/config/config.module.js';
import { DatabaseModule } from '../../libs/database/database.module.js';
import { ProblemFilter } from '../../libs/http/problem.filter.js';
import { RequestValidation } from '../../libs/http/validation.js';
import { QueueModule } from '../../libs/jobs/queue.module.js';
import { StorageModule } from '../../libs/storage/storage.module.js';
import { AccessGuard } from '../../src/access/access.guard.js';
import { AccessModule } from '../../src/access/access.module.js';
import { AuthController } from '../../src/auth/auth.controller.js';
import { AuthModule } from '../../src/auth/auth.module.js';
import { AuthGuard } from '../../src/auth/auth.guard.js';
import { BulkOperationsController } from '../../src/bulk-operations/bulk-operations.controller.js';
import { BulkOperationsModule } from '../../src/bulk-operations/bulk-operations.module.js';
import { CopiesController } from '../../src/copies/copies.controller.js';
import { CopiesModule } from '../../src/copies/copies.module.js';
import { entities } from '../../src/entities.js';
import { EnvironmentsController } from '../../src/environments/environments.controller.js';
import { EnvironmentsModule } from '../../src/environments/environments.module.js';
import { ComparisonsController } from '../../src/comparisons/comparisons.controller.js';
import { ComparisonsModule } from '../../src/comparisons/comparisons.module.js';
import { ExportsController } from '../../src/exports/exports.controller.js';
import { ExportsModule } from '../../src/exports/exports.module.js';
import { FeatureSchemasController } from '../../src/features/feature-schemas.controller.js';
import { FeatureStockController } from '../../src/features/feature-stock.controller.js';
import { FeaturesController } from '../../src/features/features.controller.js';
import { FeaturesModule } from '../../src/features/features.module.js';
import { HealthController } from '../../src/health/health.controller.js';
import { HealthModule } from '../../src/health/health.module.js';
import { ImportsController } from '../../src/imports/imports.controller.js';
import { ImportsModule } from '../../src/imports/imports.module.js';
import { JobsModule } from '../../src/jobs/jobs.module.js';
import { RunFilesController } from '../../src/jobs/run-files.controller.js';
import { RunFilesModule } from '../../src/jobs/run-files.module.js';
import { RunsController } from '../../src/jobs/runs.controller.js';
import { OrganizationsController } from '../../src/orgs/organizations.controller.js';
import { OrganizationsModule } from '../../src/orgs/organizations.module.js';
import { ProjectsController } from '../../src/projects/projects.controller.js';
import { ProjectsModule } from '../../src/projects/projects.module.js';
import { RecordFiltersModule } from '../../src/record-filters/record-filters.module.js';
import { SavedFiltersController } from '../../src/record-filters/saved-filters.controller.js';
import { RemovalsModule } from '../../src/removals/removals.module.js';
import { BundlesController } from '../../src/requests/bundles.controller.js';
import { AskedRequestsController } from '../../src/requests/asked-requests.controller.js';
import { RequestsController } from '../../src/requests/requests.controller.js';
import { RequestsModule } from '../../src/requests/requests.module.js';
import { SchedulesController } from '../../src/schedules/schedules.controller.js';
import { SchedulesModule } from '../../src/schedules/schedules.module.js';
import { DefinitionFormatController } from '../../src/schemas/definition-format.controller.js';
import { FieldsController } from '../../src/schemas/fields.controller.js';
import { SchemaRemovalModule } from '../../src/schemas/schema-removal.module.js';
import { SchemasController } from '../../src/schemas/schemas.controller.js';
import { SchemasModule } from '../../src/schemas/schemas.module.js';
import { GenerationController } from '../../src/test-data/generation.controller.js';
import { ManyGenerationController } from '../../src/test-data/many-generation.controller.js';
import { PreviewController } from '../../src/test-data/preview.controller.js';
import { RecordHistoryController } from '../../src/test-data/record-history.controller.js';
import { RecordLookupController } from '../../src/test-data/record-lookup.controller.js';
import { RecordsController } from '../../src/test-data/records.controller.js';
import { StockController } from '../../src/test-data/stock.controller.js';
import { TestDataModule } from '../../src/test-data/test-data.module.js';
import { StockThresholdsController } from '../../src/top-ups/stock-thresholds.controller.js';
import { TopUpsModule } from '../../src/top-ups/top-ups.module.js';
import { UsageController } from '../../src/usage/usage.controller.js';
import { UsageModule } from '../../src/usage/usage.module.js';
import { UsersController } from '../../src/users/users.controller.js';
import { UsersModule } from '../../src/users/users.module.js';

/** Statements of the API are short; one that is not must not hold a connection for ever. */
const STATEMENT_TIMEOUT = 30_000;

@Module({})
export class AppModule {
  static of(config: Config): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.of(config),
        DatabaseModule.forRoot(() => ({
          url: config.databaseUrl ?? '',
          entities,
          role: 'testlake_api',
          poolSize: 16,
          statementTimeout: STATEMENT_TIMEOUT,
        })),
        QueueModule,
        StorageModule,
        AccessModule,
        HealthModule,
        UsersModule,
        AuthModule,
        OrganizationsModule,
        ProjectsModule,
        RemovalsModule,
        EnvironmentsModule,
        SchemasModule,
        SchemaRemovalModule,
        FeaturesModule,
        TestDataModule,
        RecordFiltersModule,
        ImportsModule,
        BulkOperationsModule,
        CopiesModule,
        RequestsModule,
        JobsModule,
        RunFilesModule,
        ExportsModule,
        ComparisonsModule,
        SchedulesModule,
        UsageModule,
        TopUpsModule,
      ],
      controllers: [
        HealthController,
        AuthController,
        UsersController,
        OrganizationsController,
        ProjectsController,
        EnvironmentsController,
        FeaturesController,
        FeatureSchemasController,
        FeatureStockController,
        SchemasController,
        FieldsController,
        DefinitionFormatController,
        PreviewController,
        RecordLookupController,
        RecordsController,
        SavedFiltersController,
        GenerationController,
        ImportsController,
        StockController,
        BulkOperationsController,
        CopiesController,
        RequestsController,
        BundlesController,
        RunsController,
        RunFilesController,
        ExportsController,
        ComparisonsController,
        ManyGenerationController,
        SchedulesController,
        UsageController,
        RecordHistoryController,
        AskedRequestsController,
        StockThresholdsController,
      ],
      providers: [
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_PIPE, useClass: RequestValidation },
        { provide: APP_GUARD, useClass: AuthGuard },
        { provide: APP_GUARD, useClass: AccessGuard },
      ],
    };
  }
}
