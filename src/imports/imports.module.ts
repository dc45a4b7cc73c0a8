import { Module } from '@nestjs/common';
import { EnvironmentsModule } from '../environments/environments.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { SchemasModule } from '../schemas/schemas.module.js';
import { TestDataModule } from '../test-data/test-data.module.js';
import { ImportSlices } from './import-slices.service.js';
import { ImportsService } from './imports.service.js';
import { IncomingFiles } from './incoming-file.service.js';

@Module({
  imports: [EnvironmentsModule, SchemasModule, TestDataModule, JobsModule],
  providers: [ImportsService, IncomingFiles, ImportSlices],
  exports: [ImportsService, ImportSlices],
})
export class ImportsModule {}
