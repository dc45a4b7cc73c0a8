import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { readConfig } from '../libs/config/config.js';
import { Database } from '../libs/database/database.js';
import { openDataSource } from '../libs/database/data-source.js';
import { startLocal } from '../libs/process/local-stack.js';
import { UsageRepository } from '../src/usage/usage.repository.js';
import { printRate } from './report.js';
import { measure } from './rounds.js';
import { onlyTriggers } from './triggers.js';
import { signUp, type Workspace } from './workspace.js';

const ROWS = 400_000;
const BULK = 200_000;
const SLICE = 10_000;
const CLIENTS = 8;
const SECONDS = 2;
const ROUNDS = 5;
const COUNTED = 'test_data_changed';
const NOTED = 'test_data_noted';
const USED = 'test_data_requests_added';
const FIELDS = [
  { name: 'username', type: 'string' as const, regex: '^[a-zA-Z0-9_]{3,20}$', required: true },
  { name: 'email', type: 'string' as const, regex: '^[^@]+@[^@]+\\.[^@]+$', required: true },
  { name: 'age', type: 'number' as const, min: '13', max: '120' },
];

interface Statement {
  name: string;
  text: string;
  values: () => unknown[];
}

/** What histories and usage cost those who hand out and change records, and how long it takes to read the usage. */
export async function life(): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'testlake-bench-'));
  chmodSync(folder, 0o711);
  const config = readConfig({ TESTLAKE_DIR: folder, PORT: '0', UPKEEP_MS: '60000' });
  const stack = await startLocal({ config, quiet: true });
  const client = new pg.Client(stack.databaseUrl);
  await client.connect();
  try {
    const workspace = await signUp(stack.apiUrl);
    const schemaId = await workspace.createSchema('User', FIELDS);
    await workspace.generate(schemaId, ROWS);
    await claiming(client, stack.databaseUrl, workspace, schemaId);
    await changing(client);
    await reading(client, stack.databaseUrl, workspace, schemaId);
  } finally {
    await client.end();
    await stack.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function claiming(client: pg.Client, url: string, workspace: Workspace, schemaId: string): Promise<void> {
  const featureId = await workspace.createFeature('bench', [schemaId]);
  await client.query('UPDATE data_schemas SET is_reusable = false');
  const pool = new pg.Pool({ connectionString: url, max: CLIENTS });
  const claim = {
    name: 'claim',
    text: `SELECT claim_bundle($1, $2, $3, NULL, uuidv7(), NULL, '')`,
    values: () => [workspace.userId, featureId, workspace.environmentId],
  };
  const { rows } = await client.query<{ id: string }>('SELECT id FROM test_data ORDER BY random()');
  const update = {
    name: 'update',
    text: `UPDATE test_data SET status = 'used', used_at = now(), used_by = $2, feature_id = $3, updated_at = now() WHERE id = $1`,
    values: () => [rows.pop()?.id, workspace.userId, featureId],
  };
  const way = (statement: Statement, records: string[], requests: string[]) => async (): Promise<number> => {
    await onlyTriggers(client, 'test_data', records);
    await onlyTriggers(client, 'test_data_requests', requests);
    const end = performance.now() + SECONDS * 1000;
    let done = 0;
    const one = async (): Promise<void> => {
      for (; performance.now() < end; done += 1) await pool.query({ ...statement, values: statement.values() });
    };
    await Promise.all(Array.from({ length: CLIENTS }, one));
    return done;
  };
  const rates = await measure(
    {
      update: way(update, [], []),
      counted: way(claim, [COUNTED], []),
      noted: way(claim, [COUNTED, NOTED], []),
      all: way(claim, [COUNTED, NOTED], [USED]),
    },
    ROUNDS,
  );
  await pool.end();
  const { update: plain, counted, noted, all } = rates;
  printRate(`plain UPDATE by key over ${CLIENTS} connections`, plain, 'records/s', 1);
  printRate('claims, with counts of stocks', counted, 'claims/s', counted / plain);
  printRate('claims, with histories too', noted, 'claims/s', noted / plain);
  printRate('claims, with usage too', all, 'claims/s', all / plain);
}

async function changing(client: pg.Client): Promise<void> {
  const way = (change: string, on: string[]) => async (): Promise<number> => {
    await onlyTriggers(client, 'test_data', []);
    await client.query(`UPDATE test_data SET status = 'active', feature_id = NULL`);
    await client.query('TRUNCATE record_changes');
    await client.query('VACUUM test_data');
    await onlyTriggers(client, 'test_data', on);
    const started = performance.now();
    let after = '00000000-0000-0000-0000-000000000000';
    for (let done = 0; done < BULK; done += SLICE) {
      const { rows } = await client.query<{ last: string }>(
        `WITH picked AS MATERIALIZED (SELECT id FROM test_data WHERE id > $1 ORDER BY id LIMIT ${SLICE} FOR NO KEY UPDATE),
         changed AS (${change})
         SELECT (array_agg(id ORDER BY id DESC))[1] AS last FROM picked`,
        [after],
      );
      after = rows[0]?.last ?? after;
    }
    seconds.push((performance.now() - started) / 1000);
    return BULK;
  };
  const seconds: number[] = [];
  const mark = `UPDATE test_data AS record SET status = 'used', used_at = now(), used_by = project_id, updated_at = now()
    FROM picked WHERE record.id = picked.id`;
  for (const on of [[COUNTED], [COUNTED, NOTED], [COUNTED], [COUNTED, NOTED], [COUNTED], [COUNTED, NOTED]])
    await way(mark, on)();
  const best = (from: number): number => Math.min(...seconds.filter((_, i) => i % 2 === from));
  printRate(`marking ${BULK.toLocaleString('en')} as used, counted`, BULK / best(0), 'records/s', 1);
  printRate('the same with histories', BULK / best(1), 'records/s', best(0) / best(1));
  const removing = async (on: string[]): Promise<number> => {
    await onlyTriggers(client, 'test_data', on);
    const started = performance.now();
    for (let done = 0; done < 50_000; done += SLICE) {
      await client.query(`DELETE FROM test_data WHERE id IN (SELECT id FROM test_data ORDER BY id LIMIT ${SLICE})`);
    }
    return 50_000 / ((performance.now() - started) / 1000);
  };
  const [plain, noted] = [['test_data_removed'], ['test_data_removed', 'test_data_removal_noted']];
  const rates = [await removing(plain), await removing(noted), await removing(plain), await removing(noted)];
  const [without, withNotes] = [Math.max(rates[0] ?? 0, rates[2] ?? 0), Math.max(rates[1] ?? 0, rates[3] ?? 0)];
  printRate('deleting, counted', without, 'records/s', 1);
  printRate('the same with histories', withNotes, 'records/s', withNotes / without);
}

async function reading(client: pg.Client, url: string, workspace: Workspace, schemaId: string): Promise<void> {
  const dataSource = await openDataSource({ url, entities: [], poolSize: 1 });
  const usage = new UsageRepository(new Database(dataSource));
  const fill = async (people: number, hours: number, each = 1): Promise<void> => {
    await client.query(
      `INSERT INTO usage_deltas (project_id, schema_id, feature_id, environment_id, user_id, starts_at, from_stock, generated)
       SELECT $1, $2, uuidv7(), $3, uuidv7(), date_trunc('hour', now()) - hour * interval '1 hour', 1, 0
       FROM generate_series(1, $4) AS person, generate_series(0, $5) AS hour, generate_series(1, $6) AS n`,
      [workspace.projectId, schemaId, workspace.environmentId, people, hours, each],
    );
  };
  await fill(50, 700);
  await usage.rollUp();
  await client.query('VACUUM ANALYZE usage_counts');
  const hour = 3_600_000;
  const now = Math.ceil(Date.now() / hour) * hour;
  const ranges = {
    '24 hours': { bucket: 'hour' as const, from: new Date(now - 24 * hour), to: new Date(now) },
    '30 days': { bucket: 'day' as const, from: new Date(now - 30 * 24 * hour), to: new Date(now) },
  };
  for (const pending of [0, 1_000, 10_000]) {
    await fill(pending, 0);
    for (const [name, range] of Object.entries(ranges)) {
      const times: number[] = [];
      for (let i = 0; i < 200; i += 1) {
        const started = performance.now();
        await usage.list({ projectId: workspace.projectId }, { schemaId }, range);
        times.push(performance.now() - started);
      }
      const middle = times.sort((x, y) => x - y)[100] ?? 0;
      console.log(`usage of a schema over ${name}, ${pending} deltas pending: ${middle.toFixed(2)} ms`);
    }
    await usage.rollUp();
    await client.query('VACUUM usage_deltas');
  }
  await dataSource.destroy();
}
