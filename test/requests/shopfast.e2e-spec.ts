import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApi, type TestApi } from '../support/api.js';
import { givenProject, ok, type TestProject } from '../support/project.js';
import { createShopFastSchemas, fieldsOf, SAMPLES } from '../schemas/shopfast.js';
import { rulesBroken, secondEnvironment, stockOf } from '../test-data/stock.js';
import { ask, itemsOf, requestsOf } from './hand-out.js';

describe('asking for data as the ShopFast example does', () => {
  let test: TestApi;
  let project: TestProject;
  let schemas: Record<string, string>;
  let staging: string;
  let registration: string;
  let checkout: string;

  beforeAll(async () => {
    test = await startApi();
    project = await givenProject(test);
    staging = await secondEnvironment(project);
    schemas = await createShopFastSchemas(project.as.writer, project.id);
    const ids = (...names: string[]) => names.map((name) => schemas[name] ?? '');
    registration = await project.feature('user_registration', ids('User', 'Address'));
    checkout = await project.feature('checkout_process', ids('Order', 'User', 'Product', 'Payment', 'Address'));
    for (const [name, samples] of Object.entries(SAMPLES)) {
      const stock = stockOf(test, project, schemas[name] ?? '');
      for (const values of samples) await stock.create(values);
    }
  });
  afterAll(() => test.close());

  it('Scenario A: Development answers with sample records, in the shape and order of the example', async () => {
    for (let i = 0; i < 30; i += 1) {
      const bundle = await ok(ask(project.as.reader, { featureId: registration, envId: project.environmentId }));
      expect(Object.keys(bundle)).toEqual(['primary_data', 'secondary_data', 'feature', 'environment', 'bundle_id']);
      expect(bundle.feature).toEqual({ id: registration, name: 'user_registration' });
      expect(bundle.environment).toEqual({ id: project.environmentId, name: 'Development', slug: 'dev' });
      expect(Object.keys(bundle.primary_data ?? {}).slice(0, 2)).toEqual(['schema', 'data']);
      expect(bundle.primary_data).toMatchObject({ schema: 'User', schema_id: schemas['User'], source: 'stock' });
      expect(SAMPLES['User']).toContainEqual(bundle.primary_data?.data);
      const keys = ['username', 'email', 'password', 'first_name', 'last_name', 'age'];
      expect(Object.keys(bundle.primary_data?.data ?? {})).toEqual(keys);
      expect(bundle.secondary_data).toHaveLength(1);
      expect(bundle.secondary_data[0]).toMatchObject({
        schema: 'Address',
        data: SAMPLES['Address']?.[0],
        source: 'stock',
      });
      expect(Object.keys(bundle.secondary_data[0]?.data ?? {})).toEqual(['street', 'city', 'postal_code', 'country']);
    }
    expect(await stockOf(test, project, schemas['User'] ?? '').rows()).toHaveLength(3);
  });

  it('Scenario B: Staging, where nothing is, answers with generated records of all five schemas', async () => {
    const bundle = await ok(ask(project.as.reader, { featureId: checkout, envId: staging }));
    const items = itemsOf(bundle);
    expect(items.map(({ schema }) => schema)).toEqual(['Order', 'User', 'Product', 'Payment', 'Address']);
    expect(bundle.primary_data?.schema).toBe('Order');
    for (const { schema, schema_id, data, source } of items) {
      expect(source).toBe('generated');
      expect(schema_id).toBe(schemas[schema]);
      expect(Object.keys(data)).toEqual(fieldsOf(schema).map(({ name }) => name));
      expect(await rulesBroken(project.as.reader, schema_id, data)).toEqual([]);
    }
    for (const { schema_id, record_id } of items) {
      const rows = await stockOf(test, project, schema_id, { envId: staging }).rows();
      expect(rows).toMatchObject([{ id: record_id, status: 'active' }]);
    }
    const rows = await requestsOf(test, checkout);
    expect(rows.map(({ schema_id }) => schema_id).sort()).toEqual(items.map(({ schema_id }) => schema_id).sort());
    for (const row of rows) {
      expect(row).toMatchObject({ bundle_id: bundle.bundle_id, source: 'generated', status: 'fulfilled' });
      expect(row).toMatchObject({ requested_by: project.userIds.reader, environment_id: staging });
      expect(row.fulfilled_at).not.toBeNull();
    }
    const again = await ok(ask(project.as.reader, { featureId: checkout, envId: staging }));
    expect(itemsOf(again).map(({ record_id, source }) => [record_id, source])).toEqual(
      items.map(({ record_id }) => [record_id, 'stock']),
    );
  });
});
