import { Module } from '@nestjs/common';
import { JobsModule } from '../jobs/jobs.module.js';
import { RemovalsRepository } from './removals.repository.js';
import { RemovalsService } from './removals.service.js';

@Module({ imports: [JobsModule], providers: [RemovalsService, RemovalsRepository], exports: [RemovalsService] })
export class RemovalsModule {}
