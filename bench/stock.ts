import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { readConfig } from '../libs/config/config.js';
import { Database } from '../libs/database/database.js';
import { openDataSource } from '../libs/database/data-source.js';
import { startLocal } from '../libs/process/local-stack.js';
import type { ProjectScope } from '../src/access/project-scope.js';
import { StockCountsRepository } from '../src/test-data/stock-counts.repository.js';
import { StockCountsService } from '../src/test-data/stock-counts.service.js';
import { printRate as print } from './report.js';
import { measure } from './rounds.js';
import { onlyTriggers } from './triggers.js';
import { signUp, type Workspace } from './workspace.js';

const ROWS = 1_000_000;
const SLICE = 50_000;
const MANY = 5_000_000;
const CLIENTS = 8;
const CLAIM_SECONDS = 3;
const ROUNDS = 5;
const COLUMNS = 'id, stock_id, project_id, data_values, pick_key, run_id, schema_version, created_by';

const USER = [
  { name: 'username', type: 'string' as const, regex: '^[a-zA-Z0-9_]{3,20}$', required: true },
  { name: 'email', type: 'string' as const, regex: '^[^@]+@[^@]+\\.[^@]+$', required: true },
  { name: 'password', type: 'string' as const, regex: '^.{8,}$', required: true },
  { name: 'first_name', type: 'string' as const, required: true },
  { name: 'last_name', type: 'string' as const, required: true },
  { name: 'age', type: 'number' as const, min: '13', max: '120' },
  { name: 'signup_date', type: 'date' as const },
];

// What a slice of records has to pay for in any case: the look at its parents.
const PARENTS = `
  CREATE FUNCTION bench_parents() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM FROM stocks WHERE (id, project_id) IN (SELECT DISTINCT stock_id, project_id FROM added) FOR KEY SHARE;
    RETURN NULL;
  END $$;
  CREATE TRIGGER bench_parents AFTER INSERT ON test_data
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION bench_parents();
  ALTER TABLE test_data DISABLE TRIGGER bench_parents`;

/** What counting costs those who change records, and how long it takes to read the counts of a large stock. */
export async function stock(): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'testlake-bench-'));
  chmodSync(folder, 0o711);
  const config = readConfig({ TESTLAKE_DIR: folder, PORT: '0' });
  const stack = await startLocal({ config, quiet: true });
  const client = new pg.Client(stack.databaseUrl);
  await client.connect();
  try {
    const workspace = await signUp(stack.apiUrl);
    const schemaId = await workspace.createSchema('User', USER);
    await workspace.generate(schemaId, ROWS);
    await client.query(PARENTS);
    await loading(client);
    await claiming(client, stack.databaseUrl, workspace, schemaId);
    await reading(client, stack.databaseUrl, workspace, schemaId);
  } finally {
    await client.end();
    await stack.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function loading(client: pg.Client): Promise<void> {
  const slices: Buffer[] = [];
  const query = `SELECT ${COLUMNS} FROM test_data ORDER BY id LIMIT ${SLICE} OFFSET`;
  for (let at = 0; at < ROWS; at += SLICE) slices.push(await read(client, `COPY (${query} ${at}) TO STDOUT`));
  const load = (on: string[]) => async (): Promise<number> => {
    await client.query('TRUNCATE test_data; CHECKPOINT');
    await onlyTriggers(client, 'test_data', on);
    for (const slice of slices) {
      await pipeline(Readable.from([slice]), client.query(copyFrom(`COPY test_data (${COLUMNS}) FROM STDIN`)));
    }
    return ROWS;
  };
  const ways = { bare: load([]), parents: load(['bench_parents']), counted: load(['test_data_added']) };
  const rates = await measure(ways, ROUNDS);
  print('COPY, parents looked at', rates.parents, 'rows/s', 1);
  print('COPY, parents looked at and rows counted', rates.counted, 'rows/s', rates.counted / rates.parents);
  print('COPY without triggers', rates.bare, 'rows/s', rates.bare / rates.parents);
}

async function claiming(client: pg.Client, url: string, workspace: Workspace, schemaId: string): Promise<void> {
  const featureId = await workspace.createFeature('bench', [schemaId]);
  await client.query('UPDATE data_schemas SET is_reusable = false');
  const pool = new pg.Pool({ connectionString: url, max: CLIENTS });
  const text = `SELECT claim_bundles($1, $2, $3, ARRAY[uuidv7()], NULL, true, NULL, NULL, NULL, NULL, $4) AS claim`;
  const values = [workspace.userId, featureId, workspace.environmentId, ''];
  const claim = (on: string[]) => async (): Promise<number> => {
    await onlyTriggers(client, 'test_data', on);
    const end = performance.now() + CLAIM_SECONDS * 1000;
    let claims = 0;
    const one = async (): Promise<void> => {
      while (performance.now() < end) {
        const { rows } = await pool.query<{ claim: { outcome: string } }>({ name: 'claim', text, values });
        if (rows[0]?.claim.outcome !== 'claimed') throw new Error(JSON.stringify(rows[0]));
        claims += 1;
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, one));
    return claims;
  };
  const rates = await measure({ plain: claim([]), counted: claim(['test_data_changed']) }, ROUNDS);
  await pool.end();
  print(`claims over ${CLIENTS} connections, not counted`, rates.plain, 'claims/s', 1);
  print(`claims over ${CLIENTS} connections, counted`, rates.counted, 'claims/s', rates.counted / rates.plain);
}

async function reading(client: pg.Client, url: string, workspace: Workspace, schemaId: string): Promise<void> {
  await onlyTriggers(client, 'test_data', ['test_data_added', 'test_data_changed', 'test_data_removed']);
  await client.query(
    `INSERT INTO test_data (stock_id, project_id, data_values, pick_key, schema_version, created_by)
     SELECT stock_id, project_id, data_values, pick_key, schema_version, created_by
     FROM test_data CROSS JOIN generate_series(1, $1)`,
    [MANY / ROWS - 1],
  );
  const dataSource = await openDataSource({ url, entities: [], poolSize: 1 });
  const counts = new StockCountsService(new StockCountsRepository(new Database(dataSource)));
  for (const pending of [0, 100, 1_000]) {
    await client.query(
      `INSERT INTO stock_deltas (stock_id, project_id, active, used, invalid, leased)
       SELECT id, project_id, -1, 1, 0, 0 FROM stocks CROSS JOIN generate_series(1, $1)`,
      [pending],
    );
    const scope = { projectId: workspace.projectId } as ProjectScope;
    const times: number[] = [];
    for (let i = 0; i < 200; i += 1) {
      const started = performance.now();
      await counts.list(scope, [schemaId], null);
      times.push(performance.now() - started);
    }
    const middle = times.sort((x, y) => x - y)[100] ?? 0;
    console.log(`counts of ${MANY.toLocaleString('en')} records, ${pending} deltas pending: ${middle.toFixed(2)} ms`);
    await counts.rollUp();
  }
  await dataSource.destroy();
}

async function read(client: pg.Client, statement: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of client.query(copyTo(statement))) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
