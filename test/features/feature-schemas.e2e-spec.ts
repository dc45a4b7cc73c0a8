import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import * as api from '../../libs/client/generated/sdk.gen.js';
import { startApi, type TestApi } from '../support/api.js';
import { givenProject, ok, problem, type TestProject } from '../support/project.js';

const FIELDS = [{ name: 'username', type: 'string' as const, required: true }];
const UNKNOWN = '0193f0a2-7c1e-7a50-9b1d-2f7a3c5e8b10';

let test: TestApi;
let project: TestProject;
let featureId: string;
let a: string;
let b: string;
let c: string;

beforeAll(async () => {
  test = await startApi();
});
afterAll(() => test.close());
beforeEach(async () => {
  project = await givenProject(test);
  featureId = await project.feature('login', []);
  a = (await project.schema('A', FIELDS)).id;
  b = (await project.schema('B', FIELDS)).id;
  c = (await project.schema('C', FIELDS)).id;
});

const assign = (schema_id: string, is_primary?: boolean, of = featureId) =>
  api.assignSchema({
    client: project.as.writer,
    path: { featureId: of },
    body: { schema_id, ...(is_primary === undefined ? {} : { is_primary }) },
  });
const setPrimary = (schemaId: string) =>
  api.setPrimarySchema({ client: project.as.writer, path: { featureId, schemaId } });
const take = (schemaId: string) => api.unassignSchema({ client: project.as.writer, path: { featureId, schemaId } });

/** Names in the order of the list, the primary one in brackets. */
const list = async (): Promise<string> => {
  const { data } = await ok(api.listFeatureSchemas({ client: project.as.reader, path: { featureId } }));
  return data.map(({ schema_name, is_primary }) => (is_primary ? `[${schema_name}]` : schema_name)).join(' ');
};
const primaries = async () =>
  (await test.db.query('SELECT 1 FROM feature_schemas WHERE feature_id = $1 AND is_primary', [featureId])).length;

