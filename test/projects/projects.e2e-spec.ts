import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as api from '../../libs/client/generated/sdk.gen.js';
import type { Client } from '../../libs/client/generated/client/index.js';
import { startApi, type TestApi } from '../support/api.js';
import { givenProject, givenUser, ok, problem, type TestProject } from '../support/project.js';

const FIELDS = [{ name: 'username', type: 'string' as const, required: true }];

let test: TestApi;

beforeAll(async () => {
  test = await startApi();
});
afterAll(() => test.close());

const personal = (client: Client, name: string) => ok(api.createProject({ client, body: { name } }));

describe('a project', () => {
  it('is its maker’s own where no organization is named', async () => {
    const { client, id } = await givenUser(test);
    const { data, response } = await api.createProject({ client, body: { name: 'Mine', description: 'All mine.' } });
    expect(response?.status).toBe(201);
    expect(data).toEqual({
      id: expect.any(String),
      name: 'Mine',
      description: 'All mine.',
      organization_id: null,
      user_id: id,
      is_personal: true,
      status: 'active',
      permission: 'admin',
      created_by: id,
      created_at: expect.any(String),
      updated_at: expect.any(String),
    });
    expect(await ok(api.getProject({ client, path: { id: data?.id ?? '' } }))).toEqual(data);
    const stranger = (await givenUser(test)).client;
    expect(await problem(api.getProject({ client: stranger, path: { id: data?.id ?? '' } }))).toMatchObject({
      status: 404,
      code: 'project.not_found',
    });
  });

  it('starts with one environment, Development, as its default', async () => {
    const { client } = await givenUser(test);
    const { id } = await personal(client, 'Mine');
    const { data } = await ok(api.listEnvironments({ client, path: { projectId: id } }));
    expect(data).toMatchObject([
      { name: 'Development', slug: 'dev', color: '#22C55E', is_default: true, is_protected: false, status: 'active' },
    ]);
  });

  it('says what the caller may do', async () => {
    const { id, as } = await givenProject(test);
    for (const [role, permission] of [
      ['admin', 'admin'],
      ['writer', 'write'],
      ['reader', 'read'],
    ] as const) {
      expect(await ok(api.getProject({ client: as[role], path: { id } }))).toMatchObject({ permission });
      expect((await ok(api.listProjects({ client: as[role] }))).data).toMatchObject([{ id, permission }]);
    }
    expect((await ok(api.listProjects({ client: as.stranger }))).data).toEqual([]);
  });

  it('is open to a team as far as its permission goes, the most of several counting', async () => {
    const { id, as, organizationId, userIds } = await givenProject(test);
    const [team] = await test.db.query<{ id: string }>(
      `INSERT INTO teams (name, organization_id, created_by) VALUES ('Team', $1, $2) RETURNING id`,
      [organizationId, userIds.admin],
    );
    for (const user of [userIds.stranger, userIds.writer]) {
      const text = 'INSERT INTO team_members (team_id, user_id, added_by) VALUES ($1, $2, $3)';
      await test.db.query(text, [team?.id, user, userIds.admin]);
    }
    const grant = `INSERT INTO project_access (project_id, team_id, permission, granted_by) VALUES ($1, $2, 'read', $3)`;
    await test.db.query(grant, [id, team?.id, userIds.admin]);
    expect(await ok(api.getProject({ client: as.stranger, path: { id } }))).toMatchObject({ permission: 'read' });
    expect(await ok(api.getProject({ client: as.writer, path: { id } }))).toMatchObject({ permission: 'write' });
    await test.db.query('DELETE FROM team_members WHERE user_id = $1', [userIds.stranger]);
    expect(await problem(api.getProject({ client: as.stranger, path: { id } }))).toMatchObject({ status: 404 });
  });

  it('changes where it is told to, and keeps the rest', async () => {
    const { client } = await givenUser(test);
    const before = await personal(client, 'Before');
    const path = { id: before.id };
    const after = await ok(api.updateProject({ client, path, body: { name: 'After', description: 'New' } }));
    expect(after).toEqual({ ...before, name: 'After', description: 'New', updated_at: expect.any(String) });
    expect(await ok(api.updateProject({ client, path, body: { description: null } }))).toMatchObject({
      name: 'After',
      description: null,
    });
  });

  it('goes with everything in it when it is deleted, but for the hand-outs', async () => {
    const project = await givenProject(test);
    const client = project.as.admin;
    const schema = await project.schema('User', FIELDS);
    const featureId = await project.feature('login', [schema.id]);
    const path = { schemaId: schema.id, envId: project.environmentId };
    await ok(api.generateSample({ client, path, body: { count: 3 } }));
    await ok(api.generate({ client, path, body: { count: 10 } }));
    await ok(api.requestData({ client, path: { featureId, envId: project.environmentId } }));
    const remove = () => api.deleteProject({ client, path: { id: project.id } });
    expect((await remove()).response?.status).toBe(204);
    expect(await problem(remove())).toMatchObject({ status: 404, code: 'project.not_found' });
    for (const [table, column] of TABLES) {
      const rows = await test.db.query(`SELECT 1 FROM ${table} WHERE ${column} = $1`, [project.id]);
      expect([table, rows.length]).toEqual([table, table === 'test_data_requests' ? 1 : 0]);
    }
    // Runs go with the next sweep, after their files.
    const runs = await test.db.query('SELECT finished_at FROM job_runs WHERE project_id = $1', [project.id]);
    expect(runs).toEqual([{ finished_at: new Date(0) }]);
  });
});

