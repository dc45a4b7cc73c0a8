import { BullModule } from '@nestjs/bullmq';
import { Global, Module } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { QUEUE, queueConnection } from './backend.js';
import { JobQueue } from './job-queue.js';
import { JobSchedules } from './job-schedules.js';

/** Gives every module the {@link JobQueue} and the {@link JobSchedules}; starts no worker. */
@Global()
@Module({
  imports: [
    BullModule.forRootAsync({ inject: [CONFIG], useFactory: (config: Config) => queueConnection(config, 'producer') }),
    BullModule.registerQueue({ name: QUEUE }),
  ],
  providers: [JobQueue, JobSchedules],
  exports: [JobQueue, JobSchedules],
})
export class QueueModule {}
