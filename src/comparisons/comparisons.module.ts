import { Module } from '@nestjs/common';
import { EnvironmentsModule } from '../environments/environments.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { SchemasModule } from '../schemas/schemas.module.js';
import { ComparisonPlans } from './comparison-plans.js';
import { ComparisonSlices } from './comparison-slices.service.js';
import { ComparisonsRepository } from './comparisons.repository.js';
import { ComparisonsService } from './comparisons.service.js';

@Module({
  imports: [EnvironmentsModule, SchemasModule, JobsModule],
  providers: [ComparisonsService, ComparisonPlans, ComparisonSlices, ComparisonsRepository],
  exports: [ComparisonsService, ComparisonSlices],
})
export class ComparisonsModule {}