it('breaks nothing when it is deleted while others work in it', async () => {
  const { client } = await givenUser(test);
  for (let round = 0; round < 6; round += 1) {
    const { id } = await personal(client, `P${round}`);
    const path = { projectId: id };
    const second = await ok(api.createEnvironment({ client, path, body: { name: 'E' } }));
    const feature = await ok(api.createFeature({ client, path, body: { name: 'f' } }));
    const answers = await Promise.all<{ response?: Response; error?: unknown }>([
      api.createFeature({ client, path, body: { name: 'g' } }),
      api.createEnvironment({ client, path, body: { name: 'New', is_default: true } }),
      api.createEnvironment({ client, path, body: { name: 'Newer' } }),
      api.deleteProject({ client, path: { id } }),
      api.createFeature({ client, path, body: { name: 'h' } }),
      api.updateFeature({ client, path: { id: feature.id }, body: { name: 'i' } }),
      api.deleteEnvironment({ client, path: { id: second.id } }),
      api.setDefaultEnvironment({ client, path: { id: second.id } }),
      api.updateProject({ client, path: { id }, body: { name: 'New' } }),
    ]);
    const refused = answers.filter(({ response }) => ![200, 201, 204, 404, 409].includes(response?.status ?? 0));
    expect(refused.map(({ error }) => error)).toEqual([]);
    expect(await test.db.query('SELECT 1 FROM projects WHERE id = $1', [id])).toEqual([]);
    expect(await test.db.query('SELECT 1 FROM environments WHERE project_id = $1', [id])).toEqual([]);
  }
});

const TABLES = [
  ['projects', 'id'],
  ...[
    ...['environments', 'data_schemas', 'data_schema_versions', 'schema_references', 'features', 'feature_schemas'],
    ...['feature_environment_status', 'stocks', 'stock_keys', 'test_data', 'test_data_keys', 'project_access'],
    'test_data_requests',
  ].map((table) => [table, 'project_id']),
] as const;

