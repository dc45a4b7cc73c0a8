import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe } from '@jest/globals';
import { Redis } from 'ioredis';
import { hasEnded } from '../../libs/process/end-child.js';
import { testSettings } from '../../libs/config/test-settings.js';
import { claimPort } from '../../libs/process/free-port.js';
import type { TestDatabase } from './database.js';

export const HAS_REDIS = spawnSync('redis-server', ['--version']).status === 0;

export interface TestRedis {
  url: string;
  /** Ends it at once, with all that it holds. */
  kill(): Promise<void>;
  /** Starts it again on the same port, empty. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface StartedQueue {
  /** Variables that put the queue there. */
  variables: Record<string, string>;
  /** Loses everything that is in the queue; `db` is where the tables are. */
  lose(db: TestDatabase): Promise<void>;
  stop(): Promise<void>;
}

/** Where a test's queue lives. */
export interface Backend {
  name: string;
  /** Call `stop` when done. */
  start(): Promise<StartedQueue>;
}

export const POSTGRES: Backend = {
  name: 'PostgreSQL',
  start: async () => ({ variables: {}, lose: emptyTables, stop: async () => undefined }),
};
const REDIS: Backend = {
  name: 'Redis',
  start: async () => {
    const redis = await startRedis();
    return { variables: { REDIS_URL: redis.url }, lose: () => flush(redis.url), stop: () => redis.stop() };
  },
};

/** Empties the queue's tables in PostgreSQL, but for the one that says that they are there. */
async function emptyTables(db: TestDatabase): Promise<void> {
  const tables = await db.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
     WHERE schemaname = 'bullmq' AND tablename !~ 'migration|version'`,
  );
  await db.query(`TRUNCATE ${tables.map(({ name }) => name).join(', ')} CASCADE`);
}

/** Declares the tests once for each queue; those on Redis are skipped, by name, where there is no `redis-server`. */
export function describeOnEachQueue(name: string, declare: (backend: Backend) => void): void {
  describe(`${name} (queue on PostgreSQL)`, () => declare(POSTGRES));
  const onRedis = HAS_REDIS ? describe : describe.skip;
  onRedis(`${name} (queue on Redis)`, () => declare(REDIS));
}

/** The same for what uses runs as all the others do, on whose queues those are tested: on Redis in the long form only. */
export function describeOnEachQueueIfLong(name: string, declare: (backend: Backend) => void): void {
  if (testSettings().isLong) describeOnEachQueue(name, declare);
  else describe(`${name} (queue on PostgreSQL)`, () => declare(POSTGRES));
}

/** Starts a Redis server of its own on loopback. */
export async function startRedis(): Promise<TestRedis> {
  const port = await claimPort('127.0.0.1', 0);
  const dir = mkdtempSync(path.join(os.tmpdir(), 'testlake-redis-'));
  const flags = { port: String(port), bind: '127.0.0.1', dir, save: '', appendonly: 'no' };
  const url = `redis://127.0.0.1:${port}`;
  let server: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const list = Object.entries(flags).flatMap(([key, value]) => [`--${key}`, value]);
    server = spawn('redis-server', list, { stdio: 'ignore' });
    await untilItAnswers(url);
  };
  const kill = async (): Promise<void> => {
    if (!server || hasEnded(server)) return;
    const exit = once(server, 'exit');
    server.kill('SIGKILL');
    await exit;
  };
  await start();
  const stop = async (): Promise<void> => {
    await kill();
    rmSync(dir, { recursive: true, force: true });
  };
  return { url, kill, start, stop };
}

/** Removes everything from a Redis. */
async function flush(url: string): Promise<void> {
  const client = new Redis(url);
  await client.flushall();
  client.disconnect();
}

async function untilItAnswers(url: string): Promise<void> {
  const client = new Redis(url, { retryStrategy: () => 50, maxRetriesPerRequest: null });
  client.on('error', () => undefined);
  await client.ping();
  client.disconnect();
}
