import { Module } from '@nestjs/common';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { EndedRunsRepository } from './ended-runs.repository.js';
import { EndedRunsService } from './ended-runs.service.js';
import { RunControlRepository } from './run-control.repository.js';
import { RunControlService } from './run-control.service.js';
import { RunEventsService } from './run-events.service.js';
import { RunFiguresRepository } from './run-figures.repository.js';
import { RunFiguresService } from './run-figures.service.js';
import { RunFilesRepository } from './run-files.repository.js';
import { RunFilesService } from './run-files.service.js';
import { RunsRepository } from './runs.repository.js';
import { RunsService } from './runs.service.js';
import { SliceQueue } from './slice-queue.js';
import { SlicesRepository } from './slices.repository.js';
import { SlicesService } from './slices.service.js';

@Module({
  imports: [IdempotencyModule],
  providers: [
    RunsService,
    RunsRepository,
    RunControlService,
    RunControlRepository,
    RunEventsService,
    EndedRunsService,
    EndedRunsRepository,
    RunFiguresService,
    RunFiguresRepository,
    RunFilesService,
    RunFilesRepository,
    SliceQueue,
    SlicesService,
    SlicesRepository,
  ],
  exports: [
    RunsService,
    RunControlService,
    RunEventsService,
    RunFilesService,
    RunFiguresService,
    EndedRunsService,
    SlicesService,
  ],
})
export class JobsModule {}
