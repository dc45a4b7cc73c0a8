import { Module } from '@nestjs/common';
import { EnvironmentsModule } from '../environments/environments.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { SchemasModule } from '../schemas/schemas.module.js';
import { StocksModule } from '../test-data/stocks.module.js';
import { ExportSlices } from './export-slices.service.js';
import { ExportsRepository } from './exports.repository.js';
import { ExportsService } from './exports.service.js';

@Module({
  imports: [EnvironmentsModule, SchemasModule, JobsModule, StocksModule],
  providers: [ExportsService, ExportSlices, ExportsRepository],
  exports: [ExportsService, ExportSlices],
})
export class ExportsModule {}
