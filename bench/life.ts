import pg from 'pg';
import { Database } from '../libs/database/database.js';
import { openDataSource } from '../libs/database/data-source.js';
import { UsageRepository } from '../src/usage/usage.repository.js';
import { claimOne } from './handout/claims.js';
import { figureHere, rateHere, ratioHere } from './report.js';
import { measure, medianTime, type PreparedWork, repeatedly, worth } from './rounds.js';
import { onStage, type Stage } from './stage.js';
import { onlyTriggers } from './triggers.js';
import { userFields } from './user-fields.js';

const ROWS = 400_000;
const MARKED = 200_000;
const DELETED = 20_000;
const SLICE = 10_000;
const CLIENTS = 8;
const MS = 2_000;
const CALLS = 200;
const ROUNDS = 5;
const COUNTED = 'test_data_changed';
const NOTED = 'test_data_noted';
const USED = 'test_data_requests_added';
const REMOVED = 'test_data_removed';
const REMOVAL_NOTED = 'test_data_removal_noted';

/** What histories and usage cost those who hand out and change records, and how long it takes to read the usage. */
export function life(): Promise<void> {
  const play = async (stage: Stage): Promise<void> => {
    const schemaId = await stage.workspace.createSchema('User', userFields());
    await stage.workspace.generate(schemaId, ROWS);
    await claiming(stage, schemaId);
    await marking(stage);
    await deleting(stage);
    await reading(stage, schemaId);
  };
  // The worker's own roll-ups would come at any moment.
  return onStage(play, { UPKEEP_MS: '60000' });
}

async function claiming({ client, databaseUrl, workspace }: Stage, schemaId: string): Promise<void> {
  const featureId = await workspace.createFeature('bench', [schemaId]);
  await client.query('UPDATE data_schemas SET is_reusable = false');
  const pool = new pg.Pool({ connectionString: databaseUrl, max: CLIENTS });
  const { rows } = await client.query<{ id: string }>('SELECT id FROM test_data ORDER BY random()');
  const update = (): Promise<unknown> => {
    const text = `UPDATE test_data SET status = 'used', used_at = now(), used_by = $2, feature_id = $3, updated_at = now() WHERE id = $1`;
    return pool.query({ name: 'update', text, values: [rows.pop()?.id, workspace.userId, featureId] });
  };
  const claim = (): Promise<void> => claimOne(pool, [workspace.userId, featureId, workspace.environmentId]);
  const way = (call: () => Promise<unknown>, records: string[], requests: string[] = []): PreparedWork => ({
    before: async () => {
      await onlyTriggers(client, 'test_data', records);
      await onlyTriggers(client, 'test_data_requests', requests);
    },
    work: () => repeatedly(CLIENTS, MS, call),
  });
  const rates = await measure(
    {
      update: way(update, []),
      counted: way(claim, [COUNTED]),
      noted: way(claim, [COUNTED, NOTED]),
      all: way(claim, [COUNTED, NOTED], [USED]),
    },
    ROUNDS,
  );
  await pool.end();
  rateHere(`plain UPDATE by key over ${CLIENTS} connections`, rates.update, 'records');
  ratioHere('  claims, with counts of stocks', rates.counted / rates.update);
  ratioHere('  claims, with histories too', rates.noted / rates.update);
  ratioHere('  claims, with usage too', rates.all / rates.update);
}

async function marking({ client }: Stage): Promise<void> {
  const way = (on: string[]): PreparedWork => ({
    before: async () => {
      await onlyTriggers(client, 'test_data', []);
      await client.query(`UPDATE test_data SET status = 'active', feature_id = NULL`);
      await client.query('TRUNCATE record_changes');
      await client.query('VACUUM test_data');
      await onlyTriggers(client, 'test_data', on);
    },
    work: worth(MARKED, () => markAsUsed(client)),
  });
  const { counted, noted } = await measure({ counted: way([COUNTED]), noted: way([COUNTED, NOTED]) }, ROUNDS);
  rateHere(`marking ${MARKED.toLocaleString('en')} as used, counted`, counted, 'records');
  ratioHere('  with histories', noted / counted);
}

/** Slice by slice, as a run does. */
async function markAsUsed(client: pg.Client): Promise<void> {
  let after = '00000000-0000-0000-0000-000000000000';
  for (let done = 0; done < MARKED; done += SLICE) {
    const { rows } = await client.query<{ last: string }>(
      `WITH picked AS MATERIALIZED (SELECT id FROM test_data WHERE id > $1 ORDER BY id LIMIT ${SLICE} FOR NO KEY UPDATE),
       changed AS (
         UPDATE test_data AS record SET status = 'used', used_at = now(), used_by = project_id, updated_at = now()
         FROM picked WHERE record.id = picked.id)
       SELECT (array_agg(id ORDER BY id DESC))[1] AS last FROM picked`,
      [after],
    );
    after = rows[0]?.last ?? after;
  }
}

async function deleting({ client }: Stage): Promise<void> {
  const way = (on: string[]): PreparedWork => ({
    before: () => onlyTriggers(client, 'test_data', on),
    work: worth(DELETED, async () => {
      for (let done = 0; done < DELETED; done += SLICE) {
        await client.query(`DELETE FROM test_data WHERE id IN (SELECT id FROM test_data ORDER BY id LIMIT ${SLICE})`);
      }
    }),
  });
  const { counted, noted } = await measure({ counted: way([REMOVED]), noted: way([REMOVED, REMOVAL_NOTED]) }, ROUNDS);
  rateHere('deleting, counted', counted, 'records');
  ratioHere('  with histories', noted / counted);
}

async function reading({ client, databaseUrl, workspace }: Stage, schemaId: string): Promise<void> {
  const dataSource = await openDataSource({ url: databaseUrl, entities: [], poolSize: 1 });
  const usage = new UsageRepository(new Database(dataSource));
  const fill = async (people: number, hours: number): Promise<void> => {
    await client.query(
      `INSERT INTO usage_deltas (project_id, schema_id, feature_id, environment_id, user_id, starts_at, from_stock, generated)
       SELECT $1, $2, uuidv7(), $3, uuidv7(), date_trunc('hour', now()) - hour * interval '1 hour', 1, 0
       FROM generate_series(1, $4) AS person, generate_series(0, $5) AS hour`,
      [workspace.projectId, schemaId, workspace.environmentId, people, hours],
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
      const list = () => usage.list({ projectId: workspace.projectId }, { schemaId }, range);
      const milliseconds = await medianTime(CALLS, list);
      figureHere(`usage over ${name}, ${pending} deltas pending`, `${milliseconds.toFixed(2)} ms`);
    }
    await usage.rollUp();
    await client.query('VACUUM usage_deltas');
  }
  await dataSource.destroy();
}
