import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { childEnvironment } from '../../libs/config/child-environment.js';
import { atLeast, rateHere } from '../report.js';
import { measure } from '../rounds.js';
import type { Stage } from './bulk.js';
import { userFields } from './user-fields.js';

const ROWS = 1_000_000;
const ROUNDS = 5;
const COLUMNS = 'id, stock_id, project_id, data_values, pick_key, run_id, schema_version, created_by';

/** A run of a million rows from POST to succeeded, beside COPY of the same finished rows into the same tables. */
export async function loading({ workspace, client }: Stage, unique: boolean): Promise<void> {
  const schemaId = await workspace.createSchema(unique ? 'User with a unique e-mail' : 'User', userFields(unique));
  await workspace.generate(schemaId, ROWS);
  const { run, copy } = await measure(await ways({ workspace, client }, schemaId, unique), ROUNDS);
  rateHere(`${unique ? 'one unique key: ' : ''}COPY, one connection`, copy, 'rows');
  rateHere('  TestLake, POST to succeeded, one worker', run, 'rows');
  atLeast('  against COPY', run / copy, unique ? 0.9 : 0.95);
  await empty(client);
}

/** The same with a second worker process beside the first. */
export async function twoWorkers({ workspace, client, databaseUrl }: Stage): Promise<void> {
  const schemaId = await workspace.createSchema('User for two', userFields());
  await workspace.generate(schemaId, ROWS);
  const worker = await startWorker(databaseUrl);
  const { run, copy } = await measure(await ways({ workspace, client }, schemaId, false), ROUNDS);
  atLeast('  two workers against COPY', run / copy, 1.3);
  worker.kill('SIGTERM');
  await once(worker, 'exit');
  await empty(client);
}

async function ways({ workspace, client }: Pick<Stage, 'workspace' | 'client'>, schemaId: string, unique: boolean) {
  const rows = await read(client, `COPY (SELECT ${COLUMNS} FROM test_data) TO STDOUT`);
  const keys = await read(client, 'COPY test_data_keys TO STDOUT');
  return {
    copy: async (): Promise<number> => {
      await empty(client);
      await client.query('BEGIN');
      if (unique) await pipeline(Readable.from(keys), client.query(copyFrom('COPY test_data_keys FROM STDIN')));
      await pipeline(Readable.from(rows), client.query(copyFrom(`COPY test_data (${COLUMNS}) FROM STDIN`)));
      await client.query('COMMIT');
      return ROWS;
    },
    run: async (): Promise<number> => {
      await empty(client);
      await workspace.generate(schemaId, ROWS);
      return ROWS;
    },
  };
}

async function startWorker(databaseUrl: string) {
  const script = fileURLToPath(new URL('../../apps/worker/main.js', import.meta.url));
  const env = childEnvironment({ DATABASE_URL: databaseUrl, TESTLAKE_EMBEDDED: 'true', WORKER_PORT: '0' });
  const worker = fork(script, { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  await once(worker, 'message');
  return worker;
}

/** Leaves no records behind, and no pages to be written later. */
export async function empty(client: pg.Client): Promise<void> {
  await client.query('TRUNCATE test_data, test_data_keys');
  await client.query('CHECKPOINT');
}

async function read(client: pg.Client, statement: string): Promise<Buffer[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of client.query(copyTo(statement))) chunks.push(chunk as Buffer);
  return chunks;
}
