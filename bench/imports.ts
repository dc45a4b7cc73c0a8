import { chmodSync, mkdtempSync, openAsBlob, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
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
const ROUNDS = 3;
const COLUMNS = 'id, stock_id, project_id, data_values, pick_key, run_id, schema_version, created_by';
const STAGED = ['username', 'email', 'password', 'first_name', 'last_name', 'age', 'signup_date'];

const USER = [
  { name: 'username', type: 'string' as const, regex: '^[a-zA-Z0-9_]{3,20}$', required: true },
  { name: 'email', type: 'string' as const, regex: '^[^@]+@[^@]+\\.[^@]+$', required: true },
  { name: 'password', type: 'string' as const, regex: '^.{8,}$', required: true },
  { name: 'first_name', type: 'string' as const, required: true },
  { name: 'last_name', type: 'string' as const, required: true },
  { name: 'age', type: 'number' as const, min: '13', max: '120' },
  { name: 'signup_date', type: 'date' as const },
];

/**
 * A CSV file of a million rows through the whole product, from the first byte sent to succeeded, beside COPY of the finished rows into
 * the same table, and beside what one would do without: COPY of the file into a staging table, and SQL that checks and stores it.
 */
export async function imports(): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'testlake-bench-'));
  chmodSync(folder, 0o711);
  const stack = await startLocal({ config: readConfig({ TESTLAKE_DIR: folder, PORT: '0' }), quiet: true });
  const client = new pg.Client(stack.databaseUrl);
  await client.connect();
  try {
    const workspace = await signUp(stack.apiUrl);
    for (const unique of [false, true]) await compare(client, workspace, unique, path.join(folder, 'users.csv'));
  } finally {
    await client.end();
    await stack.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function compare(client: pg.Client, workspace: Workspace, unique: boolean, file: string): Promise<void> {
  const fields = USER.map((field) => (unique && field.name === 'email' ? { ...field, unique } : field));
  const schemaId = await workspace.createSchema(unique ? 'User with a unique e-mail' : 'User', fields);
  await workspace.generate(schemaId, ROWS);
  const rows = await read(client, `COPY (SELECT ${COLUMNS} FROM test_data) TO STDOUT`);
  const keys = await read(client, 'COPY test_data_keys TO STDOUT');
  const columns = STAGED.map((name) => `data_values ->> '${name}' AS ${name}`).join(', ');
  const csv = await read(client, `COPY (SELECT ${columns} FROM test_data ORDER BY id) TO STDOUT (FORMAT csv, HEADER)`);
  const handle = await open(file, 'w');
  for (const chunk of csv) await handle.write(chunk);
  await handle.close();
  console.log(`${ROWS.toLocaleString('en')} rows of ${size(csv)} bytes of CSV${unique ? ', one unique key' : ''}`);
  const blob = await openAsBlob(file);
  const copy = async (): Promise<number> => {
    await empty(client);
    await client.query('BEGIN');
    if (unique) await pipeline(Readable.from(keys), client.query(copyFrom('COPY test_data_keys FROM STDIN')));
    await pipeline(Readable.from(rows), client.query(copyFrom(`COPY test_data (${COLUMNS}) FROM STDIN`)));
    await client.query('COMMIT');
    return ROWS;
  };
  const staged = async (): Promise<number> => {
    await empty(client);
    await stage(client, csv, unique);
    return ROWS;
  };
  const run = async (): Promise<number> => {
    await empty(client);
    await workspace.importFile(schemaId, blob);
    return ROWS;
  };
  const [stock] = (
    await client.query<{ stock: object }>(`SELECT to_jsonb(r) - 'data_values' AS stock FROM test_data AS r LIMIT 1`)
  ).rows;
  await client.query('DROP TABLE IF EXISTS like_row');
  await client.query('CREATE TABLE like_row AS SELECT * FROM jsonb_populate_record(NULL::test_data, $1)', [
    stock?.stock,
  ]);
  const rates = await measure({ copy, staged, run }, ROUNDS);
  print('COPY of the finished rows, one connection', rates.copy, 1);
  print('COPY into a staging table, and SQL', rates.staged, rates.staged / rates.copy);
  print('TestLake, POST to succeeded, one worker', rates.run, rates.run / rates.copy);
  await empty(client);
}

/** What the rules of the schema are in SQL, in one transaction. */
async function stage(client: pg.Client, csv: Buffer[], unique: boolean): Promise<void> {
  await client.query('BEGIN');
  await client.query(
    `CREATE TEMPORARY TABLE staged (${STAGED.map((name) => `${name} text`).join(', ')}) ON COMMIT DROP`,
  );
  await pipeline(Readable.from(csv), client.query(copyFrom('COPY staged FROM STDIN (FORMAT csv, HEADER)')));
  await client.query(`
    INSERT INTO test_data (${COLUMNS})
    SELECT uuidv7(), one.stock_id, one.project_id,
      jsonb_strip_nulls(jsonb_build_object('username', username, 'email', email, 'password', password, 'first_name', first_name,
        'last_name', last_name, 'age', age::numeric, 'signup_date', signup_date::date)),
      random(), one.run_id, one.schema_version, one.created_by
    FROM staged, like_row AS one
    WHERE username ~ '^[a-zA-Z0-9_]{3,20}$' AND email ~ '^[^@]+@[^@]+\\.[^@]+$' AND password ~ '^.{8,}$'
      AND first_name IS NOT NULL AND last_name IS NOT NULL AND (age IS NULL OR age::numeric BETWEEN 13 AND 120)`);
  if (unique) {
    await client.query(`
      INSERT INTO test_data_keys (key_id, project_id, record_id, value)
      SELECT (SELECT max(id) FROM stock_keys), project_id, id, (data_values -> 'email')::text FROM test_data ORDER BY 4`);
  }
  await client.query('COMMIT');
}

const size = (chunks: Buffer[]): number => Math.round(chunks.reduce((sum, chunk) => sum + chunk.length, 0) / ROWS);

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
