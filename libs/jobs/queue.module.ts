import { BullModule } from '@nestjs/bullmq';
import { Global, Module } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { QUEUE, queueConnection } from './backend.js';
import { JobQueue } from './job-queue.js';

/** Gives every module the {@link JobQueue}; starts no worker. */
@Global()
@Module({
  imports: [
    BullModule.forRootAsync({ inject: [CONFIG], useFactory: (config: Config) => queueConnection(config, 'producer') }),
    BullModule.registerQueue({ name: QUEUE }),
  ],
  providers: [JobQueue],
  exports: [JobQueue],
})
export class QueueModule {}
