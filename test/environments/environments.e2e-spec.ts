import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import * as api from '../../libs/client/generated/sdk.gen.js';
import type { CreateEnvironment, EnvironmentResponse } from '../../libs/client/generated/types.gen.js';
import { startApi, type TestApi } from '../support/api.js';
import { givenProject, ok, problem, type TestProject } from '../support/project.js';

const FIELDS = [{ name: 'username', type: 'string' as const, required: true }];

let test: TestApi;
let project: TestProject;

beforeAll(async () => {
  test = await startApi();
});
afterAll(() => test.close());
beforeEach(async () => {
  project = await givenProject(test);
});

const create = (body: CreateEnvironment, client = project.as.admin) =>
  api.createEnvironment({ client, path: { projectId: project.id }, body });
const make = (body: CreateEnvironment): Promise<EnvironmentResponse> => ok(create(body));
const update = (id: string, body: object, client = project.as.admin) =>
  api.updateEnvironment({ client, path: { id }, body });
const setDefault = (id: string) => api.setDefaultEnvironment({ client: project.as.writer, path: { id } });
const remove = (id: string) => api.deleteEnvironment({ client: project.as.admin, path: { id } });
const list = async () =>
  (await ok(api.listEnvironments({ client: project.as.reader, path: { projectId: project.id } }))).data;
const defaults = () =>
  test.db.query<{ id: string; status: string }>(
    'SELECT id, status FROM environments WHERE project_id = $1 AND is_default',
    [project.id],
  );

describe('an environment', () => {
  it.each([
    ['development', 'Development', 'dev', '#22C55E', false],
    ['testing', 'Testing', 'test', '#3B82F6', false],
    ['staging', 'Staging', 'staging', '#F59E0B', false],
    ['production', 'Production', 'prod', '#EF4444', true],
  ] as const)('takes its values from the template %s', async (template, name, slug, color, is_protected) => {
    if (template === 'development') await ok(update(project.environmentId, { slug: 'first' }));
    const { data, response } = await create({ template });
    expect(response?.status).toBe(201);
    expect(data).toEqual({
      id: expect.any(String),
      name,
      slug,
      color,
      is_protected,
      description: null,
      max_open_leases_per_user: null,
      project_id: project.id,
      is_default: false,
      status: 'active',
      created_by: project.userIds.admin,
      created_at: expect.any(String),
      updated_at: expect.any(String),
    });
    const path = { id: data?.id ?? '' };
    expect(await ok(api.getEnvironment({ client: project.as.reader, path }))).toEqual(data);
  });

  it('takes what is given rather than what its template has', async () => {
    const given = { name: 'Live', slug: 'live', color: '#000000', is_protected: false, description: 'Text' };
    expect(await make({ template: 'production', ...given })).toMatchObject(given);
    expect(await make({ template: 'production', name: 'Live EU' })).toMatchObject({
      slug: 'live-eu',
      color: '#EF4444',
      is_protected: true,
    });
  });

  it('has a name of its own where there is no template', async () => {
    expect(await make({ name: 'QA & Demo' })).toMatchObject({ slug: 'qa-demo', color: '#3B82F6', is_protected: false });
    expect(await problem(create({}))).toMatchObject({ status: 422, errors: [{ pointer: '/name' }] });
  });

  it.each([
    ['slug', 'Upper'],
    ['slug', ''],
    ['color', 'red'],
    ['color', '#12345'],
    ['template', 'other'],
    ['name', ''],
    ['name', 'x'.repeat(101)],
    ['is_default', 'true'],
    ['is_protected', null],
  ])('has no bad %s', async (field, value) => {
    const refusal = await problem(create({ name: 'New', [field]: value }));
    expect(refusal).toMatchObject({ status: 422, code: 'request.invalid' });
    expect(refusal.errors.map(({ pointer }) => pointer)).toContain(`/${field}`);
    expect(await list()).toHaveLength(1);
  });

  it('has a slug that no other of its project has', async () => {
    const { id } = await make({ name: 'Second' });
    for (const answer of [create({ name: 'Dev' }), create({ name: 'X', slug: 'dev' }), update(id, { slug: 'dev' })]) {
      expect(await problem(answer)).toMatchObject({ status: 409, code: 'environment.slug_taken' });
    }
    const answers = await Promise.all(Array.from({ length: 10 }, () => create({ name: 'Same', is_default: true })));
    expect(answers.map(({ response }) => response?.status).sort()).toEqual([201, ...Array(9).fill(409)]);
    expect(await list()).toHaveLength(3);
    expect(await defaults()).toHaveLength(1);
    const other = await givenProject(test);
    expect(
      (await ok(api.listEnvironments({ client: other.as.admin, path: { projectId: other.id } }))).data,
    ).toHaveLength(1);
  });

  it('changes where it is told to, and keeps the rest', async () => {
    const before = await make({ template: 'staging', description: 'Before' });
    const body = { name: 'QA', slug: 'qa', color: '#abcdef' };
    expect(await ok(update(before.id, body, project.as.writer))).toEqual({
      ...before,
      ...body,
      updated_at: expect.any(String),
    });
    expect(await ok(update(before.id, { description: null }))).toMatchObject({ name: 'QA', description: null });
    for (const body of [{ is_default: true }, { project_id: project.id }, { template: 'production' }]) {
      expect(await problem(update(before.id, body))).toMatchObject({ errors: [{ code: 'unknown_property' }] });
    }
  });

  it('is listed with the others, oldest first', async () => {
    const made = [await make({ name: 'B' }), await make({ name: 'A' })];
    expect((await list()).map(({ id }) => id)).toEqual([project.environmentId, ...made.map(({ id }) => id)]);
    const path = { projectId: project.id };
    const first = await ok(api.listEnvironments({ client: project.as.reader, path, query: { limit: 2 } }));
    await make({ name: 'C' });
    const query = { limit: 2, cursor: first.next_cursor ?? '' };
    const second = await ok(api.listEnvironments({ client: project.as.reader, path, query }));
    expect([...first.data, ...second.data].map(({ name }) => name)).toEqual(['Development', 'B', 'A', 'C']);
  });
});

