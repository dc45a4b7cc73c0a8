import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testSettings } from '../../libs/config/test-settings.js';
import { startApi, type TestApi } from '../support/api.js';
import { givenProject, ok, problem, type TestProject } from '../support/project.js';
import { secondEnvironment, stockOf, together } from '../test-data/stock.js';
import { ask, countsOf, fill, itemsOf, requestsOf } from './hand-out.js';

const STOCK = testSettings().isLong ? 20_000 : 1_000;
const ASKED = STOCK + 100;

const NUMBERED = [{ name: 'n', type: 'number' as const, min: 0, required: true }];
const SEATS = [{ name: 'seat', type: 'options' as const, options: ['1A', '1B', '1C'], unique: true, required: true }];

describe('many clients at once', () => {
  let test: TestApi;
  let project: TestProject;

  beforeAll(async () => {
    test = await startApi();
    project = await givenProject(test);
  });
  afterAll(() => test.close());

  const singleUse = async (name: string, stock: number, fields: typeof NUMBERED | typeof SEATS = NUMBERED) => {
    const { id } = await project.schema(name, fields, { is_reusable: false });
    if (stock === 0) return id;
    await stockOf(test, project, id).create({ n: 0 });
    if (stock > 1) await fill(test, id, project.environmentId, stock - 1, `'n', n`);
    return id;
  };
  const states = (schemaId: string) =>
    test.db.query<{ status: string; count: number }>(
      `SELECT status, count(*)::integer AS count FROM test_data
       WHERE stock_id IN (SELECT id FROM stocks WHERE schema_id = $1) GROUP BY status ORDER BY status`,
      [schemaId],
    );

  it('never get the same single-use record, use the stock up, and get new ones past it', async () => {
    const schemaId = await singleUse('Ticket', STOCK);
    const featureId = await project.feature('tickets', [schemaId]);
    const envId = project.environmentId;
    const bundles = await together(ASKED, 64, () => ok(ask(project.as.reader, { featureId, envId })));
    const ids = bundles.map(({ primary_data }) => primary_data?.record_id);
    expect(new Set(ids).size).toBe(ASKED);
    expect(new Set(bundles.map(({ bundle_id }) => bundle_id)).size).toBe(ASKED);
    const generated = bundles.filter(({ primary_data }) => primary_data?.source === 'generated');
    // While the last ones are held by others, a client may find none and get a new one: the stock is used up by whoever comes next.
    const late = generated.length - (ASKED - STOCK);
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThan(64);
    for (let i = 0; i < late; i += 1) {
      const { primary_data } = await ok(ask(project.as.reader, { featureId, envId }));
      expect(primary_data?.source).toBe('stock');
      expect(ids).not.toContain(primary_data?.record_id);
    }
    expect(await states(schemaId)).toEqual([{ status: 'used', count: ASKED + late }]);
    const rows = await requestsOf(test, featureId);
    expect(rows).toHaveLength(ASKED + late);
    expect(new Set(rows.map(({ provided_data_id }) => provided_data_id)).size).toBe(ASKED + late);
    expect(rows.filter(({ source }) => source === 'generated')).toHaveLength(generated.length);
  });

  it('get bundles of four single-use records, each record in one bundle', async () => {
    const ids = [];
    for (const [i, stock] of [90, 120, 60, 120].entries()) ids.push(await singleUse(`Part ${i}`, stock));
    const featureId = await project.feature('four_parts', ids);
    const envId = project.environmentId;
    const bundles = await together(120, 32, () => ok(ask(project.as.reader, { featureId, envId })));
    const items = bundles.flatMap((bundle) => itemsOf(bundle));
    expect(items).toHaveLength(480);
    expect(new Set(items.map(({ record_id }) => record_id)).size).toBe(480);
    for (const bundle of bundles) expect(itemsOf(bundle).map(({ schema_id }) => schema_id)).toEqual(ids);
    const rows = await requestsOf(test, featureId);
    expect(rows).toHaveLength(480);
    const perBundle = new Map<string, number>();
    for (const { bundle_id } of rows) perBundle.set(bundle_id, (perBundle.get(bundle_id) ?? 0) + 1);
    expect([...perBundle.values()]).toEqual(Array(120).fill(4));
    for (const id of ids) {
      const used = (await states(id)).find(({ status }) => status === 'used')?.count;
      expect(used).toBe(120);
    }
  });

  it('leave every stock untouched where one part of a bundle cannot be had', async () => {
    const [a, b, c] = [await singleUse('Full', 20), await singleUse('Empty', 0), await singleUse('Full too', 20)];
    const seats = await singleUse('Seat', 0, SEATS);
    const stock = stockOf(test, project, seats);
    await stock.sample(3);
    const featureId = await project.feature('booking', [a, b, seats, c]);
    const envId = project.environmentId;
    for (let i = 0; i < 3; i += 1) await ok(ask(project.as.reader, { featureId, envId }));
    const before = await countsOf(test);
    const answers = await together(40, 20, async (i) => {
      const key = i % 2 ? { key: `booking-${i}` } : {};
      return problem(ask(project.as.reader, { featureId, envId, ...key }));
    });
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 409, code: 'generation.not_enough_values' });
      expect(answer.detail).toMatch(/seat.*3/);
    }
    expect(await countsOf(test)).toEqual(before);
    expect(await test.db.query(`SELECT key FROM idempotency_keys WHERE key LIKE 'booking%'`)).toEqual([]);
    const elsewhere = await secondEnvironment(project);
    expect(itemsOf(await ok(ask(project.as.reader, { featureId, envId: elsewhere })))).toHaveLength(4);
  });

  it('get a unique value each until there is none', async () => {
    const code = { name: 'code', type: 'string' as const, regex: '^[A-D][0-9]$', unique: true, required: true };
    const { id } = await project.schema('Coupon', [code], { is_reusable: false });
    const featureId = await project.feature('coupons', [id]);
    const envId = project.environmentId;
    const answers = await together(60, 32, () => ask(project.as.reader, { featureId, envId }));
    const statuses = answers.map(({ response }) => response?.status).sort();
    expect(statuses).toEqual([...Array(40).fill(200), ...Array(20).fill(409)]);
    const codes = answers.flatMap(({ data }) => (data?.primary_data ? [data.primary_data.data['code']] : []));
    expect(new Set(codes).size).toBe(40);
    expect(await states(id)).toEqual([{ status: 'used', count: 40 }]);
  });

  it('share a reusable record, of which one is made where there was none', async () => {
    const { id } = await project.schema('Shared', NUMBERED);
    const featureId = await project.feature('shared', [id]);
    const envId = project.environmentId;
    await ok(ask(project.as.reader, { featureId, envId }));
    const bundles = await together(100, 32, () => ok(ask(project.as.reader, { featureId, envId })));
    expect(new Set(bundles.map(({ primary_data }) => primary_data?.record_id)).size).toBe(1);
    expect(await states(id)).toEqual([{ status: 'active', count: 1 }]);
    expect(await requestsOf(test, featureId)).toHaveLength(101);
  });
});
