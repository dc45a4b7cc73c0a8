import { Module } from '@nestjs/common';
import { EnvironmentsModule } from '../environments/environments.module.js';
import { SchemasModule } from '../schemas/schemas.module.js';
import { FeatureSchemasRepository } from './feature-schemas.repository.js';
import { FeatureSchemasService } from './feature-schemas.service.js';
import { FeaturesRepository } from './features.repository.js';
import { FeaturesService } from './features.service.js';

@Module({
  imports: [EnvironmentsModule, SchemasModule],
  providers: [FeaturesService, FeaturesRepository, FeatureSchemasService, FeatureSchemasRepository],
  exports: [FeaturesService, FeatureSchemasService],
})
export class FeaturesModule {}
