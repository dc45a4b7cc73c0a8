import { Module } from '@nestjs/common';
import { JobsModule } from '../jobs/jobs.module.js';
import { TestDataModule } from '../test-data/test-data.module.js';
import { ScheduledRuns } from './scheduled-runs.service.js';
import { ScheduleFiringsRepository } from './schedule-firings.repository.js';
import { ScheduleFirings } from './schedule-firings.service.js';
import { ScheduleQueue } from './schedule-queue.js';
import { SchedulesRepository } from './schedules.repository.js';
import { SchedulesService } from './schedules.service.js';
import { ScheduleSweep } from './schedule-sweep.service.js';

@Module({
  imports: [TestDataModule, JobsModule],
  providers: [
    SchedulesService,
    SchedulesRepository,
    ScheduledRuns,
    ScheduleFirings,
    ScheduleFiringsRepository,
    ScheduleQueue,
    ScheduleSweep,
  ],
  exports: [SchedulesService, ScheduleFirings, ScheduleSweep],
})
export class SchedulesModule {}
