import { Module } from '@nestjs/common';
import { EnvironmentsModule } from '../environments/environments.module.js';
import { FeaturesModule } from '../features/features.module.js';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { SchemasModule } from '../schemas/schemas.module.js';
import { TestDataModule } from '../test-data/test-data.module.js';
import { BundlePlans } from './bundle-plans.js';
import { ClaimsRepository } from './claims.repository.js';
import { FallbackService } from './fallback.service.js';
import { ItemSource } from './item-source.js';
import { RequestsService } from './requests.service.js';

@Module({
  imports: [IdempotencyModule, EnvironmentsModule, FeaturesModule, SchemasModule, TestDataModule],
  providers: [RequestsService, ClaimsRepository, FallbackService, BundlePlans, ItemSource],
  exports: [RequestsService],
})
export class RequestsModule {}
