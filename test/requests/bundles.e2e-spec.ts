import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testSettings } from '../../libs/config/test-settings.js';
import { startApi, type TestApi } from '../support/api.js';
import { givenProject, ok, problem, type TestProject } from '../support/project.js';
import { secondEnvironment, stockOf, together } from '../test-data/stock.js';
import { ask, askFor, countsOf, type Filters, itemsOf, itemsOfAll, requestsOf } from './hand-out.js';

/** Repeats of one request. */
const MANY = testSettings().isLong ? 1000 : 150;
const PERSON = [
  { name: 'name', type: 'string' as const, required: true },
  { name: 'age', type: 'number' as const, min: 13, max: 120, integer: true, required: true },
  { name: 'country', type: 'options' as const, options: ['UK', 'IE', 'DE'], required: true },
  { name: 'email', type: 'string' as const },
];

describe('asking for bundles by POST', () => {
  let test: TestApi;
  let project: TestProject;
  let made = 0;

  beforeAll(async () => {
    test = await startApi();
    project = await givenProject(test);
  });
  afterAll(() => test.close());

  const given = async (reusable: boolean[], fields: typeof PERSON = PERSON) => {
    made += 1;
    const schemas = [];
    for (const [i, is_reusable] of reusable.entries())
      schemas.push(await project.schema(`Person ${made}.${i}`, fields, { is_reusable }));
    const ids = schemas.map(({ id }) => id);
    const names = schemas.map(({ name }) => name);
    const featureId = await project.feature(`feature_${made}`, ids);
    const stocks = ids.map((id) => stockOf(test, project, id));
    return { featureId, envId: project.environmentId, ids, names, stocks };
  };
  const person = (name: string, age: number, country = 'UK') => ({ name, age, country });

  it('answers one bundle in the shape of several, with everything said of each record', async () => {
    const { stocks, ...place } = await given([true, false]);
    const there = await stocks[0]?.create(person('Ann', 30));
    const { data } = await ok(askFor(project.as.reader, place));
    expect(data).toHaveLength(1);
    const { primary_data, secondary_data, ...rest } = data[0]!;
    expect(primary_data).toMatchObject({ record_id: there?.id, source: 'stock', reason: null, data: { name: 'Ann' } });
    expect(secondary_data).toMatchObject([{ source: 'generated', reason: 'stock_empty' }]);
    expect(rest).toMatchObject({ feature: { id: place.featureId }, lease_expires_at: null });
    const got = await ok(ask(project.as.reader, place));
    expect(Object.keys(got.primary_data ?? {})).toEqual(Object.keys(primary_data ?? {}));
  });

  it('hands out the primary schema and those that are named', async () => {
    const place = await given([true, true, true]);
    const of = async (schemas: string[]) =>
      itemsOfAll(await ok(askFor(project.as.reader, place, { schemas }))).map(({ schema_id }) => schema_id);
    expect(await of([])).toEqual([place.ids[0]]);
    expect(await of([place.ids[2] ?? ''])).toEqual([place.ids[0], place.ids[2]]);
    expect(await of([place.ids[0] ?? '', place.ids[1] ?? ''])).toEqual([place.ids[0], place.ids[1]]);
    const other = await given([true]);
    const refused = await problem(askFor(project.as.reader, place, { schemas: other.ids }));
    expect(refused).toMatchObject({ status: 404, code: 'feature.schema_not_assigned' });
  });

  it('hands out so many bundles, each record in one of them, and none where not all can be had', async () => {
    const { stocks, ...place } = await given([false, false, true]);
    for (const stock of stocks) await stock.sample(12);
    const { data } = await ok(askFor(project.as.reader, place, { count: 10, fallback: 'fail' }));
    const single = data.flatMap((bundle) => itemsOf(bundle).slice(0, 2));
    expect(data).toHaveLength(10);
    expect(new Set(single.map(({ record_id }) => record_id)).size).toBe(20);
    expect(new Set(data.map(({ bundle_id }) => bundle_id)).size).toBe(10);
    const rows = await requestsOf(test, place.featureId);
    expect(rows).toHaveLength(30);
    const before = await countsOf(test);
    const refused = await problem(askFor(project.as.reader, place, { count: 3, fallback: 'fail' }));
    expect(refused).toMatchObject({ status: 409, code: 'stock.empty' });
    expect(refused.detail).toContain(place.names[0]);
    expect(await countsOf(test)).toEqual(before);
    const more = itemsOfAll(await ok(askFor(project.as.reader, place, { count: 3 })));
    expect(more.map(({ source }) => source).sort()).toEqual([...Array(2).fill('generated'), ...Array(7).fill('stock')]);
  });

  it('makes a thousand bundles where there is nothing, in one call', async () => {
    const place = await given([false, true]);
    const { data } = await ok(askFor(project.as.reader, place, { count: 1000 }));
    expect(new Set(data.map(({ primary_data }) => primary_data?.record_id)).size).toBe(1000);
    expect(new Set(data.map(({ secondary_data }) => secondary_data[0]?.record_id)).size).toBe(1);
  });

  it('hands out what fits the filters, by the name and by the id of a schema', async () => {
    const { stocks, ...place } = await given([false, true]);
    for (const [i, country] of ['UK', 'IE', 'DE', 'IE'].entries()) {
      await stocks[0]?.create(person(`p${i}`, 20 + i, country));
      await stocks[1]?.create(person(`p${i}`, 20 + i, country));
    }
    const filters: Filters = {
      [place.names[0] ?? '']: { country: { in: ['IE'] }, age: { gt: 21 } },
      [place.ids[1] ?? '']: { name: { contains: 'P2' } },
    };
    const { data } = await ok(askFor(project.as.reader, place, { filters, fallback: 'fail' }));
    expect(data[0]?.primary_data).toMatchObject({ source: 'stock', data: { name: 'p3' } });
    expect(data[0]?.secondary_data).toMatchObject([{ source: 'stock', data: { name: 'p2' } }]);
    const refused = await problem(askFor(project.as.reader, place, { filters, fallback: 'fail' }));
    expect(refused).toMatchObject({ status: 409, code: 'stock.empty' });
    expect(refused.detail).toMatch(/fits the filter/);
  });

  it.each([
    [{ age: { gte: 90, lt: 92 } }],
    [{ country: { in: ['DE'] } }],
    [{ country: { ne: 'UK' }, age: { lte: 18 } }],
    [{ name: { eq: 'Grace' }, email: { exists: true } }],
    [{ email: { exists: false } }],
  ])('makes what fits %j where the stock has nothing that does', async (filter) => {
    const { stocks, ...place } = await given([false]);
    const filters = { [place.names[0] ?? '']: filter as never };
    await stocks[0]?.create({ ...person('Nobody', 50), email: 'nobody@example.com' });
    const { data } = await ok(askFor(project.as.reader, place, { filters, count: 2 }));
    for (const bundle of data) {
      const [item] = itemsOf(bundle);
      if ('age' in filter && 'gte' in filter.age) expect([90, 91]).toContain(item?.data['age']);
      if ('age' in filter && 'lte' in filter.age) expect(item?.data['age']).toBeLessThanOrEqual(18);
      if ('country' in filter && 'in' in filter.country) expect(item?.data['country']).toBe('DE');
      if ('name' in filter) expect(item?.data).toMatchObject({ name: 'Grace', email: expect.any(String) as never });
      if ('email' in filter && !('name' in filter)) expect(item?.data['email'] ?? null).toBeNull();
      expect(item).toMatchObject({ source: 'generated', reason: 'none_matches' });
    }
  });

  it('says which filter nothing can be made for, and leaves no trace', async () => {
    const place = await given([false]);
    const before = await countsOf(test);
    const unmet: Filters[string][] = [{ age: { gt: 500 } }, { name: { contains: 'no such text is ever made' } }];
    for (const filter of unmet) {
      const filters: Filters = { [place.names[0] ?? '']: filter };
      const refused = await problem(askFor(project.as.reader, place, { filters }));
      expect(refused).toMatchObject({ status: 409, code: 'stock.filter_unmet' });
      expect(refused.detail).toContain(JSON.stringify(filter));
      expect(refused.detail).toContain(place.names[0]);
    }
    expect(await countsOf(test)).toEqual(before);
  });

  it('refuses filters that cannot be applied, naming where', async () => {
    const place = await given([true]);
    const name = place.names[0] ?? '';
    const cases = [
      [{ Nothing: {} }, '/filters/Nothing', 'unknown_schema'],
      [{ [name]: { height: { eq: 1 } } }, `/filters/${name}/height`, 'unknown_field'],
      [{ [name]: { age: { above: 1 } } }, `/filters/${name}/age/above`, 'operator'],
      [{ [name]: { age: { gt: 'old' } } }, `/filters/${name}/age/gt`, 'value'],
      [{ [name]: { age: 5 } }, `/filters/${name}/age`, 'type'],
      [{ [name]: 5 }, `/filters/${name}`, 'type'],
      [{ [name]: {}, [place.ids[0] ?? '']: {} }, `/filters/${place.ids[0]}`, 'twice'],
    ] as const;
    for (const [filters, pointer, code] of cases) {
      const refused = await problem(askFor(project.as.reader, place, { filters: filters as never }));
      expect(refused).toMatchObject({ status: 422, code: 'filter.invalid', errors: [{ pointer, code }] });
    }
  });

  it('refuses what is out of bounds', async () => {
    const place = await given([true]);
    const bodies = [
      ...[{ count: 0 }, { count: 1001 }, { lease_seconds: 0 }, { lease_seconds: 86_401 }, { wait_seconds: 61 }],
      ...[{ fallback: 'hope' }, { schemas: ['x'] }, { notes: 'x'.repeat(2001) }, { context: { test: '' } }],
      ...[{ context: { job: 'x'.repeat(501) } }, { context: { build: 'x' } }, { filters: [] }, { more: 1 }],
    ];
    for (const body of bodies)
      expect(await problem(askFor(project.as.reader, place, body as never))).toMatchObject({ status: 422 });
    expect(await requestsOf(test, place.featureId)).toEqual([]);
  });

  it('keeps references and filters of both sides, from stock and made', async () => {
    const user = await project.schema('Chain user', PERSON, { is_reusable: false });
    const order = await project.schema(
      'Chain order',
      [
        { name: 'user', type: 'reference', reference_schema_id: user.id, required: true },
        { name: 'total', type: 'number', min: 1, max: 100, integer: true, required: true },
      ],
      { is_reusable: false },
    );
    const place = { featureId: await project.feature('chain', [order.id, user.id]), envId: project.environmentId };
    const [users, orders] = [stockOf(test, project, user.id), stockOf(test, project, order.id)];
    for (let i = 0; i < 20; i += 1) {
      const { id } = await users.create(person(`u${i}`, 20 + i, i % 2 ? 'UK' : 'DE'));
      await orders.create({ user: id, total: i + 1 });
    }
    const filters = { 'Chain user': { country: { eq: 'UK' } }, 'Chain order': { total: { gt: 17 } } };
    for (let i = 0; i < 3; i += 1) {
      const { data } = await ok(askFor(project.as.reader, place, { filters }));
      const [first, second] = itemsOf(data[0]!);
      expect(first?.data['user']).toBe(second?.record_id);
      expect(second?.data['country']).toBe('UK');
      expect(first?.data['total']).toBeGreaterThan(17);
      // Orders 18 and 20 have such users.
      expect(first?.source).toBe(i < 2 ? 'stock' : 'generated');
      expect(second?.source).toBe('stock');
      if (i === 2) expect(first?.reason).toBe('no_chain');
    }
    const refused = await problem(askFor(project.as.reader, place, { filters, fallback: 'fail' }));
    expect(refused).toMatchObject({ status: 409, code: 'stock.empty' });
  });

  it('finds the one chain that is left, also where nothing may be made', async () => {
    const user = await project.schema('Last user', PERSON, { is_reusable: false });
    const fields = [{ name: 'user', type: 'reference' as const, reference_schema_id: user.id, required: true }];
    const order = await project.schema('Last order', fields, { is_reusable: false });
    const place = { featureId: await project.feature('last_chain', [user.id, order.id]), envId: project.environmentId };
    const [users, orders] = [stockOf(test, project, user.id), stockOf(test, project, order.id)];
    const pairs = [];
    for (let i = 0; i < 12; i += 1) {
      const { id } = await users.create(person(`u${i}`, 20));
      pairs.push([id, (await orders.create({ user: id })).id]);
    }
    await test.db.query(`UPDATE test_data SET status = 'used' WHERE id = ANY ($1)`, [pairs.slice(1).map(([id]) => id)]);
    const { data } = await ok(askFor(project.as.reader, place, { fallback: 'fail' }));
    expect(itemsOf(data[0]!).map(({ record_id }) => record_id)).toEqual(pairs[0]);
    expect(await problem(askFor(project.as.reader, place, { fallback: 'fail' }))).toMatchObject({ status: 409 });
  });

  it.each([
    ['from stock', 5, {}, 1000],
    ['with an empty stock', 0, {}, MANY],
    ['with a filter', 5, { age: { gte: 18 } }, MANY],
  ])('gives many repeats at once one answer, %s', async (_, stock, filter, repeats) => {
    const { stocks, ...place } = await given([false, false]);
    for (const each of stocks) if (stock > 0) await each.sample(stock);
    const filters = Object.keys(filter).length > 0 ? { [place.names[0] ?? '']: filter } : undefined;
    const body = { count: 2, lease_seconds: 60, context: { job: 'j1' }, ...(filters && { filters }) };
    const key = `many-${place.featureId}`;
    const answers = await together(repeats, 100, () => ok(askFor(project.as.reader, { ...place, key }, body)));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(await requestsOf(test, place.featureId)).toHaveLength(4);
    const other = await problem(askFor(project.as.reader, { ...place, key }, { ...body, count: 1 }));
    expect(other).toMatchObject({ status: 422, errors: [{ parameter: 'Idempotency-Key', code: 'idempotency_key' }] });
    const asked = await problem(ask(project.as.reader, { ...place, key }));
    expect(asked).toMatchObject({ status: 422 });
  });

  it('keeps environments apart', async () => {
    const { stocks, ...place } = await given([false]);
    await stocks[0]?.sample(3);
    const envId = await secondEnvironment(project, 'Elsewhere');
    const refused = await problem(askFor(project.as.reader, { ...place, envId }, { fallback: 'fail' }));
    expect(refused).toMatchObject({ status: 409, code: 'stock.empty' });
    const filters = { [place.names[0] ?? '']: { age: { gte: 0 } } };
    const filtered = await problem(askFor(project.as.reader, { ...place, envId }, { fallback: 'fail', filters }));
    expect(filtered).toMatchObject({ status: 409, code: 'stock.empty' });
    expect((await stocks[0]?.rows())?.map(({ status }) => status)).toEqual(['active', 'active', 'active']);
  });

  it('keeps notes with each request', async () => {
    const place = await given([true, true]);
    await ok(askFor(project.as.reader, place, { notes: 'Nightly' }));
    const rows = (await requestsOf(test, place.featureId)) as unknown as { request_notes: string; reason: string }[];
    expect(rows.map(({ request_notes, reason }) => [request_notes, reason])).toEqual([
      ['Nightly', 'stock_empty'],
      ['Nightly', 'stock_empty'],
    ]);
  });
});
