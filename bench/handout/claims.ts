import pg from 'pg';
import type { Stage } from '../stage.js';
import { atLeast, rateHere, report } from '../report.js';
import { measure, medianTime, repeatedly } from '../rounds.js';
import { feature, stocked } from './stocks.js';

export const CLAIM = `SELECT claim_bundles($1, $2, $3, ARRAY[uuidv7()], NULL, true, NULL, NULL, NULL, NULL, '') AS claim`;

const ROUNDS = 5;
const MS = 1_500;
const SMALL = 50_000;
const LARGE = 5_000_000;
/** Rows that a round may use up. */
const FRESH = 200_000;

/** Claims in SQL, each with its rows in the audit trail and its part in the counts, beside an update of a known row. */
export async function claims(stage: Stage): Promise<void> {
  const { client, databaseUrl, workspace } = stage;
  const one = await feature(stage, 'Claims', 1);
  const envId = await stocked(stage, one, 3 * FRESH);
  // The same table without triggers.
  await client.query(`
    CREATE TABLE plain (LIKE test_data INCLUDING ALL);
    INSERT INTO plain SELECT * FROM test_data LIMIT ${2 * FRESH}`);
  await client.query('VACUUM ANALYZE plain, test_data');
  const { rows } = await client.query<{ id: string }>('SELECT id FROM plain ORDER BY random()');
  const ids = rows.map(({ id }) => id);
  for (const connections of [1, 8]) {
    const pool = new pg.Pool({ connectionString: databaseUrl, max: connections });
    const claim = (place: string) => () =>
      repeatedly(connections, MS, () => claimOne(pool, [workspace.userId, one.featureId, place]));
    const update = () =>
      repeatedly(connections, MS, async () => {
        const text = `UPDATE plain SET status = 'used', used_at = now(), updated_at = now() WHERE id = $1 RETURNING data_values`;
        await pool.query({ name: 'update', text, values: [ids.pop()] });
      });
    const rates = await measure({ update, claim: claim(envId) }, ROUNDS);
    rateHere(`UPDATE by key, ${connections} connection(s)`, rates.update, 'rows');
    atLeast(`claim with audit and counters, ${connections} connection(s)`, rates.claim / rates.update, 0.5);
    if (connections === 8) {
      await counters(stage, claim(envId));
      await sizes(stage, one, claim);
    }
    await pool.end();
  }
  await drained(stage);
}

async function counters({ client }: Stage, claim: () => Promise<number>): Promise<void> {
  const set = (how: 'ENABLE' | 'DISABLE') => client.query(`ALTER TABLE test_data ${how} TRIGGER test_data_changed`);
  const ways = {
    without: { before: () => set('DISABLE'), work: claim },
    counted: { before: () => set('ENABLE'), work: claim },
  };
  const rates = await measure(ways, ROUNDS);
  await set('ENABLE');
  atLeast('claims with counters, beside without', rates.counted / rates.without, 0.7);
}

async function sizes(
  stage: Stage,
  one: Awaited<ReturnType<typeof feature>>,
  claim: (envId: string) => () => Promise<number>,
): Promise<void> {
  const small = await stocked(stage, one, SMALL);
  const large = await stocked(stage, one, LARGE);
  await stage.client.query('VACUUM ANALYZE test_data');
  await stage.client.query('CHECKPOINT');
  const rates = await measure({ small: claim(small), large: claim(large) }, ROUNDS);
  atLeast('claims from 5 million records, beside a small stock', rates.large / rates.small, 0.9);
}

/** Half of the time that a claim takes, from a fresh stock and from one of which 99 % are gone. */
async function drained(stage: Stage): Promise<void> {
  const { client, workspace } = stage;
  const one = await feature(stage, 'Drained', 1);
  const envId = await stocked(stage, one, 40_000);
  const values = [workspace.userId, one.featureId, envId];
  const claim = (): Promise<void> => claimOne(client, values);
  const fresh = await medianTime(200, claim);
  for (let gone = 200; gone < 39_600; gone += 1) await claim();
  const late = await medianTime(200, claim);
  const figure = `${(late / fresh).toFixed(2)} × ${fresh.toFixed(2)} ms`;
  report('p50 of a claim at 99 % drained, beside fresh', figure, 'at most 2 ×', late <= 2 * fresh);
}

/** Claims a bundle for a person, of a feature, in an environment; throws where there is none. */
export async function claimOne(pool: pg.Pool | pg.Client, values: string[]): Promise<void> {
  const { rows } = await pool.query<{ claim: { outcome: string } }>({ name: 'claim', text: CLAIM, values });
  if (rows[0]?.claim.outcome !== 'claimed') throw new Error(JSON.stringify(rows[0]));
}
