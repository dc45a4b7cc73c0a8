import { createPostgresBackend, type QueueOptions, setDefaultBackendFactory } from 'bullmq';
import { BullMQOtel } from 'bullmq-otel';
import type { Config } from '../config/config.js';

/** Name of the one queue; runs share it fairly by keeping only a few slices in it. */
export const QUEUE = 'testlake';

// Carries the trace from who adds a job to who does it.
const TELEMETRY = new BullMQOtel({ tracerName: 'testlake' });

/**
 * The one place that knows what carries the queue: Redis where `REDIS_URL` is set, otherwise PostgreSQL.
 * Must be called before a queue or worker is made, since the backend is chosen for the whole process.
 */
export function queueConnection(
  config: Config,
  side: 'producer' | 'worker',
): Pick<QueueOptions, 'connection' | 'telemetry'> {
  return { connection: connectionOf(config, side), ...(config.tracing === null ? {} : { telemetry: TELEMETRY }) };
}

function connectionOf(config: Config, side: 'producer' | 'worker'): QueueOptions['connection'] {
  if (config.redisUrl) {
    setDefaultBackendFactory();
    // A worker waits for Redis to come back; a request must not: its slices are swept into the queue later.
    const retries = side === 'worker' ? { maxRetriesPerRequest: null } : { enableOfflineQueue: false };
    return { url: config.redisUrl, ...retries };
  }
  setDefaultBackendFactory(createPostgresBackend);
  const connection = { connectionString: config.databaseUrl, schema: 'bullmq', migrate: true, max: 5 };
  return connection;
}
