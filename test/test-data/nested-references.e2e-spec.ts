import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as api from '../../libs/client/generated/sdk.gen.js';
import type { FieldDefinitionDto, SchemaResponse } from '../../libs/client/generated/types.gen.js';
import { ask, itemsOf } from '../requests/hand-out.js';
import { startApi, type TestApi } from '../support/api.js';
import { givenProject, ok, problem, type TestProject } from '../support/project.js';
import { runUntil } from '../support/runs.js';
import { startWorker } from '../support/worker.js';
import { stockOf, type TestStock } from './stock.js';

const NOBODY = '00000000-0000-7000-8000-000000000000';
type Order = { lines: { product: string }[]; tags?: string[] | null };

describe('references within arrays and objects', () => {
  let test: TestApi;
  let project: TestProject;
  let made = 0;

  beforeAll(async () => {
    test = await startApi();
    project = await givenProject(test);
  });
  afterAll(() => test.close());

  const linesOf = (productId: string, more: object = {}): FieldDefinitionDto => ({
    ...{ name: 'lines', type: 'array', required: true, min_items: 1, max_items: 3, ...more },
    items: {
      type: 'object',
      fields: [
        { name: 'product', type: 'reference', reference_schema_id: productId, required: true },
        { name: 'quantity', type: 'number', min: 1, max: 9 },
      ],
    },
  });
  const shop = async (reusable = true): Promise<{ product: SchemaResponse; order: SchemaResponse } & Stocks> => {
    made += 1;
    const options = { is_reusable: reusable };
    const product = await project.schema(`Product ${made}`, [{ name: 'sku', type: 'string', required: true }], options);
    const order = await project.schema(`Order ${made}`, [linesOf(product.id)], options);
    return { product, order, products: stockOf(test, project, product.id), orders: stockOf(test, project, order.id) };
  };
  interface Stocks {
    products: TestStock;
    orders: TestStock;
  }
  const idsOf = async (stock: TestStock) => (await stock.rows()).map(({ id }) => id);

  it('name records of the environment, wherever they stand', async () => {
    const { products, orders } = await shop();
    const product = await products.create({ sku: 'a' });
    await orders.create({ lines: [{ product: product.id }] });
    const refused = await orders.refuse({ lines: [{ product: product.id }, { product: NOBODY }] });
    expect(refused).toMatchObject({ errors: [{ pointer: '/data_values/lines/1/product', code: 'reference' }] });
  });

  it('get records to name in samples and runs, and runs are refused without any', async () => {
    const { product, order, products, orders } = await shop();
    const start = () =>
      api.generate({ client: project.as.writer, path: orders.path, body: { count: 2_000, seed: 'seed' } });
    expect(await problem(start())).toMatchObject({ status: 409, code: 'generation.no_referenced_records' });
    await orders.sample(3);
    const known = new Set(await idsOf(products));
    expect(known.size).toBeGreaterThan(0);
    const worker = await startWorker(test.db.url);
    const run = await runUntil(project.as.reader, (await ok(start())).id);
    await worker.stop();
    expect(run).toMatchObject({ state: 'succeeded', done: 2_000 });
    const named = (await orders.rows()).flatMap((row) => (row.data_values as Order).lines.map((line) => line.product));
    expect(named.every((id) => known.has(id))).toBe(true);
    const refused = api.deleteSchema({ client: project.as.admin, path: { id: product.id } });
    expect((await problem(refused)).detail).toContain(order.name);
  });

  it.each([[true], [false]])('hold in bundles from stock (reusable: %s)', async (reusable) => {
    const { product, order, products, orders } = await shop(reusable);
    for (let i = 0; i < 6; i += 1) {
      const { id } = await products.create({ sku: `s${i}` });
      await orders.create({ lines: [{ product: id }] });
    }
    const featureId = await project.feature(`f${made}`, [order.id, product.id]);
    for (let i = 0; i < 6; i += 1) {
      const bundle = await ok(ask(project.as.reader, { featureId, envId: project.environmentId }));
      const [one, other] = itemsOf(bundle);
      expect([one?.source, other?.source]).toEqual(['stock', 'stock']);
      expect((one?.data as unknown as Order).lines[0]?.product).toBe(other?.record_id);
    }
  });

  it('hold in bundles that are made on the spot', async () => {
    const { product, order, orders } = await shop(false);
    const featureId = await project.feature(`f${made}`, [order.id, product.id]);
    for (let i = 0; i < 3; i += 1) {
      const bundle = await ok(ask(project.as.reader, { featureId, envId: project.environmentId }));
      const [one, other] = itemsOf(bundle);
      const { lines } = one?.data as unknown as Order;
      expect(lines.length).toBeGreaterThan(0);
      expect(lines.every((line) => line.product === other?.record_id)).toBe(true);
    }
    expect((await orders.rows()).length).toBe(3);
  });

  it('make as many different records as a list needs', async () => {
    const { product } = await shop();
    const tags: FieldDefinitionDto = {
      ...{ name: 'tags', type: 'array', required: true, unique_items: true, min_items: 3, max_items: 4 },
      items: { type: 'reference', reference_schema_id: product.id },
    };
    const tagged = stockOf(test, project, (await project.schema(`Tagged ${made}`, [tags])).id);
    for (const { data_values } of await tagged.sample(5)) {
      const ids = (data_values as unknown as Order).tags ?? [];
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.length).toBeGreaterThanOrEqual(3);
    }
    expect((await stockOf(test, project, product.id).rows()).length).toBe(3);
  });

  it('in a circle need one place that can do without', async () => {
    const { product, order } = await shop();
    const fields = (optional: object): FieldDefinitionDto[] => [
      { name: 'sku', type: 'string', required: true },
      {
        ...{ name: 'last', type: 'object', ...optional },
        fields: [{ name: 'order', type: 'reference', reference_schema_id: order.id, required: true }],
      },
    ];
    const change = (optional: object) =>
      api.updateSchema({
        client: project.as.admin,
        path: { id: product.id },
        body: { schema_definition: { fields: fields(optional) } },
      });
    expect(await problem(change({ required: true }))).toMatchObject({
      status: 422,
      errors: [{ pointer: '/schema_definition/fields/1', code: 'reference.circle' }],
    });
    await ok(change({}));
    const products = stockOf(test, project, product.id);
    expect((await products.sample(1))[0]?.data_values).toMatchObject({ last: null });
    await stockOf(test, project, order.id).sample(2);
    expect((await products.sample(1))[0]?.data_values).toMatchObject({ last: { order: expect.any(String) } });
  });

  it('may be called as what every object has, and harm nobody', async () => {
    const user = await project.schema('Harmless user', [{ name: 'name', type: 'string' }], { is_reusable: false });
    const odd: FieldDefinitionDto[] = ['constructor', 'toString'].map((name) => ({
      ...{ name, type: 'object', required: true },
      fields: [{ name: 'keys', type: 'reference', reference_schema_id: user.id, required: true }],
    }));
    const order = await project.schema('Harmless order', odd);
    await stockOf(test, project, order.id).sample(1);
    const featureId = await project.feature('harmless', [order.id, user.id]);
    for (let i = 0; i < 3; i += 1) {
      const [one, other] = itemsOf(await ok(ask(project.as.reader, { featureId, envId: project.environmentId })));
      expect(one?.data).toMatchObject({
        constructor: { keys: other?.record_id },
        toString: { keys: other?.record_id },
      });
    }
    await ok(api.listProjects({ client: project.as.reader }));
  });

  it('hold in bundles after a field was renamed', async () => {
    const { product, order, products, orders } = await shop();
    for (let i = 0; i < 4; i += 1) {
      await orders.create({ lines: [{ product: (await products.create({ sku: `s${i}` })).id }] });
    }
    const lines = order.schema_definition.fields[0];
    const path = { id: order.id, fieldId: lines?.id ?? '' };
    await ok(api.updateField({ client: project.as.admin, path, body: { field_name: 'items' } }));
    const featureId = await project.feature(`f${made}`, [order.id, product.id]);
    for (let i = 0; i < 6; i += 1) {
      const [one, other] = itemsOf(await ok(ask(project.as.reader, { featureId, envId: project.environmentId })));
      expect(JSON.stringify(one?.data)).toContain(other?.record_id);
    }
  });
});
