import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { readConfig } from '../../libs/config/config.js';
import { startLocal } from '../../libs/process/local-stack.js';
import { signUp, type Workspace } from '../workspace.js';
import { drizzle } from './drizzle.js';
import { exporting } from './exporting.js';
import { growth as growing } from './growth.js';
import { latency } from './latency.js';
import { loading, twoWorkers } from './loading.js';

/** What the subjects measure on: TestLake with one worker, a project in it, and a connection of their own to its database. */
export interface Stage {
  workspace: Workspace;
  client: pg.Client;
  databaseUrl: string;
}

/** Bulk runs through the whole product, beside COPY of the same finished rows into the same table. */
export function bulk(): Promise<void> {
  return onStage(async (stage) => {
    await loading(stage, false);
    await loading(stage, true);
    await twoWorkers(stage);
    await exporting(stage);
    await drizzle(stage);
    await latency(stage);
  });
}

/** How the rate falls as a stock grows to ten million records; takes some minutes. */
export function growth(): Promise<void> {
  return onStage(growing);
}

/** Runs it on a TestLake of its own, which is gone afterwards. */
export async function onStage(play: (stage: Stage) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'testlake-bench-'));
  chmodSync(folder, 0o711);
  const stack = await startLocal({ config: readConfig({ TESTLAKE_DIR: folder, PORT: '0' }), quiet: true });
  const client = new pg.Client(stack.databaseUrl);
  await client.connect();
  try {
    await play({ workspace: await signUp(stack.apiUrl), client, databaseUrl: stack.databaseUrl });
  } finally {
    await client.end();
    await stack.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
