import { Module } from '@nestjs/common';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { RunEventsService } from './run-events.service.js';
import { RunsRepository } from './runs.repository.js';
import { RunsService } from './runs.service.js';
import { SlicesRepository } from './slices.repository.js';
import { SlicesService } from './slices.service.js';

@Module({
  imports: [IdempotencyModule],
  providers: [RunsService, RunsRepository, RunEventsService, SlicesService, SlicesRepository],
  exports: [RunsService, RunEventsService, SlicesService],
})
export class JobsModule {}