describe('assigning a schema', () => {
  it('makes the first one primary, also where the call says otherwise', async () => {
    const { data, response } = await assign(a, false);
    expect(response?.status).toBe(201);
    expect(data).toEqual({
      schema_id: a,
      schema_name: 'A',
      feature_id: featureId,
      is_primary: true,
      position: 0,
      created_at: expect.any(String),
    });
    expect(await ok(assign(b))).toMatchObject({ is_primary: false, position: 1 });
    expect(await ok(assign(c))).toMatchObject({ is_primary: false, position: 2 });
    expect(await list()).toBe('[A] B C');
  });

  it('moves the primary place where it is told to', async () => {
    await ok(assign(a));
    await ok(assign(b));
    expect(await ok(assign(c, true))).toMatchObject({ is_primary: true, position: 2 });
    expect(await list()).toBe('[C] A B');
    expect(await primaries()).toBe(1);
  });

  it('is refused a second time', async () => {
    await ok(assign(a));
    for (const is_primary of [undefined, true]) {
      expect(await problem(assign(a, is_primary))).toMatchObject({ status: 409, code: 'feature.schema_assigned' });
    }
    await ok(assign(b));
    expect(await problem(assign(b, true))).toMatchObject({ status: 409 });
    expect(await list()).toBe('[A] B');
  });

  it('knows no schema of another project, nor one that is not there, nor an archived one', async () => {
    const foreign = (await (await givenProject(test)).schema('Foreign', FIELDS)).id;
    for (const id of [foreign, UNKNOWN, featureId]) {
      expect(await problem(assign(id))).toMatchObject({ status: 404, code: 'schema.not_found' });
    }
    await ok(api.updateSchema({ client: project.as.writer, path: { id: a }, body: { status: 'archived' } }));
    expect(await problem(assign(a))).toMatchObject({ status: 409, code: 'schema.archived' });
    expect(await list()).toBe('');
  });

  it('by many at once leaves one primary schema and an order without gaps or repetitions', async () => {
    const more = await Promise.all(Array.from({ length: 7 }, (_, i) => project.schema(`S${i}`, FIELDS)));
    const answers = await Promise.all([a, b, c, ...more.map(({ id }) => id)].map((id, i) => assign(id, i % 2 === 0)));
    expect(answers.map(({ response }) => response?.status)).toEqual(Array(10).fill(201));
    const rows = await test.db.query<{ position: number }>(
      'SELECT position FROM feature_schemas WHERE feature_id = $1 ORDER BY position',
      [featureId],
    );
    expect(rows.map(({ position }) => position)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(await primaries()).toBe(1);
    const again = await Promise.all(Array.from({ length: 6 }, () => assign(a)));
    expect(again.map(({ response }) => response?.status)).toEqual(Array(6).fill(409));
  });

  it('ends at fifty', async () => {
    await test.db.query(
      `WITH made AS (
         INSERT INTO data_schemas (name, project_id, schema_definition, created_by)
         SELECT 'Many ' || i, project_id, schema_definition, created_by
         FROM data_schemas, generate_series(1, 49) AS i WHERE id = $2 RETURNING id, project_id, created_by)
       INSERT INTO feature_schemas (project_id, feature_id, schema_id, position, created_by)
       SELECT project_id, $1, id, row_number() OVER (), created_by FROM made`,
      [featureId, a],
    );
    expect((await assign(b)).response?.status).toBe(201);
    expect(await problem(assign(c))).toMatchObject({ status: 409, code: 'feature.schema_limit' });
  });
});

describe('taking a schema away', () => {
  it('makes the next in order the primary one where it was that', async () => {
    for (const id of [a, b, c]) await ok(assign(id));
    const { response } = await take(a);
    expect(response?.status).toBe(204);
    expect(await list()).toBe('[B] C');
    await ok(setPrimary(c));
    await ok(take(c));
    expect(await list()).toBe('[B]');
    await ok(take(b));
    expect(await list()).toBe('');
  });

  it('keeps the primary one where another goes, and puts what comes back at the end', async () => {
    for (const id of [a, b, c]) await ok(assign(id));
    await ok(take(b));
    expect(await list()).toBe('[A] C');
    await ok(assign(b));
    expect(await list()).toBe('[A] C B');
  });

  it('answers 404 for one that the feature does not have', async () => {
    await ok(assign(a));
    for (const id of [b, UNKNOWN]) {
      expect(await problem(take(id))).toMatchObject({ status: 404, code: 'feature.schema_not_assigned' });
      expect(await problem(setPrimary(id))).toMatchObject({ status: 404, code: 'feature.schema_not_assigned' });
    }
    expect(await list()).toBe('[A]');
  });

  it('happens by itself when the schema is deleted, and the next in order becomes the primary one', async () => {
    for (const id of [a, b, c]) await ok(assign(id));
    const remove = (query = {}) => api.deleteSchema({ client: project.as.admin, path: { id: a }, query });
    expect(await problem(remove())).toMatchObject({ status: 409, code: 'schema.in_use' });
    expect((await remove({ force: 'true' })).response?.status).toBe(204);
    expect(await list()).toBe('[B] C');
    const path = { featureId, envId: project.environmentId };
    const bundle = await ok(api.requestData({ client: project.as.reader, path }));
    expect(bundle).toMatchObject({ primary_data: { schema_id: b }, secondary_data: [{ schema_id: c }] });
  });
});

describe('the primary schema', () => {
  it('is the one last set, and the others keep their order', async () => {
    for (const id of [a, b, c]) await ok(assign(id));
    const { data } = await ok(setPrimary(c));
    expect(data.map(({ schema_name, is_primary }) => [schema_name, is_primary])).toEqual([
      ['C', true],
      ['A', false],
      ['B', false],
    ]);
    await ok(setPrimary(c));
    expect(await list()).toBe('[C] A B');
    await ok(setPrimary(b));
    expect(await list()).toBe('[B] A C');
  });

  it('is one while many set it and take it away', async () => {
    for (const id of [a, b, c]) await ok(assign(id));
    await Promise.all(Array.from({ length: 12 }, (_, i) => setPrimary([a, b, c][i % 3] ?? a)));
    expect(await primaries()).toBe(1);
    const answers = await Promise.all([setPrimary(a), take(a), setPrimary(b), setPrimary(a), take(b), setPrimary(b)]);
    for (const { response } of answers) expect([200, 204, 404]).toContain(response?.status);
    expect(await list()).toBe('[C]');
  });

  it('stands first in what is handed out, the others in the order of assignment', async () => {
    for (const id of [a, b, c]) await ok(assign(id));
    await ok(setPrimary(b));
    const path = { featureId, envId: project.environmentId };
    const bundle = await ok(api.requestData({ client: project.as.reader, path }));
    expect(bundle.primary_data).toMatchObject({ schema_id: b });
    expect(bundle.secondary_data.map(({ schema_id }) => schema_id)).toEqual([a, c]);
  });
});

describe('the schemas that a feature could have', () => {
  it('are the active ones of its project that it does not have, by name', async () => {
    const foreign = await givenProject(test);
    await foreign.schema('Foreign', FIELDS);
    await project.schema('Archived', FIELDS);
    const available = async () =>
      (await ok(api.listAvailableSchemas({ client: project.as.reader, path: { featureId } }))).data;
    expect((await available()).map(({ name }) => name)).toEqual(['A', 'Archived', 'B', 'C']);
    const old = (await available()).find(({ name }) => name === 'Archived');
    await ok(
      api.updateSchema({ client: project.as.writer, path: { id: old?.id ?? '' }, body: { status: 'archived' } }),
    );
    await ok(assign(b));
    expect(await available()).toEqual([
      { id: a, name: 'A', description: null },
      { id: c, name: 'C', description: null },
    ]);
    await ok(take(b));
    expect((await available()).map(({ id }) => id)).toEqual([a, b, c]);
  });
});

describe('the features that use a schema', () => {
  it('are listed by name, with whether it is their primary one', async () => {
    const second = await project.feature('checkout', [a, b]);
    await ok(assign(b));
    const users = async (id: string) =>
      (await ok(api.listSchemaFeatures({ client: project.as.reader, path: { id } }))).data;
    expect(await users(b)).toEqual([
      { id: second, name: 'checkout', is_primary: false },
      { id: featureId, name: 'login', is_primary: true },
    ]);
    expect(await users(a)).toEqual([{ id: second, name: 'checkout', is_primary: true }]);
    expect(await users(c)).toEqual([]);
    await ok(api.deleteFeature({ client: project.as.admin, path: { id: second } }));
    expect(await users(a)).toEqual([]);
  });
});
