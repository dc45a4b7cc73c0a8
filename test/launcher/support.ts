import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '../../libs/config/child-environment.js';
import { identityOf } from '../../libs/process/process-identity.js';

/** The folder of the compiled code, and the repository, where the stand-ins for the apps lie. */
export const DIST = above(path.dirname(fileURLToPath(import.meta.url)), 'libs/process/run-process.js');
export const FIXTURES = path.join(above(DIST, 'test/launcher/fixtures'), 'test/launcher/fixtures');

function above(from: string, holds: string): string {
  if (existsSync(path.join(from, holds))) return from;
  // Compiled elsewhere, the code has no repository above it; then the tests are run from the repository.
  return from === path.dirname(from) ? process.cwd() : above(path.dirname(from), holds);
}

/** A launcher that runs on the stand-ins. */
export interface Launched {
  process: ChildProcess;
  /** Settles with what it says when everything runs. */
  ready: Promise<{ api: string; workers: number[]; database: string }>;
  /** Settles with the exit code, null after a signal. */
  ended: Promise<number | null>;
  output(): string;
  /** Lines that the stand-ins wrote: `worker 123 ready`. */
  notes(): string[];
}

/** A folder that root's database account may enter as well. */
export function temporaryFolder(): string {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'testlake-launcher-'));
  chmodSync(dir, 0o711);
  return dir;
}

export function launch(
  dir: string,
  variables: Record<string, string> = {},
  script = path.join(FIXTURES, 'launch.mjs'),
): Launched {
  const log = path.join(dir, `notes-${Math.random()}`);
  const unset = { DATABASE_URL: null, REDIS_URL: null, NODE_OPTIONS: null, HOST: null };
  const env = childEnvironment({
    ...unset,
    PORT: '0',
    TESTLAKE_DIR: path.join(dir, 'data'),
    FIXTURE_LOG: log,
    ...variables,
  });
  const child = spawn(process.execPath, [script, DIST], { cwd: dir, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (text: Buffer) => (output += String(text)));
  child.stderr.on('data', (text: Buffer) => (output += String(text)));
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  const ready = new Promise<{ api: string; workers: number[]; database: string }>((resolve, reject) => {
    child.stdout.on('data', () => {
      const line = /^READY (.*)$/m.exec(output)?.[1];
      if (line !== undefined) resolve(JSON.parse(line) as Awaited<Launched['ready']>);
    });
    void ended.then((code) => reject(new Error(`ended with ${code} before it was ready:\n${output}`)));
  });
  ready.catch(() => undefined); // not every test waits for it
  const notes = (): string[] => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []);
  return { process: child, ready, ended, output: () => output, notes };
}

/** The pids of everything that the launchers of this folder started and that still lives. */
export function living(dir: string, ...launched: Launched[]): number[] {
  const pids = launched.flatMap((one) => one.notes().map((line) => Number(line.split(' ')[1])));
  return [...new Set([...pids, databasePid(dir)])].filter((pid) => pid > 0 && identityOf(pid) !== null);
}

/** The pid of the embedded server of this folder, 0 when none runs. */
export function databasePid(dir: string): number {
  try {
    return Number(readFileSync(path.join(dir, 'data/postgres/cluster/postmaster.pid'), 'utf8').split('\n')[0]);
  } catch {
    return 0;
  }
}

/** Ends what a failed test left, and removes its folder. */
export async function cleanUp(dir: string, launched: Launched[]): Promise<void> {
  for (const one of launched) one.process.kill('SIGTERM');
  await Promise.all(launched.map((one) => one.ended));
  for (const pid of living(dir, ...launched)) process.kill(pid, 'SIGKILL');
  rmSync(dir, { recursive: true, force: true });
}