describe('the default environment', () => {
  it('is what was last said to be it', async () => {
    const second = await make({ name: 'Second', is_default: true });
    expect(second.is_default).toBe(true);
    expect(await defaults()).toMatchObject([{ id: second.id }]);
    expect(await ok(setDefault(project.environmentId))).toMatchObject({ id: project.environmentId, is_default: true });
    expect(await ok(setDefault(project.environmentId))).toMatchObject({ is_default: true });
    expect(await defaults()).toMatchObject([{ id: project.environmentId }]);
  });

  it('is exactly one while twenty make another one it', async () => {
    const made = await Promise.all(Array.from({ length: 5 }, (_, i) => make({ name: `E${i}` })));
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => setDefault(made[i % 5]?.id ?? '')));
    expect(answers.map(({ response }) => response?.status)).toEqual(Array(20).fill(200));
    const rows = await defaults();
    expect(rows).toHaveLength(1);
    expect(made.map(({ id }) => id)).toContain(rows[0]?.id);
  });

  it('can be neither deleted nor archived', async () => {
    const id = project.environmentId;
    for (const answer of [remove(id), update(id, { status: 'archived' })]) {
      expect(await problem(answer)).toMatchObject({ status: 409, code: 'environment.is_default' });
    }
    expect(await defaults()).toEqual([{ id, status: 'active' }]);
  });

  it('is there, and active, when it changes while others are deleted and archived', async () => {
    for (let round = 0; round < 12; round += 1) {
      const { id } = await make({ name: `Round ${round}` });
      const away = round % 2 ? remove(id) : update(id, { status: 'archived' });
      const answers = await Promise.all([setDefault(id), away]);
      for (const { response } of answers) expect([200, 204, 404, 409]).toContain(response?.status);
      expect(await defaults()).toMatchObject([{ status: 'active' }]);
      await ok(setDefault(project.environmentId));
    }
  });
});

