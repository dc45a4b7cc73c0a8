import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { readConfig } from '../libs/config/config.js';
import { startLocal } from '../libs/process/local-stack.js';
import { measure } from './rounds.js';
import { signUp, type Workspace } from './workspace.js';

const ROWS = 1_000_000;
const ROUNDS = 5;
const COLUMNS = 'id, stock_id, project_id, data_values, pick_key, run_id, schema_version, created_by';

export const USER = [
  { name: 'username', type: 'string' as const, regex: '^[a-zA-Z0-9_]{3,20}$', required: true },
  { name: 'email', type: 'string' as const, regex: '^[^@]+@[^@]+\\.[^@]+$', required: true },
  { name: 'password', type: 'string' as const, regex: '^.{8,}$', required: true },
  { name: 'first_name', type: 'string' as const, required: true },
  { name: 'last_name', type: 'string' as const, required: true },
  { name: 'age', type: 'number' as const, min: '13', max: '120' },
  { name: 'signup_date', type: 'date' as const },
];

/** A run of a million rows through the whole product, beside COPY of the same finished rows into the same table. */
export async function bulk(): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'testlake-bench-'));
  chmodSync(folder, 0o711);
  const config = readConfig({ TESTLAKE_DIR: folder, PORT: '0' });
  const stack = await startLocal({ config, quiet: true });
  const client = new pg.Client(stack.databaseUrl);
  await client.connect();
  try {
    const workspace = await signUp(stack.apiUrl);
    for (const unique of [false, true]) await compare(client, workspace, unique);
  } finally {
    await client.end();
    await stack.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function compare(client: pg.Client, workspace: Workspace, unique: boolean): Promise<void> {
  const fields = USER.map((field) => (unique && field.name === 'email' ? { ...field, unique } : field));
  const schemaId = await workspace.createSchema(unique ? 'User with a unique e-mail' : 'User', fields);
  await workspace.generate(schemaId, ROWS);
  const rows = await read(client, `COPY (SELECT ${COLUMNS} FROM test_data) TO STDOUT`);
  const keys = await read(client, 'COPY test_data_keys TO STDOUT');
  const bytes = rows.reduce((sum, chunk) => sum + chunk.length, 0);
  console.log(
    `${ROWS.toLocaleString('en')} rows of ${Math.round(bytes / ROWS)} bytes of COPY text${unique ? ', one unique key' : ''}`,
  );
  const copy = async (): Promise<number> => {
    await empty(client);
    await client.query('BEGIN');
    if (unique) await pipeline(Readable.from(keys), client.query(copyFrom('COPY test_data_keys FROM STDIN')));
    await pipeline(Readable.from(rows), client.query(copyFrom(`COPY test_data (${COLUMNS}) FROM STDIN`)));
    await client.query('COMMIT');
    return ROWS;
  };
  const run = async (): Promise<number> => {
    await empty(client);
    await workspace.generate(schemaId, ROWS);
    return ROWS;
  };
  const rates = await measure({ copy, run }, ROUNDS);
  print('COPY of the finished rows, one connection', rates.copy, 1);
  print('TestLake, POST to succeeded, one worker', rates.run, rates.run / rates.copy);
  await empty(client);
}

async function empty(client: pg.Client): Promise<void> {
  await client.query('TRUNCATE test_data, test_data_keys');
  await client.query('CHECKPOINT');
}

async function read(client: pg.Client, statement: string): Promise<Buffer[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of client.query(copyTo(statement))) chunks.push(chunk as Buffer);
  return chunks;
}

function print(what: string, rate: number, ratio: number): void {
  const figure = Math.round(rate).toLocaleString('en');
  console.log(`${what.padEnd(52)} ${figure.padStart(10)} rows/s  ${ratio.toFixed(2)} ×`);
}
