import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { until } from '../../test/support/until.js';
import { identityOf } from '../process/process-identity.js';
import { StartupError } from '../process/startup-error.js';
import { startEmbeddedPostgres } from './embedded-postgres.js';

const PATIENCE_MS = 60_000;

async function ask(url: string, sql: string): Promise<Record<string, unknown> | undefined> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows[0];
  } finally {
    await client.end();
  }
}

describe('startEmbeddedPostgres', () => {
  let parent: string;
  beforeAll(() => {
    parent = mkdtempSync(path.join(os.tmpdir(), 'testlake-postgres-'));
    chmodSync(parent, 0o711);
  });
  afterAll(() => rmSync(parent, { recursive: true, force: true }));

  it(
    'serves PostgreSQL 18 with the locale of no machine, durable, on loopback, and keeps data over a restart',
    async () => {
      const dataDir = path.join(parent, 'plain');
      const first = await startEmbeddedPostgres({ dataDir });
      const facts = await ask(
        first.url,
        `SELECT current_database() AS name, datlocprovider::text || datlocale AS locale, current_setting('fsync') AS fsync,
              current_setting('server_version_num')::int / 10000 AS major, current_setting('listen_addresses') AS listens
         FROM pg_database WHERE datname = current_database()`,
      );
      expect(facts).toEqual({ name: 'testlake', locale: 'bC.UTF-8', fsync: 'on', major: 18, listens: '127.0.0.1' });
      await ask(first.url, 'CREATE TABLE kept AS SELECT 7 AS seven');
      expect(statSync(path.join(dataDir, 'password')).mode & 0o777).toBe(0o600);
      await first.stop();
      await first.stop();
      expect(identityOf(first.pid)).toBeNull();
      const second = await startEmbeddedPostgres({ dataDir });
      expect(await ask(second.url, 'SELECT seven FROM kept')).toEqual({ seven: 7 });
      await second.stop();
    },
    PATIENCE_MS,
  );

  it(
    'refuses a folder in use, and a wrong password',
    async () => {
      const dataDir = path.join(parent, 'twice');
      const server = await startEmbeddedPostgres({ dataDir, fast: true });
      await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow(/in use by another TestLake/);
      await expect(ask(server.url.replace(/:[^:@]+@/, ':guess@'), 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
      await server.stop();
    },
    PATIENCE_MS,
  );

  it(
    'starts over where making the cluster was interrupted',
    async () => {
      const dataDir = path.join(parent, 'interrupted');
      mkdirSync(path.join(dataDir, 'cluster.new/base'), { recursive: true });
      writeFileSync(path.join(dataDir, 'cluster.new/PG_VERSION'), '18');
      chmodSync(dataDir, 0o711);
      const server = await startEmbeddedPostgres({ dataDir, fast: true });
      expect(await ask(server.url, 'SELECT 1 AS one')).toEqual({ one: 1 });
      await server.stop();
      expect(readdirSync(dataDir).sort()).toEqual(['cluster', 'password', 'server.log']);
    },
    PATIENCE_MS,
  );

  it(
    'tells when the server ends by itself, and recovers what was committed',
    async () => {
      const dataDir = path.join(parent, 'killed');
      const reasons: string[] = [];
      const server = await startEmbeddedPostgres({ dataDir, onExit: (reason) => reasons.push(reason) });
      await ask(server.url, 'CREATE TABLE kept AS SELECT 7 AS seven');
      process.kill(server.pid, 'SIGKILL');
      await until(() => reasons.length > 0, 'the reason', 4_000);
      expect(reasons).toEqual([expect.stringContaining('ended by itself (SIGKILL)')]);
      await server.stop();
      const again = await startEmbeddedPostgres({ dataDir });
      expect(await ask(again.url, 'SELECT seven FROM kept')).toEqual({ seven: 7 });
      await again.stop();
    },
    PATIENCE_MS,
  );

  it(
    'refuses data of another major version, and data without its password',
    async () => {
      const dataDir = path.join(parent, 'old');
      const server = await startEmbeddedPostgres({ dataDir, fast: true });
      await server.stop();
      const version = path.join(dataDir, 'cluster/PG_VERSION');
      writeFileSync(version, '17\n');
      await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow(
        /made by PostgreSQL 17, and this TestLake runs 18: set TESTLAKE_DIR/,
      );
      writeFileSync(version, '18\n');
      rmSync(path.join(dataDir, 'password'));
      await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow(StartupError);
      expect(readFileSync(version, 'utf8')).toBe('18\n');
    },
    PATIENCE_MS,
  );

  it(
    'says that the disk is full',
    async () => {
      const dataDir = path.join(parent, 'full');
      mkdirSync(dataDir, { mode: 0o711 });
      try {
        execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=20m,mode=711', 'tmpfs', dataDir], { stdio: 'ignore' });
      } catch {
        return; // only root may mount
      }
      try {
        await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow(/^TESTLAKE_DIR: the disk of .* is full/);
      } finally {
        execFileSync('umount', [dataDir]);
      }
    },
    PATIENCE_MS,
  );
});
