import { openAsBlob } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import type pg from 'pg';
import { withPeakMemory } from './memory.js';
import { atLeast, rateHere } from './report.js';
import { measure, worth } from './rounds.js';
import { onStage, type Stage } from './stage.js';
import { COLUMNS, copyIn, copyOut, empty, finishedRows } from './tables.js';
import { userFields } from './user-fields.js';

const ROWS = 1_000_000;
const ROUNDS = 5;
const STAGED = ['username', 'email', 'password', 'first_name', 'last_name', 'age', 'signup_date'];

/**
 * A CSV file of a million rows through the whole product, from the first byte sent to succeeded, beside COPY of the finished rows into
 * the same table, and beside what one would do without: COPY of the file into a staging table, and SQL that checks and stores it.
 */
export function imports(): Promise<void> {
  return onStage(async (stage) => {
    await compare(stage, false);
    await compare(stage, true);
  });
}

async function compare(stage: Stage, unique: boolean): Promise<void> {
  const { workspace, client, workerPid } = stage;
  const key = unique ? 'one unique key: ' : '';
  const schemaId = await workspace.createSchema(unique ? 'User with a unique e-mail' : 'User', userFields(unique));
  await workspace.generate(schemaId, ROWS);
  const load = await finishedRows(client);
  const csv = await csvOf(client);
  const file = await fileOf(stage, csv);
  await keepExample(client);
  const before = (): Promise<void> => empty(client);
  const ways = {
    copy: { before, work: worth(ROWS, load) },
    staged: { before, work: worth(ROWS, () => stageRows(client, csv, unique)) },
    run: { before, work: worth(ROWS, () => workspace.importFile(schemaId, file)) },
  };
  const { copy, staged, run } = await withPeakMemory(`${key}peak memory of the worker`, workerPid, () =>
    measure(ways, ROUNDS),
  );
  rateHere(`${key}COPY of the finished rows, one connection`, copy, 'rows');
  rateHere('  COPY into a staging table, and SQL', staged, 'rows');
  rateHere(`  import of ${size(csv)} bytes a row, one worker`, run, 'rows');
  atLeast('  against COPY of the finished rows', run / copy, 0.8);
  atLeast('  against a staging table and SQL', run / staged, 1.4);
  await empty(client);
}

async function csvOf(client: pg.Client): Promise<Buffer[]> {
  const columns = STAGED.map((name) => `data_values ->> '${name}' AS ${name}`).join(', ');
  return copyOut(client, `COPY (SELECT ${columns} FROM test_data ORDER BY id) TO STDOUT (FORMAT csv, HEADER)`);
}

async function fileOf({ folder }: Stage, csv: Buffer[]): Promise<Blob> {
  const file = path.join(folder, 'users.csv');
  const handle = await open(file, 'w');
  for (const chunk of csv) await handle.write(chunk);
  await handle.close();
  return openAsBlob(file);
}

/** One of the records without its values: what all of the stock have alike. */
async function keepExample(client: pg.Client): Promise<void> {
  await client.query('DROP TABLE IF EXISTS like_row');
  await client.query('CREATE TABLE like_row AS SELECT * FROM test_data LIMIT 1');
}

/** What the rules of the schema are in SQL, in one transaction. */
async function stageRows(client: pg.Client, csv: Buffer[], unique: boolean): Promise<void> {
  await client.query('BEGIN');
  await client.query(
    `CREATE TEMPORARY TABLE staged (${STAGED.map((name) => `${name} text`).join(', ')}) ON COMMIT DROP`,
  );
  await copyIn(client, 'COPY staged FROM STDIN (FORMAT csv, HEADER)', csv);
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
