import { Queue } from 'bullmq';
import type { Config } from '../config/config.js';
import { QUEUE, queueConnection } from './backend.js';
import { requireQueue } from './require-queue.js';

/** Makes the queue's own tables where it lives in PostgreSQL; Redis needs none, and only has to answer. */
export async function migrateQueue(config: Config): Promise<void> {
  if (config.redisUrl) return requireQueue(config);
  const queue = new Queue(QUEUE, queueConnection(config, 'producer'));
  try {
    await queue.waitUntilReady();
  } finally {
    await queue.close();
  }
}
