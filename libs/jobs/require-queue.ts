import { Redis } from 'ioredis';
import type { Config } from '../config/config.js';

/** Throws what keeps Redis from being used, where the queue is there: a program that starts says so instead of waiting. */
export async function requireQueue(config: Config): Promise<void> {
  if (!config.redisUrl) return;
  const redis = new Redis(config.redisUrl, { lazyConnect: true, retryStrategy: () => null, connectTimeout: 5_000 });
  let cause: Error | null = null;
  redis.on('error', (error: Error) => (cause ??= error));
  try {
    await redis.connect();
    await redis.ping();
  } catch (error) {
    throw cause ?? error;
  } finally {
    redis.disconnect();
  }
}
