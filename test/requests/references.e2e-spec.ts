import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as api from '../../libs/client/generated/sdk.gen.js';
import type { BundleResponse } from '../../libs/client/generated/types.gen.js';
import { startApi, type TestApi } from '../support/api.js';
import { givenProject, ok, problem, type TestProject } from '../support/project.js';
import { stockOf, together } from '../test-data/stock.js';
import { ask, itemsOf, requestsOf } from './hand-out.js';

interface Shop {
  featureId: string;
  userId: string;
  orderId: string;
  users: ReturnType<typeof stockOf>;
  orders: ReturnType<typeof stockOf>;
}

describe('references inside a bundle', () => {
  let test: TestApi;
  let project: TestProject;
  let made = 0;

  beforeAll(async () => {
    test = await startApi();
    project = await givenProject(test);
  });
  afterAll(() => test.close());

  /** Orders that name users: a feature with both, the order first unless `userFirst`. */
  const shop = async ({ reusable = false, required = true, userFirst = false } = {}): Promise<Shop> => {
    made += 1;
    const user = await project.schema(`User ${made}`, [{ name: 'name', type: 'string', required: true }], {
      is_reusable: reusable,
    });
    const order = await project.schema(
      `Order ${made}`,
      [
        { name: 'user', type: 'reference', reference_schema_id: user.id, required },
        { name: 'total', type: 'number', min: 1 },
      ],
      { is_reusable: reusable },
    );
    const ids = userFirst ? [user.id, order.id] : [order.id, user.id];
    return {
      featureId: await project.feature(`checkout_${made}`, ids),
      userId: user.id,
      orderId: order.id,
      users: stockOf(test, project, user.id),
      orders: stockOf(test, project, order.id),
    };
  };
  const request = ({ featureId }: Shop) => ok(ask(project.as.reader, { featureId, envId: project.environmentId }));
  const parts = ({ userId, orderId }: Shop, bundle: BundleResponse) => {
    const of = (id: string) => itemsOf(bundle).find(({ schema_id }) => schema_id === id);
    const [user, order] = [of(userId), of(orderId)];
    if (!user || !order) throw new Error(`The bundle lacks something: ${JSON.stringify(bundle)}`);
    return { user, order };
  };

  it.each([[true], [false]])('hold from stock (user first: %s)', async (userFirst) => {
    const it = await shop({ userFirst });
    const userOf = new Map<string, string>();
    for (let i = 0; i < 10; i += 1) {
      const user = await it.users.create({ name: `u${i}` });
      userOf.set((await it.orders.create({ user: user.id, total: i + 1 })).id, user.id);
    }
    for (let i = 0; i < 10; i += 1) {
      const { user, order } = parts(it, await request(it));
      expect([user.source, order.source]).toEqual(['stock', 'stock']);
      expect(order.data['user']).toBe(user.record_id);
      expect(userOf.get(order.record_id)).toBe(user.record_id);
    }
    expect((await it.users.rows()).map(({ status }) => status)).toEqual(Array(10).fill('used'));
    expect((await it.orders.rows()).map(({ status }) => status)).toEqual(Array(10).fill('used'));
  });

  it.each([[true], [false]])('hold where the referenced user is used up (user first: %s)', async (userFirst) => {
    const it = await shop({ userFirst });
    const [gone, left] = [await it.users.create({ name: 'gone' }), await it.users.create({ name: 'left' })];
    const stale = await it.orders.create({ user: gone.id, total: 1 });
    await ok(api.markRecordUsed({ client: project.as.writer, path: { id: gone.id } }));
    const { user, order } = parts(it, await request(it));
    expect(order.data['user']).toBe(user.record_id);
    expect(user).toMatchObject({ record_id: left.id, source: 'stock' });
    expect(order.source).toBe('generated');
    expect(order.record_id).not.toBe(stale.id);
    expect(await it.orders.rows()).toContainEqual(expect.objectContaining({ id: stale.id, status: 'active' }));
  });

  it('hold where the referenced user has been deleted', async () => {
    const it = await shop();
    const gone = await it.users.create({ name: 'gone' });
    await it.orders.create({ user: gone.id, total: 1 });
    await api.deleteRecord({ client: project.as.writer, path: { id: gone.id } });
    const { user, order } = parts(it, await request(it));
    expect(order.data['user']).toBe(user.record_id);
    expect([user.source, order.source]).toEqual(['generated', 'generated']);
  });

  it('hold where user and order have to be generated', async () => {
    const it = await shop();
    for (let i = 0; i < 3; i += 1) {
      const bundle = await request(it);
      const { user, order } = parts(it, bundle);
      expect([user.source, order.source]).toEqual(['generated', 'generated']);
      expect(order.data['user']).toBe(user.record_id);
      expect(bundle.primary_data?.schema_id).toBe(it.orderId);
    }
    expect((await it.users.rows()).map(({ status }) => status)).toEqual(['used', 'used', 'used']);
    expect(await it.orders.rows()).toHaveLength(3);
  });

  it('hold where only the order has to be generated', async () => {
    const it = await shop();
    const jane = await it.users.create({ name: 'Jane' });
    const { user, order } = parts(it, await request(it));
    expect(user).toMatchObject({ record_id: jane.id, source: 'stock' });
    expect(order).toMatchObject({ source: 'generated', data: { user: jane.id } });
  });

  it('hold for reusable records too', async () => {
    const it = await shop({ reusable: true });
    for (let i = 0; i < 5; i += 1) {
      const user = await it.users.create({ name: `u${i}` });
      await it.orders.create({ user: user.id });
    }
    for (let i = 0; i < 20; i += 1) {
      const { user, order } = parts(it, await request(it));
      expect(order.data['user']).toBe(user.record_id);
      expect([user.source, order.source]).toEqual(['stock', 'stock']);
    }
  });

  it('may be absent where they are optional', async () => {
    const it = await shop({ required: false });
    const jane = await it.users.create({ name: 'Jane' });
    const order = await it.orders.create({ total: 5 });
    const found = parts(it, await request(it));
    expect(found.user).toMatchObject({ record_id: jane.id, source: 'stock' });
    expect(found.order).toMatchObject({ record_id: order.id, source: 'stock', data: { total: 5 } });
  });

  it('hold where two fields name the same schema', async () => {
    const { id: userId } = await project.schema('Person', [{ name: 'name', type: 'string' }]);
    const { id: orderId } = await project.schema('Gift', [
      { name: 'from', type: 'reference', reference_schema_id: userId, required: true },
      { name: 'to', type: 'reference', reference_schema_id: userId, required: true },
    ]);
    const people = stockOf(test, project, userId);
    const [a, b] = [await people.create({ name: 'a' }), await people.create({ name: 'b' })];
    await stockOf(test, project, orderId).create({ from: a.id, to: b.id });
    const featureId = await project.feature('gifts', [orderId, userId]);
    const bundle = await ok(ask(project.as.reader, { featureId, envId: project.environmentId }));
    const [gift, person] = itemsOf(bundle);
    expect(gift?.data).toEqual({ from: person?.record_id, to: person?.record_id });
  });

  it('hold over three schemas', async () => {
    const country = await project.schema('Country', [{ name: 'a', type: 'string' }], { is_reusable: false });
    const reference = { type: 'reference' as const, required: true };
    const city = await project.schema('City', [{ ...reference, name: 'country', reference_schema_id: country.id }], {
      is_reusable: false,
    });
    const street = await project.schema(
      'Street',
      [
        { ...reference, name: 'city', reference_schema_id: city.id },
        { ...reference, name: 'country', reference_schema_id: country.id },
      ],
      { is_reusable: false },
    );
    await stockOf(test, project, street.id).sample(5);
    const featureId = await project.feature('places', [city.id, country.id, street.id]);
    for (let i = 0; i < 4; i += 1) {
      const bundle = await ok(ask(project.as.reader, { featureId, envId: project.environmentId }));
      const [aCity, aCountry, aStreet] = itemsOf(bundle);
      expect(aCity?.data).toEqual({ country: aCountry?.record_id });
      expect(aStreet?.data).toEqual({ city: aCity?.record_id, country: aCountry?.record_id });
    }
  });

  it('hold under 32 clients at once, and each record is in one bundle', async () => {
    const it = await shop();
    await it.users.sample(60);
    await it.orders.sample(90, 'seed');
    const bundles = await together(120, 32, () => request(it));
    const records = bundles.flatMap((bundle) => {
      const { user, order } = parts(it, bundle);
      expect(order.data['user']).toBe(user.record_id);
      return [user.record_id, order.record_id];
    });
    expect(new Set(records).size).toBe(240);
    const rows = await requestsOf(test, it.featureId);
    expect(rows.map(({ provided_data_id }) => provided_data_id).sort()).toEqual(records.sort());
  });

  it('do not break a hand-out where old records have no id under the name', async () => {
    const it = await shop();
    const { id } = await project.schema('Retyped', [{ name: 'user', type: 'string' }]);
    await stockOf(test, project, id).create({ user: 'Jane' });
    const fields = [{ name: 'user', type: 'reference' as const, reference_schema_id: it.userId }];
    const body = { schema_definition: { fields } };
    await ok(api.updateSchema({ client: project.as.writer, path: { id }, body }));
    const featureId = await project.feature('retyped', [id, it.userId]);
    const bundle = await ok(ask(project.as.reader, { featureId, envId: project.environmentId }));
    expect(itemsOf(bundle)).toHaveLength(2);
  });

  it('refuse the bundle where a required one leads to a schema that is gone', async () => {
    const it = await shop();
    const path = { id: it.userId };
    await ok(api.deleteSchema({ client: project.as.admin, path, query: { force: 'true' } }));
    const answer = ask(project.as.reader, { featureId: it.featureId, envId: project.environmentId });
    expect(await problem(answer)).toMatchObject({ status: 409, code: 'generation.no_referenced_records' });
    expect(await requestsOf(test, it.featureId)).toEqual([]);
  });
});
