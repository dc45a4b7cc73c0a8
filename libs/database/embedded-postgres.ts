import path from 'node:path';
import pg from 'pg';
import { lockDirectory } from '../process/directory-lock.js';
import { claimPort } from '../process/free-port.js';
import { accountFor, makeFolder } from './embedded-postgres-account.js';
import { findBinaries } from './embedded-postgres-binaries.js';
import { ensureCluster, placeCluster, readPassword, SUPERUSER } from './embedded-postgres-cluster.js';
import { guard, spawnServer, stopOrphan, stopServer, untilReady } from './embedded-postgres-server.js';
import { serverFlags } from './embedded-postgres-settings.js';

export interface EmbeddedPostgresOptions {
  /** Folder for cluster, password and log; made when missing. */
  dataDir: string;
  /** Gives up durability for speed: for tests. */
  fast?: boolean;
  /** Hears of what people should know: one line each. */
  log?: (line: string) => void;
  /** Called when the server ends without having been asked to, with the reason. */
  onExit?: (reason: string) => void;
}

/** A PostgreSQL server that this process has started. */
export interface EmbeddedPostgres {
  /** Connection string of the database `testlake`, as superuser, on a free port of 127.0.0.1. */
  url: string;
  pid: number;
  /** Fast shutdown; what takes longer than `graceMs` (5000) is broken off and recovered at the next start. Idempotent. */
  stop(graceMs?: number): Promise<void>;
}

const DATABASE = 'testlake';

/**
 * Starts PostgreSQL from the programs that npm installed, as root too (under an unprivileged account), and makes the cluster at
 * first. A server left by a killed launcher is stopped. If this process is killed, the server ends soon after.
 * Throws {@link StartupError}: folder in use, made by another version, of another user; disk full; no programs for this machine.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = path.resolve(options.dataDir);
  makeFolder(dataDir);
  const lock = await lockDirectory(dataDir);
  try {
    return await start(dataDir, options, () => lock.release());
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function start(
  dataDir: string,
  options: EmbeddedPostgresOptions,
  release: () => void,
): Promise<EmbeddedPostgres> {
  const { fast = false, log = () => undefined, onExit = () => undefined } = options;
  const account = accountFor(path.join(dataDir, 'cluster'));
  const binaries = findBinaries(account, dataDir);
  const cluster = placeCluster(dataDir, account, log);
  const password = readPassword(dataDir, cluster);
  await ensureCluster(binaries, cluster, password, account, fast);
  await stopOrphan(cluster, log);
  const port = await claimPort('127.0.0.1', 0);
  const logFile = path.join(dataDir, 'server.log');
  const server = spawnServer(binaries.postgres, cluster, serverFlags(port, fast), account, logFile);
  const dismiss = guard(server, account);
  const stop = once(async (graceMs: number) => {
    await stopServer(server, graceMs);
    dismiss();
    release();
  });
  try {
    await untilReady(server, cluster, logFile);
    await ensureDatabase(connection(password, port, 'postgres'));
  } catch (error) {
    await stop.call(5000);
    throw error;
  }
  server.once('exit', (code, signal) => {
    if (!stop.called())
      onExit(`the embedded PostgreSQL ended by itself (${signal ?? `code ${code}`}); its log is ${logFile}`);
  });
  return {
    url: connection(password, port, DATABASE),
    pid: server.pid as number,
    stop: (graceMs = 5000) => stop.call(graceMs),
  };
}

function connection(password: string, port: number, database: string): string {
  return `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/${database}`;
}

async function ensureDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
}

function once(action: (graceMs: number) => Promise<void>): { call(graceMs: number): Promise<void>; called(): boolean } {
  let done: Promise<void> | undefined;
  return { call: (graceMs) => (done ??= action(graceMs)), called: () => done !== undefined };
}
