import type pg from 'pg';
import * as api from '../libs/client/generated/sdk.gen.js';
import { atLeast, rateHere } from './report.js';
import { measure, type PreparedWork, worth } from './rounds.js';
import { onStage, type Stage, withSecondWorker } from './stage.js';
import { empty } from './tables.js';
import { userFields } from './user-fields.js';
import { ok, succeeded } from './workspace.js';

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
export function copies(): Promise<void> {
  return onStage(async (stage) => {
    await compare(stage, false);
    await empty(stage.client);
    await compare(stage, true);
  });
}

async function compare(stage: Stage, unique: boolean): Promise<void> {
  const name = unique ? 'User with a unique e-mail' : 'User';
  const schemaId = await stage.workspace.createSchema(name, userFields(unique));
  await stage.workspace.generate(schemaId, ROWS);
  const { insert, clone, masked } = await ways(stage, schemaId, unique);
  const one = await measure({ insert, clone, masked }, ROUNDS);
  rateHere(`${unique ? 'one unique key: ' : ''}one INSERT … SELECT into the same tables`, one.insert, 'rows');
  rateHere('  clone, POST to succeeded, one worker', one.clone, 'rows');
  atLeast('  against INSERT … SELECT', one.clone / one.insert, 0.95);
  rateHere('  copy with three fields masked, one worker', one.masked, 'rows');
  atLeast('  against INSERT … SELECT', one.masked / one.insert, 0.4);
  const two = await withSecondWorker(stage, () => measure({ insert, clone }, ROUNDS));
  atLeast('  clone with two workers against INSERT … SELECT', two.clone / two.insert, 1.1);
}

async function ways(
  { workspace, client: pgClient }: Stage,
  schemaId: string,
  unique: boolean,
): Promise<Record<'insert' | 'clone' | 'masked', PreparedWork>> {
  const { client, environmentId: from, projectId } = workspace;
  const body = { name: `Copies of ${schemaId}` };
  const to = (await ok(api.createEnvironment({ client, path: { projectId }, body }))).id;
  const stock = await stockOf(pgClient, schemaId, from);
  let clones = 0;
  const clone = async (): Promise<void> => {
    const body = { name: `Clone ${(clones += 1)} of ${schemaId}`, include_data: true };
    const { run } = await ok(api.cloneEnvironment({ client, path: { id: from }, body }));
    await succeeded(client, run?.id ?? '');
  };
  const masked = async (): Promise<void> => {
    const schemas = [{ schema_id: schemaId }];
    const copy = { from_environment_id: from, to_environment_ids: [to], schemas, mask: { [schemaId]: MASK } };
    await succeeded(client, (await ok(api.copyRecords({ client, body: copy }))).id);
  };
  const before = (): Promise<void> => emptyOthers(pgClient, stock);
  return {
    insert: { before, work: worth(ROWS, () => insertSelect(pgClient, stock, unique, to)) },
    clone: { before, work: worth(ROWS, clone) },
    masked: { before, work: worth(ROWS, masked) },
  };
}

async function stockOf(pgClient: pg.Client, schemaId: string, environmentId: string): Promise<string> {
  const { rows } = await pgClient.query<{ id: string }>(
    'SELECT id FROM stocks WHERE schema_id = $1 AND environment_id = $2',
    [schemaId, environmentId],
  );
  return rows[0]?.id ?? '';
}

/** Only what was generated stays; every way starts with the same table, without dead rows. */
async function emptyOthers(pgClient: pg.Client, stock: string): Promise<void> {
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
