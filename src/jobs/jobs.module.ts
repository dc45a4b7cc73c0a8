import { Module } from '@nestjs/common';
import { RunEventsService } from './run-events.service.js';
import { RunsRepository } from './runs.repository.js';
import { RunsService } from './runs.service.js';
import { SlicesRepository } from './slices.repository.js';
import { SlicesService } from './slices.service.js';

@Module({
  providers: [RunsService, RunsRepository, RunEventsService, SlicesService, SlicesRepository],
  exports: [RunsService, RunEventsService, SlicesService],
})
export class JobsModule {}