describe('an archived project', () => {
  let project: TestProject;
  let ids: { schema: string; feature: string; record: string; other: string; environment: string };
  const set = (status: 'archived' | 'active', client: Client) =>
    api.updateProject({ client, path: { id: project.id }, body: { status } });

  beforeAll(async () => {
    project = await givenProject(test);
    const client = project.as.admin;
    const [schema, other] = await Promise.all([project.schema('User', FIELDS), project.schema('Other', FIELDS)]);
    const feature = await project.feature('login', [schema.id]);
    const body = { name: 'Second' };
    const environment = await ok(api.createEnvironment({ client, path: { projectId: project.id }, body }));
    const path = { schemaId: schema.id, envId: project.environmentId };
    const record = await ok(api.createRecord({ client, path, body: { data_values: { username: 'ada' } } }));
    ids = { schema: schema.id, other: other.id, feature, record: record.id, environment: environment.id };
    await ok(set('archived', client));
  });

  it('is archived and brought back by administrators only', async () => {
    for (const status of ['archived', 'active'] as const) {
      expect(await problem(set(status, project.as.writer))).toMatchObject({ status: 403, code: 'project.forbidden' });
    }
  });

  it('is read-only everywhere', async () => {
    const client = project.as.admin;
    const inProject = { projectId: project.id };
    const stock = { schemaId: ids.schema, envId: project.environmentId };
    const schema_definition = { fields: FIELDS };
    const data_values = { username: 'eve' };
    const assigned = { featureId: ids.feature, schemaId: ids.schema };
    const tries = {
      schema: api.createSchema({ client, path: inProject, body: { name: 'New', schema_definition } }),
      'schema change': api.updateSchema({ client, path: { id: ids.schema }, body: { name: 'New' } }),
      field: api.createField({ client, path: { id: ids.schema }, body: { field_name: 'a', field_type: 'boolean' } }),
      feature: api.createFeature({ client, path: inProject, body: { name: 'new' } }),
      'feature change': api.updateFeature({ client, path: { id: ids.feature }, body: { name: 'new' } }),
      assignment: api.assignSchema({ client, path: { featureId: ids.feature }, body: { schema_id: ids.other } }),
      'primary schema': api.setPrimarySchema({ client, path: assigned }),
      'taking a schema': api.unassignSchema({ client, path: assigned }),
      environment: api.createEnvironment({ client, path: inProject, body: { name: 'New' } }),
      'environment change': api.updateEnvironment({ client, path: { id: ids.environment }, body: { name: 'New' } }),
      'default environment': api.setDefaultEnvironment({ client, path: { id: ids.environment } }),
      record: api.createRecord({ client, path: stock, body: { data_values } }),
      'record change': api.updateRecord({ client, path: { id: ids.record }, body: { data_values } }),
      'record delete': api.deleteRecord({ client, path: { id: ids.record } }),
      'record use': api.markRecordUsed({ client, path: { id: ids.record } }),
      sample: api.generateSample({ client, path: stock, body: { count: 1 } }),
      run: api.generate({ client, path: stock, body: { count: 1 } }),
      'hand-out': api.requestData({ client, path: { featureId: ids.feature, envId: project.environmentId } }),
      'hand-out of one': api.requestSchemaData({ client, path: { ...assigned, envId: project.environmentId } }),
      rename: api.updateProject({ client, path: { id: project.id }, body: { name: 'New' } }),
    };
    for (const [what, answer] of Object.entries(tries)) {
      const { status, code } = await problem(answer);
      expect({ what, status, code }).toEqual({ what, status: 409, code: 'project.archived' });
    }
    const text = 'SELECT count(*)::integer AS count FROM test_data_requests WHERE project_id = $1';
    expect(await test.db.query(text, [project.id])).toEqual([{ count: 0 }]);
  });

  it('can still be read, and is listed where archived ones are asked for', async () => {
    const client = project.as.reader;
    expect(await ok(api.getProject({ client, path: { id: project.id } }))).toMatchObject({ status: 'archived' });
    expect(await ok(api.getSchema({ client, path: { id: ids.schema } }))).toMatchObject({ name: 'User' });
    expect(await ok(api.getRecord({ client, path: { id: ids.record } }))).toMatchObject({ status: 'active' });
    const list = async (status?: 'active' | 'archived') =>
      (await ok(api.listProjects({ client, query: status ? { status } : {} }))).data.map(({ id }) => id);
    expect(await list('archived')).toEqual([project.id]);
    expect(await list('active')).toEqual([]);
    expect(await list()).toEqual([project.id]);
  });

  it('works again once it is brought back', async () => {
    const client = project.as.admin;
    expect(await ok(set('active', client))).toMatchObject({ status: 'active' });
    const path = { featureId: ids.feature, envId: project.environmentId };
    expect(await ok(api.requestData({ client, path }))).toMatchObject({ primary_data: { record_id: ids.record } });
    expect(
      await ok(api.createFeature({ client, path: { projectId: project.id }, body: { name: 'new' } })),
    ).toBeDefined();
  });
});

