import { Module } from '@nestjs/common';
import { EnvironmentsModule } from '../environments/environments.module.js';
import { SchemasModule } from '../schemas/schemas.module.js';
import { StocksModule } from '../test-data/stocks.module.js';
import { FeatureSchemasRepository } from './feature-schemas.repository.js';
import { FeatureSchemasService } from './feature-schemas.service.js';
import { FeatureStockService } from './feature-stock.service.js';
import { FeaturesRepository } from './features.repository.js';
import { FeaturesService } from './features.service.js';

@Module({
  imports: [EnvironmentsModule, SchemasModule, StocksModule],
  providers: [
    FeaturesService,
    FeaturesRepository,
    FeatureSchemasService,
    FeatureSchemasRepository,
    FeatureStockService,
  ],
  exports: [FeaturesService, FeatureSchemasService, FeatureStockService],
})
export class FeaturesModule {}
