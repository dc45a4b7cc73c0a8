import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testSettings } from '../../libs/config/test-settings.js';
import { type Client, createClient } from '../../libs/client/generated/client/index.js';
import type { HandedOutBundle } from '../../libs/client/generated/types.gen.js';
import { startApi, type TestApi } from '../support/api.js';
import { type Program, startProgram } from '../support/program.js';
import { givenProject, type TestProject } from '../support/project.js';
import { secondEnvironment, stockOf } from '../test-data/stock.js';
import { askFor, fill, itemsOf } from './hand-out.js';

const { isLong } = testSettings();
const CLIENTS = isLong ? 256 : 64;
const DRAINED = isLong ? 100_000 : 2_000;
const UNDER_FIRE = isLong ? 10_000 : 600;
const KILL_EVERY = isLong ? 2_000 : 800;

const FIELDS = [{ name: 'n', type: 'number' as const, min: 0, required: true }];

describe('a stock of bundles that is used up', () => {
  let test: TestApi;
  let project: TestProject;
  let programs: Program[];
  let schemaIds: string[];
  let featureId: string;

  beforeAll(async () => {
    test = await startApi();
    project = await givenProject(test);
    programs = [test.program, await startProgram('api', { DATABASE_URL: test.db.url })];
    schemaIds = [];
    for (const name of ['Account', 'Card', 'Address', 'Voucher'])
      schemaIds.push((await project.schema(name, FIELDS, { is_reusable: false })).id);
    featureId = await project.feature('checkout', schemaIds);
  });
  afterAll(async () => {
    await Promise.all(programs.slice(1).map((program) => program.stop()));
    await test.close();
  });

  const stocked = async (name: string, count: number) => {
    const envId = await secondEnvironment(project, name);
    for (const id of schemaIds) {
      await stockOf(test, project, id, { envId }).create({ n: 0 });
      await fill(test, id, envId, count - 1, `'n', n`);
    }
    return envId;
  };
  const clientOf = (program: Program): Client => {
    const { headers } = project.as.reader.getConfig();
    return createClient({ baseUrl: program.url, headers: Object.fromEntries(new Headers(headers as never)) });
  };
  /** Every record in one bundle, every bundle whole, and the tables of one mind with the clients. */
  const expectWhole = async (envId: string, bundles: HandedOutBundle[], count: number) => {
    expect(bundles).toHaveLength(count);
    expect(new Set(bundles.map(({ bundle_id }) => bundle_id)).size).toBe(count);
    for (const bundle of bundles) expect(itemsOf(bundle).map(({ schema_id }) => schema_id)).toEqual(schemaIds);
    const ids = bundles.flatMap((bundle) => itemsOf(bundle).map(({ record_id }) => record_id));
    expect(new Set(ids).size).toBe(4 * count);
    const [figures] = await test.db.query<Record<string, number>>(
      `SELECT (SELECT count(*)::integer FROM test_data_requests WHERE environment_id = $1) AS requests,
        (SELECT count(DISTINCT provided_data_id)::integer FROM test_data_requests WHERE environment_id = $1) AS records,
        (SELECT count(*)::integer FROM bundles WHERE environment_id = $1) AS bundles,
        (SELECT count(*)::integer FROM test_data AS t JOIN stocks AS s ON s.id = t.stock_id
         WHERE s.environment_id = $1 AND t.status = 'used' AND t.bundle_id IS NOT NULL) AS used,
        (SELECT count(*)::integer FROM (SELECT FROM test_data_requests WHERE environment_id = $1
         GROUP BY bundle_id HAVING count(DISTINCT schema_id) <> 4) AS partial) AS partial`,
      [envId],
    );
    expect(figures).toEqual({ requests: 4 * count, records: 4 * count, bundles: count, used: 4 * count, partial: 0 });
  };

  it('hands each record out once, in whole bundles, to the last one', async () => {
    const envId = await stocked('Drained', DRAINED);
    const bundles: HandedOutBundle[] = [];
    const drain = async (client: Client): Promise<void> => {
      while (bundles.length < DRAINED) {
        const { data, error } = await askFor(client, { featureId, envId }, { fallback: 'fail' });
        if (data) bundles.push(...data.data);
        // The last records may be held by a claim that comes to nothing.
        else expect(error).toMatchObject({ status: 409, code: 'stock.empty' });
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, (_, i) => drain(clientOf(programs[i % 2]!))));
    await expectWhole(envId, bundles, DRAINED);
    const { error } = await askFor(project.as.reader, { featureId, envId }, { fallback: 'fail' });
    expect(error).toMatchObject({ code: 'stock.empty' });
  });

  it('gives each client its one bundle while API processes are killed and started again', async () => {
    const envId = await stocked('Under fire', UNDER_FIRE);
    const bundles: HandedOutBundle[] = [];
    let [next, kills, isOver] = [0, 0, false];
    const targets = [await startProgram('api', { DATABASE_URL: test.db.url }), programs[1]!];
    const kill = async (): Promise<void> => {
      while (!isOver) {
        // Lets them work for a while before the next one is killed.
        await pause(KILL_EVERY);
        await targets[kills % 2]?.kill('SIGKILL');
        targets[kills % 2] = await startProgram('api', { DATABASE_URL: test.db.url });
        kills += 1;
      }
    };
    const work = async (): Promise<void> => {
      for (let i = next++; i < UNDER_FIRE; i = next++) {
        const key = `shard-${i}`;
        for (let tries = 0; ; tries += 1) {
          const client = clientOf(targets[(i + tries) % 2]!);
          const { data, response } = await askFor(client, { featureId, envId, key }, { fallback: 'wait' }).catch(
            () => ({ data: undefined, response: undefined }),
          );
          if (data) bundles.push(...data.data);
          if (data || tries > 500) break;
          if (response && response.status !== 409) throw new Error(`Answered ${response.status}`);
          // As clients do before they ask again.
          await pause(20);
        }
      }
    };
    const killing = kill();
    await Promise.all(Array.from({ length: 32 }, work)).finally(() => (isOver = true));
    await killing;
    programs = [programs[0]!, ...targets];
    expect(kills).toBeGreaterThan(0);
    await expectWhole(envId, bundles, UNDER_FIRE);
  });
});
