import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { commandLineOf, identityOf } from '../process/process-identity.js';
import { StartupError } from '../process/startup-error.js';
import type { Account } from './embedded-postgres-account.js';
import { diskTrouble, failure } from './embedded-postgres-cluster.js';

/** What the server writes about itself while it runs: line 1 is its pid, line 8 its state. */
const PID_FILE = 'postmaster.pid';

/** After a crash the server first replays its log, of which there may be 4 GB. */
const READY_WITHIN_MS = 10 * 60_000;

/** Starts the server on a cluster; it is not ready yet. Its output goes to `logFile`; that of the start before is kept. */
export function spawnServer(
  program: string,
  cluster: string,
  flags: string[],
  account: Account,
  logFile: string,
): ChildProcess {
  if (existsSync(logFile)) renameSync(logFile, `${logFile}.old`);
  const log = openSync(logFile, 'w', 0o600);
  try {
    // Detached: Ctrl-C goes to the whole process group, and the programs that still commit must not lose their database to it.
    return spawn(program, ['-D', cluster, ...flags], {
      ...account,
      cwd: cluster,
      detached: true,
      stdio: ['ignore', log, log],
      env: { LC_ALL: 'C' },
    });
  } finally {
    closeSync(log);
  }
}

/** Resolves when the server accepts connections. Throws {@link StartupError} with its last words when it ends instead. */
export async function untilReady(server: ChildProcess, cluster: string, logFile: string): Promise<void> {
  let spawnError: Error | undefined;
  server.once('error', (error) => (spawnError = error));
  for (const end = Date.now() + READY_WITHIN_MS; Date.now() < end; await sleep(10)) {
    if (hasEnded(server) || spawnError) {
      const output = spawnError?.message ?? readFileSync(logFile, 'utf8');
      throw diskTrouble(cluster, output) ?? new StartupError(failure('did not start', output));
    }
    const status = readPidFile(cluster);
    if (status.pid === server.pid && status.state === 'ready') return;
  }
  throw new StartupError(failure('was not ready within ten minutes', readFileSync(logFile, 'utf8')));
}

/** Ends the server: connections are broken off and everything is written; what takes longer than `graceMs` is left to recovery. */
export async function stopServer(server: ChildProcess, graceMs: number): Promise<void> {
  if (hasEnded(server)) return;
  const ended = new Promise<boolean>((resolve) => server.once('exit', () => resolve(true)));
  server.kill('SIGINT');
  if (await Promise.race([ended, sleep(graceMs, false, { ref: false })])) return;
  server.kill('SIGQUIT');
  if (await Promise.race([ended, sleep(1000, false, { ref: false })])) return;
  server.kill('SIGKILL');
  await ended;
}

/**
 * Ends a server that outlived its launcher (which must be known to be gone). A number in a left-over pid file may by now belong
 * to any program, so it only counts together with a command line that names this cluster.
 */
export async function stopOrphan(cluster: string, log: (line: string) => void): Promise<void> {
  const { pid } = readPidFile(cluster);
  if (pid === undefined || !serves(pid, cluster)) return;
  log(`Stopping the embedded PostgreSQL that an earlier TestLake left behind (process ${pid}).`);
  for (const [signal, patience] of [
    ['SIGINT', 20_000],
    ['SIGQUIT', 5000],
    ['SIGKILL', 2000],
  ] as const) {
    process.kill(pid, signal);
    for (const end = Date.now() + patience; Date.now() < end; await sleep(20)) if (!serves(pid, cluster)) return;
  }
  throw new StartupError(
    `The embedded PostgreSQL (process ${pid}) cannot be stopped: stop it, or set TESTLAKE_DIR to another folder.`,
  );
}

function serves(pid: number, cluster: string): boolean {
  return identityOf(pid) !== null && commandLineOf(pid).includes(`-D ${cluster} `);
}

/**
 * Watches this process from outside: if it is killed, the programs that it started get ten seconds to finish what they commit,
 * then the server ends too. Returns the way to call the guard off.
 */
export function guard(server: ChildProcess, account: Account): () => void {
  const script = 'read -r word && exit; kill -TERM "$1"; sleep 10; kill -INT "$1"';
  const watcher = spawn('/bin/sh', ['-c', script, 'sh', String(server.pid)], {
    ...account,
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { PATH: '/usr/bin:/bin' },
  });
  watcher.on('error', () => undefined); // without a shell there is no guard, and the next start stops what is left
  watcher.stdin.on('error', () => undefined);
  watcher.unref();
  return () => void watcher.stdin.end('stop\n');
}

function hasEnded(server: ChildProcess): boolean {
  return server.exitCode !== null || server.signalCode !== null;
}

function readPidFile(cluster: string): { pid?: number; state?: string } {
  try {
    const lines = readFileSync(path.join(cluster, PID_FILE), 'utf8').split('\n');
    const pid = Number(lines[0]);
    return { pid: pid > 0 ? pid : undefined, state: lines[7]?.trim() };
  } catch {
    return {};
  }
}
