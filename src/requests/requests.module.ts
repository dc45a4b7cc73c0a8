import { Module } from '@nestjs/common';
import { EnvironmentsModule } from '../environments/environments.module.js';
import { FeaturesModule } from '../features/features.module.js';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { SchemasModule } from '../schemas/schemas.module.js';
import { StocksModule } from '../test-data/stocks.module.js';
import { TestDataModule } from '../test-data/test-data.module.js';
import { BundleCollector } from './bundle-collector.js';
import { AskedRequestsRepository } from './asked-requests.repository.js';
import { AskedRequestsService } from './asked-requests.service.js';
import { BundlePlans } from './bundle-plans.js';
import { BundlesRepository } from './bundles.repository.js';
import { BundlesService } from './bundles.service.js';
import { ClaimingService } from './claiming.service.js';
import { ClaimsRepository } from './claims.repository.js';
import { FallbackService } from './fallback.service.js';
import { ItemMaker } from './item-maker.js';
import { ItemSource } from './item-source.js';
import { LeaseUpkeep } from './lease-upkeep.service.js';
import { PicksRepository } from './picks.repository.js';
import { GivenRecords } from './given-records.js';
import { RequestAnswers } from './request-answers.service.js';
import { RequestPlaces } from './request-places.js';
import { RequestsReadModel } from './requests.read-model.js';
import { RequestsService } from './requests.service.js';
import { WaitersRepository } from './waiters.repository.js';
import { WaitingRounds } from './waiting-rounds.service.js';
import { WaitingService } from './waiting.service.js';

@Module({
  imports: [IdempotencyModule, EnvironmentsModule, FeaturesModule, SchemasModule, StocksModule, TestDataModule],
  providers: [
    RequestsService,
    ClaimingService,
    ClaimsRepository,
    FallbackService,
    BundlePlans,
    BundleCollector,
    ItemSource,
    ItemMaker,
    PicksRepository,
    BundlesService,
    BundlesRepository,
    LeaseUpkeep,
    WaitingService,
    WaitingRounds,
    WaitersRepository,
    AskedRequestsService,
    AskedRequestsRepository,
    RequestAnswers,
    GivenRecords,
    RequestPlaces,
    RequestsReadModel,
  ],
  exports: [RequestsService, BundlesService, LeaseUpkeep, AskedRequestsService, RequestAnswers],
})
export class RequestsModule {}
