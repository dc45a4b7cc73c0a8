import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import * as api from '../libs/client/generated/sdk.gen.js';
import { readConfig } from '../libs/config/config.js';
import { startLocal } from '../libs/process/local-stack.js';
import { userFields } from './bulk/user-fields.js';
import { measure } from './rounds.js';
import { ok, signUp, succeeded, type Workspace } from './workspace.js';

const ROWS = 1_000_000;
const ROUNDS = 5;
const MASK = { email: 'email', first_name: 'name', last_name: 'name' } as const;

// The ids that new records get where nobody gives them one.
const COPY = `
  INSERT INTO test_data (stock_id, project_id, data_values, pick_key, status, schema_version, created_by, created_at)
  SELECT $2, project_id, data_values, pick_key, status, schema_version, created_by, created_at
  FROM test_data WHERE stock_id = $1 ORDER BY id`;
const KEYS = `
  INSERT INTO test_data_keys (key_id, value, project_id, record_id)
  SELECT $2, value, project_id, record_id FROM test_data_keys WHERE key_id = $1 ORDER BY value`;

/** A million records cloned, and copied with three fields masked, beside one INSERT … SELECT into the same tables. */
export async function copies(): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'testlake-bench-'));
  chmodSync(folder, 0o711);
  const config = readConfig({ TESTLAKE_DIR: folder, PORT: '0' });
  const stack = await startLocal({ config, quiet: true });
  const client = new pg.Client(stack.databaseUrl);
  await client.connect();
  try {
    const workspace = await signUp(stack.apiUrl);
    await compare(client, workspace, 'User', false);
    await client.query('TRUNCATE test_data, test_data_keys');
    await compare(client, workspace, 'User with a unique e-mail', true);
  } finally {
    await client.end();
    await stack.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function compare(pgClient: pg.Client, workspace: Workspace, name: string, unique: boolean): Promise<void> {
  const { client, environmentId: from, projectId } = workspace;
  const schemaId = await workspace.createSchema(name, userFields(unique));
  await workspace.generate(schemaId, ROWS);
  const body = { name: `Copies of ${name}` };
  const to = (await ok(api.createEnvironment({ client, path: { projectId }, body }))).id;
  const stock = await stockOf(pgClient, schemaId, from);
  const empty = (): Promise<void> => emptied(pgClient, stock);
  let clones = 0;
  const insert = async (): Promise<number> => {
    await empty();
    await insertSelect(pgClient, stock, unique, to);
    return ROWS;
  };
  const clone = async (): Promise<number> => {
    await empty();
    const body = { name: `${name} ${(clones += 1)}`, include_data: true };
    const { run } = await ok(api.cloneEnvironment({ client, path: { id: from }, body }));
    await succeeded(client, run?.id ?? '');
    return ROWS;
  };
  const masked = async (): Promise<number> => {
    await empty();
    const schemas = [{ schema_id: schemaId }];
    const copy = { from_environment_id: from, to_environment_ids: [to], schemas, mask: { [schemaId]: MASK } };
    await succeeded(client, (await ok(api.copyRecords({ client, body: copy }))).id);
    return ROWS;
  };
  console.log(`${ROWS.toLocaleString('en')} rows${unique ? ', one unique key' : ''}`);
  const rates = await measure({ insert, clone, masked }, ROUNDS);
  print('One INSERT … SELECT into the same tables', rates.insert, 1);
  print('Clone, POST to succeeded, one worker', rates.clone, rates.clone / rates.insert);
  print('Copy with three fields masked', rates.masked, rates.masked / rates.insert);
}

async function stockOf(pgClient: pg.Client, schemaId: string, environmentId: string): Promise<string> {
  const { rows } = await pgClient.query<{ id: string }>(
    'SELECT id FROM stocks WHERE schema_id = $1 AND environment_id = $2',
    [schemaId, environmentId],
  );
  return rows[0]?.id ?? '';
}

/** Only what was generated stays; every way starts with the same table, without dead rows. */
async function emptied(pgClient: pg.Client, stock: string): Promise<void> {
  await pgClient.query('DELETE FROM test_data WHERE stock_id <> $1', [stock]);
  await pgClient.query(
    'DELETE FROM test_data_keys WHERE key_id NOT IN (SELECT id FROM stock_keys WHERE stock_id = $1)',
    [stock],
  );
  await pgClient.query('VACUUM ANALYZE test_data, test_data_keys');
  await pgClient.query('CHECKPOINT');
}

async function insertSelect(pgClient: pg.Client, stock: string, unique: boolean, environmentId: string): Promise<void> {
  const { rows } = await pgClient.query<{ id: string }>(
    `INSERT INTO stocks (project_id, schema_id, environment_id) SELECT project_id, schema_id, $2 FROM stocks WHERE id = $1
     ON CONFLICT (schema_id, environment_id) DO UPDATE SET project_id = excluded.project_id RETURNING id`,
    [stock, environmentId],
  );
  await pgClient.query('BEGIN');
  await pgClient.query(COPY, [stock, rows[0]?.id]);
  // A number that no stock's key has.
  if (unique) {
    const { rows: keys } = await pgClient.query<{ id: number }>('SELECT id FROM stock_keys WHERE stock_id = $1', [
      stock,
    ]);
    await pgClient.query(KEYS, [keys[0]?.id, 2_000_000_000]);
  }
  await pgClient.query('COMMIT');
}

function print(what: string, rate: number, ratio: number): void {
  const figure = Math.round(rate).toLocaleString('en');
  console.log(`${what.padEnd(52)} ${figure.padStart(10)} rows/s  ${ratio.toFixed(2)} ×`);
}