describe('an archived environment', () => {
  it('is read-only, and comes back', async () => {
    const { id } = await make({ name: 'Old' });
    const schema = await project.schema('User', FIELDS);
    const featureId = await project.feature('login', [schema.id]);
    const client = project.as.admin;
    const stock = { schemaId: schema.id, envId: id };
    const record = await ok(api.createRecord({ client, path: stock, body: { data_values: { username: 'a' } } }));
    expect(await ok(update(id, { status: 'archived' }))).toMatchObject({ status: 'archived' });
    const tries = {
      change: update(id, { name: 'New' }),
      'default again': setDefault(id),
      'hand-out': api.requestData({ client, path: { featureId, envId: id } }),
      run: api.generate({ client, path: stock, body: { count: 1 } }),
      sample: api.generateSample({ client, path: stock, body: { count: 1 } }),
      record: api.createRecord({ client, path: stock, body: { data_values: { username: 'b' } } }),
      'record use': api.markRecordUsed({ client, path: { id: record.id } }),
      'record delete': api.deleteRecord({ client, path: { id: record.id } }),
    };
    for (const [what, answer] of Object.entries(tries)) {
      const { status, code } = await problem(answer);
      expect({ what, status, code }).toEqual({ what, status: 409, code: 'environment.archived' });
    }
    expect((await ok(api.listRecords({ client, path: stock }))).data).toHaveLength(1);
    expect(await ok(update(id, { status: 'active', name: 'New' }))).toMatchObject({ status: 'active', name: 'New' });
    expect(await ok(api.requestData({ client, path: { featureId, envId: id } }))).toBeDefined();
  });
});

describe('a protected environment', () => {
  it('hands data out to writers, and lets administrators only run and delete in bulk', async () => {
    const { id } = await make({ template: 'production' });
    const schema = await project.schema('User', FIELDS);
    const featureId = await project.feature('login', [schema.id]);
    const stock = { schemaId: schema.id, envId: id };
    const record = await ok(
      api.createRecord({ client: project.as.writer, path: stock, body: { data_values: { username: 'a' } } }),
    );
    const attempts = {
      bundle: (client = project.as.reader) => api.requestData({ client, path: { featureId, envId: id } }),
      one: (client = project.as.reader) =>
        api.requestSchemaData({ client, path: { featureId, envId: id, schemaId: schema.id } }),
      run: (client = project.as.writer) => api.generate({ client, path: stock, body: { count: 1 } }),
      delete: (client = project.as.writer) => api.deleteRecord({ client, path: { id: record.id } }),
    };
    for (const [what, attempt] of Object.entries(attempts)) {
      const { status, code } = await problem(attempt());
      expect({ what, status, code }).toEqual({ what, status: 403, code: 'project.forbidden' });
    }
    expect(await test.db.query('SELECT 1 FROM test_data_requests WHERE project_id = $1', [project.id])).toEqual([]);
    expect(await ok(attempts.bundle(project.as.writer))).toMatchObject({ primary_data: { record_id: record.id } });
    expect(await ok(attempts.one(project.as.writer))).toMatchObject({ primary_data: { record_id: record.id } });
    expect(await ok(attempts.run(project.as.admin))).toMatchObject({ state: 'queued' });
    expect((await attempts.delete(project.as.admin)).response?.status).toBe(204);
    expect((await ok(api.listRecords({ client: project.as.reader, path: stock }))).data).toEqual([]);
  });

  it('is made unprotected, or protected, by administrators only', async () => {
    const { id } = await make({ template: 'production' });
    expect(await problem(update(id, { is_protected: false }, project.as.writer))).toMatchObject({ status: 403 });
    expect(await ok(update(id, { is_protected: true, name: 'Live' }, project.as.writer))).toMatchObject({
      name: 'Live',
    });
    expect(await ok(update(id, { is_protected: false }))).toMatchObject({ is_protected: false });
    expect(await problem(update(id, { is_protected: true }, project.as.writer))).toMatchObject({ status: 403 });
  });
});
