import { Module } from '@nestjs/common';
import { EnvironmentsModule } from '../environments/environments.module.js';
import { FeaturesModule } from '../features/features.module.js';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { SchemasModule } from '../schemas/schemas.module.js';
import { TestDataModule } from '../test-data/test-data.module.js';
import { AskedRequestsRepository } from './asked-requests.repository.js';
import { AskedRequestsService } from './asked-requests.service.js';
import { BundlePlans } from './bundle-plans.js';
import { ClaimsRepository } from './claims.repository.js';
import { FallbackService } from './fallback.service.js';
import { GivenRecords } from './given-records.js';
import { ItemSource } from './item-source.js';
import { RequestAnswers } from './request-answers.service.js';
import { RequestPlaces } from './request-places.js';
import { RequestsReadModel } from './requests.read-model.js';
import { RequestsService } from './requests.service.js';

@Module({
  imports: [IdempotencyModule, EnvironmentsModule, FeaturesModule, SchemasModule, TestDataModule],
  providers: [
    RequestsService,
    ClaimsRepository,
    FallbackService,
    BundlePlans,
    ItemSource,
    AskedRequestsService,
    AskedRequestsRepository,
    RequestAnswers,
    GivenRecords,
    RequestPlaces,
    RequestsReadModel,
  ],
  exports: [RequestsService, AskedRequestsService, RequestAnswers],
})
export class RequestsModule {}
