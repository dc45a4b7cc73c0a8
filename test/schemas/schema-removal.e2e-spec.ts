import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as api from '../../libs/client/generated/sdk.gen.js';
import type { RunResponse } from '../../libs/client/generated/types.gen.js';
import { startApi, type TestApi } from '../support/api.js';
import { givenProject, ok, problem, type TestProject } from '../support/project.js';
import type { Program } from '../support/program.js';
import { runUntil } from '../support/runs.js';
import { startWorker } from '../support/worker.js';
import { statusOf, stockOf, together } from '../test-data/stock.js';

const FIELDS = [{ name: 'a', type: 'string' as const, unique: true }];

describe('deleting a schema', () => {
  let test: TestApi;
  let project: TestProject;
  let worker: Program;

  beforeAll(async () => {
    test = await startApi({ INLINE_DELETE_ROWS: '20', SLICE_ROWS: '100' });
    [project, worker] = await Promise.all([givenProject(test), startWorker(test.db.url, { SLICE_ROWS: '100' })]);
  });
  afterAll(async () => {
    await worker.stop();
    await test.close();
  });

  const remove = (id: string, force?: 'true' | 'false') =>
    api.deleteSchema({ client: project.as.admin, path: { id }, ...(force ? { query: { force } } : {}) });
  const rowsOf = (id: string) =>
    test.db.query<{ records: number; keys: number }>(
      `SELECT (SELECT count(*)::integer FROM test_data WHERE stock_id IN (SELECT id FROM stocks WHERE schema_id = $1)) AS records,
        (SELECT count(*)::integer FROM test_data_keys WHERE key_id NOT IN (SELECT id FROM stock_keys)) AS keys`,
      [id],
    );

  it('is refused while features or other schemas use it, naming them', async () => {
    const target = await project.schema('Used', FIELDS);
    await project.schema('Referrer', [{ name: 'ref', type: 'reference', reference_schema_id: target.id }]);
    await project.feature('user_of_it', [target.id]);
    for (const force of [undefined, 'false'] as const) {
      const refused = await problem(remove(target.id, force));
      expect(refused).toMatchObject({ status: 409, code: 'schema.in_use' });
      expect(refused.detail).toContain('user_of_it');
      expect(refused.detail).toContain('Referrer');
    }
    expect((await ok(api.getSchema({ client: project.as.reader, path: { id: target.id } }))).name).toBe('Used');
    expect(await statusOf(remove(target.id, 'true'))).toBe(204);
    expect(await statusOf(api.getSchema({ client: project.as.reader, path: { id: target.id } }))).toBe(404);
  });

  it('is not hindered by a reference to itself', async () => {
    const { id } = await project.schema('Tree', FIELDS);
    const fields = [...FIELDS, { name: 'parent', type: 'reference' as const, reference_schema_id: id }];
    const body = { schema_definition: { fields } };
    await ok(api.updateSchema({ client: project.as.writer, path: { id }, body }));
    expect(await statusOf(remove(id))).toBe(204);
  });

  it('makes the next schema of a feature its primary one', async () => {
    const [first, second] = [await project.schema('First', FIELDS), await project.schema('Second', FIELDS)];
    const featureId = await project.feature('two_schemas', [first.id, second.id]);
    expect(await statusOf(remove(first.id, 'true'))).toBe(204);
    const path = { featureId, envId: project.environmentId };
    const bundle = await ok(api.requestData({ client: project.as.reader, path }));
    expect(bundle).toMatchObject({ primary_data: { schema: 'Second' }, secondary_data: [] });
  });

  it('takes records and their unique values along, and leaves what was handed out on record', async () => {
    const schema = await project.schema('With records', FIELDS);
    const featureId = await project.feature('asks', [schema.id]);
    await stockOf(test, project, schema.id).create({ a: 'x' });
    const path = { featureId, envId: project.environmentId };
    const { bundle_id } = await ok(api.requestData({ client: project.as.reader, path }));
    expect(await statusOf(remove(schema.id, 'true'))).toBe(204);
    expect(await rowsOf(schema.id)).toEqual([{ records: 0, keys: 0 }]);
    const requests = await test.db.query('SELECT schema_id FROM test_data_requests WHERE bundle_id = $1', [bundle_id]);
    expect(requests).toEqual([{ schema_id: schema.id }]);
  });

  it('is a run where there are many records, and the schema is gone for everybody at once', async () => {
    const schema = await project.schema('Many', FIELDS);
    const stock = stockOf(test, project, schema.id);
    for (let i = 0; i < 3; i += 1) await stock.sample(100);
    const featureId = await project.feature('loses_it', [schema.id]);
    const { data, response } = await remove(schema.id, 'true');
    expect(response?.status).toBe(202);
    const run = data as RunResponse;
    expect(response?.headers.get('location')).toBe(`/api/v1/jobs/${run.id}`);
    const client = project.as.reader;
    expect(await statusOf(api.getSchema({ client, path: { id: schema.id } }))).toBe(404);
    expect(await statusOf(api.listRecords({ client, path: stock.path }))).toBe(404);
    const asked = await problem(api.requestData({ client, path: { featureId, envId: project.environmentId } }));
    expect(asked).toMatchObject({ status: 409, code: 'feature.no_schema' });
    const again = await project.schema('Many', FIELDS);
    expect(again.id).not.toBe(schema.id);
    const done = await runUntil(project.as.admin, run.id);
    expect(done).toMatchObject({ state: 'succeeded', total: 300 });
    expect(await rowsOf(schema.id)).toEqual([{ records: 0, keys: 0 }]);
    expect(await test.db.query('SELECT id FROM data_schemas WHERE id = $1', [schema.id])).toEqual([]);
  });

  it('and making its records at the same time end well, one way or the other', async () => {
    for (let round = 0; round < 5; round += 1) {
      const schema = await project.schema(`Contended ${round}`, FIELDS);
      const path = { schemaId: schema.id, envId: project.environmentId };
      const client = project.as.writer;
      const statuses = await together(20, 20, (i) =>
        statusOf(
          i === 10
            ? remove(schema.id)
            : i % 2
              ? api.createRecord({ client, path, body: { data_values: { a: String(i) } } })
              : api.generateSample({ client, path, body: { count: 1 } }),
        ),
      );
      expect(statuses.filter((status) => ![201, 204, 404, 409].includes(status))).toEqual([]);
      expect(statuses[10]).toBe(204);
      expect(await rowsOf(schema.id)).toEqual([{ records: 0, keys: 0 }]);
    }
  });
});
