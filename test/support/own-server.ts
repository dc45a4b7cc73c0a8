import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { ChildProcess } from 'node:child_process';
import { readConfig } from '../../libs/config/config.js';
import { openDataSource } from '../../libs/database/data-source.js';
import { accountFor } from '../../libs/database/embedded-postgres-account.js';
import { findBinaries } from '../../libs/database/embedded-postgres-binaries.js';
import { ensureCluster, SUPERUSER } from '../../libs/database/embedded-postgres-cluster.js';
import { spawnServer, stopServer, untilReady } from '../../libs/database/embedded-postgres-server.js';
import { serverFlags } from '../../libs/database/embedded-postgres-settings.js';
import { migrate } from '../../libs/database/migrate.js';
import { migrateQueue } from '../../libs/jobs/migrate-queue.js';
import { claimPort } from '../../libs/process/free-port.js';
import { migrations } from '../../migrations/index.js';
import { entities } from '../../src/entities.js';
import { routines } from '../../src/routines.js';
import { connectTo, onServer, type TestDatabase, withDatabase } from './database.js';

/** A PostgreSQL of a test's own, always on the same port, which may be stopped and started. */
export interface OwnServer {
  /** The account that it runs under, where that is not the test's own. */
  owner: { uid?: number; gid?: number };
  /** Makes a migrated database, in the given folder if one is named. */
  database(tablespace?: string): Promise<TestDatabase>;
  start(): Promise<void>;
  /** Fast shutdown: connections are broken off, everything is written. */
  stop(): Promise<void>;
  /** Stops it and removes its data. */
  remove(): Promise<void>;
}

const PASSWORD = 'correct-horse';

let databases = 0;

export async function startOwnServer(): Promise<OwnServer> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'testlake-own-'));
  chmodSync(folder, 0o711);
  const cluster = path.join(folder, 'cluster');
  const owner = accountFor(cluster);
  const binaries = findBinaries(owner, folder);
  await ensureCluster(binaries, cluster, PASSWORD, owner, true);
  const port = await claimPort('127.0.0.1', 0);
  const url = `postgres://${SUPERUSER}:${PASSWORD}@127.0.0.1:${port}/postgres`;
  const logFile = path.join(folder, 'server.log');
  let server: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    server = spawnServer(binaries.postgres, cluster, serverFlags(port, true), owner, logFile);
    await untilReady(server, cluster, logFile);
  };
  const stop = async (): Promise<void> => {
    if (server) await stopServer(server, 10_000);
  };
  await start();
  return {
    owner,
    start,
    stop,
    database: (tablespace) => makeDatabase(url, tablespace),
    remove: async () => {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function makeDatabase(serverUrl: string, tablespace: string | undefined): Promise<TestDatabase> {
  const name = `testlake_${(databases += 1)}`;
  if (tablespace) await onServer(serverUrl, `CREATE TABLESPACE elsewhere LOCATION '${tablespace}'`);
  await onServer(serverUrl, `CREATE DATABASE ${name} ${tablespace ? 'TABLESPACE elsewhere' : ''}`);
  const url = withDatabase(serverUrl, name);
  const dataSource = await openDataSource({ url, entities, migrations, poolSize: 2 });
  await migrate(dataSource, routines);
  await dataSource.destroy();
  await migrateQueue(readConfig({ DATABASE_URL: url }));
  return connectTo(url, () => onServer(serverUrl, `DROP DATABASE ${name} WITH (FORCE)`));
}
