import pg from 'pg';
import { Database } from '../libs/database/database.js';
import { openDataSource } from '../libs/database/data-source.js';
import type { ProjectScope } from '../src/access/project-scope.js';
import { StockCountsRepository } from '../src/test-data/stock-counts.repository.js';
import { StockCountsService } from '../src/test-data/stock-counts.service.js';
import { atLeast, rateHere, ratioHere, report } from './report.js';
import { claimOne } from './handout/claims.js';
import { measure, medianTime, type PreparedWork, repeatedly, worth } from './rounds.js';
import { onStage, type Stage } from './stage.js';
import { COLUMNS, copyIn, copyOut, empty } from './tables.js';
import { onlyTriggers } from './triggers.js';
import { userFields } from './user-fields.js';

const ROWS = 1_000_000;
const SLICE = 50_000;
const MANY = 5_000_000;
const CLIENTS = 8;
const CLAIM_SECONDS = 3;
const CALLS = 200;
const MOST_MS = 1;
const ROUNDS = 5;

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
export function stock(): Promise<void> {
  return onStage(async (stage) => {
    const schemaId = await stage.workspace.createSchema('User', userFields());
    await stage.workspace.generate(schemaId, ROWS);
    await stage.client.query(PARENTS);
    await loading(stage);
    await claiming(stage, schemaId);
    await reading(stage, schemaId);
  });
}

async function loading({ client }: Stage): Promise<void> {
  const slices: Buffer[][] = [];
  const query = `SELECT ${COLUMNS} FROM test_data ORDER BY id LIMIT ${SLICE} OFFSET`;
  for (let at = 0; at < ROWS; at += SLICE) slices.push(await copyOut(client, `COPY (${query} ${at}) TO STDOUT`));
  const load = (on: string[]): PreparedWork => ({
    before: async () => {
      await empty(client);
      await onlyTriggers(client, 'test_data', on);
    },
    work: worth(ROWS, async () => {
      for (const slice of slices) await copyIn(client, `COPY test_data (${COLUMNS}) FROM STDIN`, slice);
    }),
  });
  const ways = { bare: load([]), parents: load(['bench_parents']), counted: load(['test_data_added']) };
  const { bare, parents, counted } = await measure(ways, ROUNDS);
  rateHere('COPY, parents looked at', parents, 'rows');
  ratioHere('  with rows counted', counted / parents);
  ratioHere('  without triggers', bare / parents);
}

async function claiming({ client, databaseUrl, workspace }: Stage, schemaId: string): Promise<void> {
  const featureId = await workspace.createFeature('bench', [schemaId]);
  await client.query('UPDATE data_schemas SET is_reusable = false');
  const pool = new pg.Pool({ connectionString: databaseUrl, max: CLIENTS });
  const values = [workspace.userId, featureId, workspace.environmentId];
  const claim = (on: string[]): PreparedWork => ({
    before: () => onlyTriggers(client, 'test_data', on),
    work: () => repeatedly(CLIENTS, CLAIM_SECONDS * 1000, () => claimOne(pool, values)),
  });
  const { plain, counted } = await measure({ plain: claim([]), counted: claim(['test_data_changed']) }, ROUNDS);
  await pool.end();
  rateHere(`claims over ${CLIENTS} connections, not counted`, plain, 'claims');
  atLeast('  counted, against not counted', counted / plain, 0.7);
}

async function reading({ client, databaseUrl, workspace }: Stage, schemaId: string): Promise<void> {
  await onlyTriggers(client, 'test_data', ['test_data_added', 'test_data_changed', 'test_data_removed']);
  await client.query(
    `INSERT INTO test_data (stock_id, project_id, data_values, pick_key, schema_version, created_by)
     SELECT stock_id, project_id, data_values, pick_key, schema_version, created_by
     FROM test_data CROSS JOIN generate_series(1, $1)`,
    [MANY / ROWS - 1],
  );
  const dataSource = await openDataSource({ url: databaseUrl, entities: [], poolSize: 1 });
  const counts = new StockCountsService(new StockCountsRepository(new Database(dataSource)));
  const scope = { projectId: workspace.projectId } as ProjectScope;
  for (const pending of [0, 100, 1_000]) {
    await client.query(
      `INSERT INTO stock_deltas (stock_id, project_id, active, used, invalid, leased)
       SELECT id, project_id, -1, 1, 0, 0 FROM stocks CROSS JOIN generate_series(1, $1)`,
      [pending],
    );
    const milliseconds = await medianTime(CALLS, () => counts.list(scope, [schemaId], null));
    const what = `counts of ${MANY.toLocaleString('en')} records, ${pending} changes pending`;
    report(what, `${milliseconds.toFixed(2)} ms`, `at most ${MOST_MS} ms`, milliseconds <= MOST_MS);
    await counts.rollUp();
  }
  await dataSource.destroy();
}
