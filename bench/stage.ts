import { fork } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { childEnvironment } from '../libs/config/child-environment.js';
import { readConfig } from '../libs/config/config.js';
import { startLocal } from '../libs/process/local-stack.js';
import { signUp, type Workspace } from './workspace.js';

/** What the subjects measure on: TestLake with one worker, a project in it, and a connection of their own to its database. */
export interface Stage {
  workspace: Workspace;
  client: pg.Client;
  databaseUrl: string;
  /** Process of the worker. */
  workerPid: number;
  /** Folder for files; it is removed in the end. */
  folder: string;
}

/** Starts TestLake with these settings in a folder of its own, lets the subjects play, and leaves nothing behind. */
export async function onStage(
  play: (stage: Stage) => Promise<void>,
  settings: Record<string, string> = {},
): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'testlake-bench-'));
  chmodSync(folder, 0o711);
  const config = readConfig({ TESTLAKE_DIR: folder, PORT: '0', ...settings });
  const stack = await startLocal({ config, quiet: true });
  const { databaseUrl } = stack;
  const client = new pg.Client(databaseUrl);
  await client.connect();
  try {
    const [workerPid = 0] = stack.workerPids();
    await play({ workspace: await signUp(stack.apiUrl), client, databaseUrl, workerPid, folder });
  } finally {
    await client.end();
    await stack.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Does something while a second worker process works beside the first. */
export async function withSecondWorker<T>({ databaseUrl }: Stage, play: () => Promise<T>): Promise<T> {
  const script = fileURLToPath(new URL('../apps/worker/main.js', import.meta.url));
  const env = childEnvironment({ DATABASE_URL: databaseUrl, TESTLAKE_EMBEDDED: 'true', WORKER_PORT: '0' });
  const worker = fork(script, { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  await once(worker, 'message');
  try {
    return await play();
  } finally {
    worker.kill('SIGTERM');
    await once(worker, 'exit');
  }
}