describe('the list of projects', () => {
  it('goes from page to page without missing or repeating any while more are made', async () => {
    const { client } = await givenUser(test);
    const first: string[] = [];
    for (let i = 0; i < 7; i += 1) first.push((await personal(client, `P${i}`)).id);
    const seen: string[] = [];
    const made: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await ok(api.listProjects({ client, query: { limit: 3, ...(cursor && { cursor }) } }));
      expect(page.data.length).toBeLessThanOrEqual(3);
      seen.push(...page.data.map(({ id }) => id));
      if (made.length < 4) made.push((await personal(client, 'New')).id, (await personal(client, 'New')).id);
      cursor = page.next_cursor ?? undefined;
    } while (cursor);
    expect(seen).toEqual([...first, ...made]);
    const again = await ok(api.listProjects({ client, query: { limit: 11 } }));
    expect(again.next_cursor).toBeNull();
    expect(again.data).toHaveLength(11);
  });

  it('goes on from a project that is gone', async () => {
    const { client } = await givenUser(test);
    const ids: string[] = [];
    for (let i = 0; i < 4; i += 1) ids.push((await personal(client, `P${i}`)).id);
    const page = await ok(api.listProjects({ client, query: { limit: 2 } }));
    await ok(api.deleteProject({ client, path: { id: ids[1] ?? '' } }));
    const next = await ok(api.listProjects({ client, query: { limit: 2, cursor: page.next_cursor ?? '' } }));
    expect(next.data.map(({ id }) => id)).toEqual(ids.slice(2));
    expect(next.next_cursor).toBeNull();
  });

  it('can be of one organization', async () => {
    const { id, organizationId, as } = await givenProject(test);
    await personal(as.admin, 'Personal');
    const query = { organization_id: organizationId };
    expect((await ok(api.listProjects({ client: as.admin, query }))).data.map((one) => one.id)).toEqual([id]);
    expect((await ok(api.listProjects({ client: as.stranger, query }))).data).toEqual([]);
  });

  it('has 50 on a page unless told otherwise, and refuses other limits and cursors', async () => {
    const { client, id } = await givenUser(test);
    const many = `INSERT INTO projects (name, user_id, is_personal, created_by)
      SELECT 'P', $1, true, $1 FROM generate_series(1, 60)`;
    await test.db.query(many, [id]);
    const page = await ok(api.listProjects({ client }));
    expect(page.data).toHaveLength(50);
    const rest = await ok(api.listProjects({ client, query: { cursor: page.next_cursor ?? '' } }));
    expect(rest).toMatchObject({ next_cursor: null, data: { length: 10 } });
    for (const limit of [0, 101, 'abc']) {
      const refusal = await problem(api.listProjects({ client, query: { limit: limit as number } }));
      expect(refusal).toMatchObject({
        status: 422,
        errors: expect.arrayContaining([expect.objectContaining({ parameter: 'limit' })]),
      });
    }
    const cursor = Buffer.from('not an id').toString('base64url');
    expect(await problem(api.listProjects({ client, query: { cursor } }))).toMatchObject({
      status: 422,
      code: 'list.bad_cursor',
      errors: [{ parameter: 'cursor' }],
    });
  });
});
