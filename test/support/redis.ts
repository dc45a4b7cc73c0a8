import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe } from '@jest/globals';
import { Redis } from 'ioredis';
import { claimPort } from '../../libs/process/free-port.js';

const HAS_REDIS = spawnSync('redis-server', ['--version']).status === 0;

export interface TestRedis {
  url: string;
  stop(): Promise<void>;
}

/** Where a test's queue lives. */
export interface Backend {
  name: string;
  /** Variables that put the queue there; call `stop` when done. */
  start(): Promise<{ variables: Record<string, string>; stop(): Promise<void> }>;
}

const POSTGRES: Backend = { name: 'PostgreSQL', start: async () => ({ variables: {}, stop: async () => undefined }) };
const REDIS: Backend = {
  name: 'Redis',
  start: async () => {
    const redis = await startRedis();
    return { variables: { REDIS_URL: redis.url }, stop: () => redis.stop() };
  },
};

/** Declares the tests once for each queue; those on Redis are skipped, by name, where there is no `redis-server`. */
export function describeOnEachQueue(name: string, declare: (backend: Backend) => void): void {
  describe(`${name} (queue on PostgreSQL)`, () => declare(POSTGRES));
  const onRedis = HAS_REDIS ? describe : describe.skip;
  onRedis(`${name} (queue on Redis)`, () => declare(REDIS));
}

/** Starts a Redis server of its own on loopback. */
async function startRedis(): Promise<TestRedis> {
  const port = await claimPort('127.0.0.1', 0);
  const dir = mkdtempSync(path.join(os.tmpdir(), 'testlake-redis-'));
  const flags = { port: String(port), bind: '127.0.0.1', dir, save: '', appendonly: 'no' };
  const server = spawn(
    'redis-server',
    Object.entries(flags).flatMap(([key, value]) => [`--${key}`, value]),
    {
      stdio: 'ignore',
    },
  );
  const url = `redis://127.0.0.1:${port}`;
  await untilItAnswers(url);
  return { url, stop: () => end(server, dir) };
}

async function untilItAnswers(url: string): Promise<void> {
  const client = new Redis(url, { retryStrategy: () => 50, maxRetriesPerRequest: null });
  client.on('error', () => undefined);
  await client.ping();
  client.disconnect();
}

async function end(server: ChildProcess, dir: string): Promise<void> {
  await new Promise((resolve) => {
    server.once('exit', resolve);
    server.kill('SIGKILL');
  });
  rmSync(dir, { recursive: true, force: true });
}
