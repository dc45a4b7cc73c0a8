import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import * as api from '../../libs/client/generated/sdk.gen.js';
import type { CreateFeature } from '../../libs/client/generated/types.gen.js';
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

const create = (body: CreateFeature) =>
  api.createFeature({ client: project.as.writer, path: { projectId: project.id }, body });
const schema = async (name: string) => (await project.schema(name, FIELDS)).id;
const namesOf = (page: { data: { name: string }[] }) => page.data.map(({ name }) => name);
const search = async (text: string) =>
  namesOf(
    await ok(api.listFeatures({ client: project.as.reader, path: { projectId: project.id }, query: { search: text } })),
  );

describe('a feature', () => {
  it('is made with its schemas, the first being the primary one, untested in the default environment', async () => {
    const schema_ids = [await schema('User'), await schema('Address'), await schema('Card')];
    const { data, response } = await create({ name: 'checkout', description: 'Pay.', schema_ids });
    expect(response?.status).toBe(201);
    expect(data).toEqual({
      id: expect.any(String),
      name: 'checkout',
      description: 'Pay.',
      project_id: project.id,
      status: 'active',
      environments: [{ environment_id: project.environmentId, is_working: true, last_tested_at: null }],
      created_by: project.userIds.writer,
      created_at: expect.any(String),
      updated_at: expect.any(String),
    });
    const path = { featureId: data?.id ?? '' };
    const assigned = (await ok(api.listFeatureSchemas({ client: project.as.reader, path }))).data;
    expect(assigned).toEqual(
      ['User', 'Address', 'Card'].map((schema_name, position) => ({
        schema_id: schema_ids[position],
        schema_name,
        feature_id: data?.id,
        is_primary: position === 0,
        position,
        created_at: expect.any(String),
      })),
    );
    expect(await ok(api.getFeature({ client: project.as.reader, path: { id: data?.id ?? '' } }))).toEqual(data);
  });

  it('is attached to the environment that is the default now', async () => {
    const body = { name: 'Second', is_default: true };
    const path = { projectId: project.id };
    const { id } = await ok(api.createEnvironment({ client: project.as.admin, path, body }));
    expect((await ok(create({ name: 'login' }))).environments).toMatchObject([{ environment_id: id }]);
    const rows =
      'SELECT environment_id, is_working, last_tested_at FROM feature_environment_status WHERE project_id = $1';
    expect(await test.db.query(rows, [project.id])).toEqual([
      { environment_id: id, is_working: true, last_tested_at: null },
    ]);
  });

  it('may have no schemas, and then hands out no data', async () => {
    const { id } = await ok(create({ name: 'login', description: null }));
    expect((await ok(api.listFeatureSchemas({ client: project.as.reader, path: { featureId: id } }))).data).toEqual([]);
    const path = { featureId: id, envId: project.environmentId };
    expect(await problem(api.requestData({ client: project.as.reader, path }))).toMatchObject({
      status: 409,
      code: 'feature.no_schema',
    });
  });

  it('is not made where one of its schemas cannot be assigned', async () => {
    const other = await givenProject(test);
    const [own, archived] = [await schema('User'), await schema('Old')];
    const path = { id: archived };
    await ok(api.updateSchema({ client: project.as.admin, path, body: { status: 'archived' } }));
    const cases: [string, number][] = [
      [(await other.schema('Foreign', FIELDS)).id, 404],
      ['0193f0a2-7c1e-7a50-9b1d-2f7a3c5e8b10', 404],
      [archived, 409],
      [own.toUpperCase(), 409],
    ];
    for (const [id, status] of cases) {
      expect(await problem(create({ name: 'login', schema_ids: [own, id] }))).toMatchObject({ status });
    }
    const tables = ['features', 'feature_schemas', 'feature_environment_status'];
    for (const table of tables) {
      expect(await test.db.query(`SELECT 1 FROM ${table} WHERE project_id = $1`, [project.id])).toEqual([]);
    }
  });

  it('has a name that no other of its project has', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => create({ name: 'login' })));
    expect(answers.map(({ response }) => response?.status).sort()).toEqual([201, ...Array(9).fill(409)]);
    for (const { error } of answers) if (error) expect(error).toMatchObject({ code: 'feature.name_taken' });
    const { id } = await ok(create({ name: 'logout' }));
    const rename = api.updateFeature({ client: project.as.writer, path: { id }, body: { name: 'login' } });
    expect(await problem(rename)).toMatchObject({ status: 409, code: 'feature.name_taken' });
    const other = await givenProject(test);
    expect(await other.feature('login', [])).toEqual(expect.any(String));
  });

  it('changes where it is told to, and keeps the rest', async () => {
    const before = await ok(create({ name: 'login', description: 'Before' }));
    const update = (body: object) =>
      ok(api.updateFeature({ client: project.as.writer, path: { id: before.id }, body }));
    expect(await update({ name: 'sign_in' })).toEqual({ ...before, name: 'sign_in', updated_at: expect.any(String) });
    expect(await update({ description: null })).toMatchObject({ name: 'sign_in', description: null });
  });

  it('is read-only while it is archived, and comes back', async () => {
    const [user, address, spare] = [await schema('User'), await schema('Address'), await schema('Spare')];
    const { id } = await ok(create({ name: 'login', schema_ids: [user, address] }));
    const client = project.as.writer;
    const update = (body: object) => api.updateFeature({ client, path: { id }, body });
    expect(await ok(update({ status: 'archived' }))).toMatchObject({ status: 'archived' });
    const path = { featureId: id, schemaId: address };
    const tries = {
      change: update({ name: 'sign_in' }),
      'archiving it again': update({ status: 'archived' }),
      data: api.requestData({ client, path: { featureId: id, envId: project.environmentId } }),
      'data of one': api.requestSchemaData({ client, path: { ...path, envId: project.environmentId } }),
      assigning: api.assignSchema({ client, path, body: { schema_id: spare } }),
      taking: api.unassignSchema({ client, path }),
      primary: api.setPrimarySchema({ client, path }),
    };
    for (const [what, answer] of Object.entries(tries)) {
      const { status, code } = await problem(answer);
      expect({ what, status, code }).toEqual({ what, status: 409, code: 'feature.archived' });
    }
    expect(await ok(api.getFeature({ client, path: { id } }))).toMatchObject({ name: 'login', status: 'archived' });
    expect(await ok(update({ status: 'active', name: 'sign_in' }))).toMatchObject({
      status: 'active',
      name: 'sign_in',
    });
    expect(await ok(api.requestData({ client, path: { featureId: id, envId: project.environmentId } }))).toBeDefined();
  });

  it('is deleted with its statuses and assignments, and its hand-outs stay on record', async () => {
    const user = await schema('User');
    const { id } = await ok(create({ name: 'login', schema_ids: [user] }));
    await ok(api.requestData({ client: project.as.reader, path: { featureId: id, envId: project.environmentId } }));
    const remove = () => api.deleteFeature({ client: project.as.admin, path: { id } });
    expect((await remove()).response?.status).toBe(204);
    expect(await problem(remove())).toMatchObject({ status: 404, code: 'feature.not_found' });
    for (const table of ['feature_schemas', 'feature_environment_status', 'test_data_requests']) {
      const rows = await test.db.query(`SELECT 1 FROM ${table} WHERE feature_id = $1`, [id]);
      expect([table, rows.length]).toEqual([table, table === 'test_data_requests' ? 1 : 0]);
    }
    expect(await ok(api.getSchema({ client: project.as.reader, path: { id: user } }))).toMatchObject({ name: 'User' });
    expect(await ok(create({ name: 'login' }))).toMatchObject({ name: 'login' });
  });

  it('breaks nothing when it is deleted while others work with it', async () => {
    const [user, spare] = [await schema('User'), await schema('Spare')];
    for (let round = 0; round < 8; round += 1) {
      const { id } = await ok(create({ name: `f${round}`, schema_ids: [user] }));
      const client = project.as.admin;
      const answers = await Promise.all<{ response?: Response; error?: unknown }>([
        api.requestData({ client, path: { featureId: id, envId: project.environmentId } }),
        api.assignSchema({ client, path: { featureId: id }, body: { schema_id: spare } }),
        api.deleteFeature({ client, path: { id } }),
        api.assignSchema({ client, path: { featureId: id }, body: { schema_id: spare } }),
        api.updateFeature({ client, path: { id }, body: { name: `g${round}` } }),
        api.unassignSchema({ client, path: { featureId: id, schemaId: user } }),
        api.setPrimarySchema({ client, path: { featureId: id, schemaId: user } }),
      ]);
      const statuses = answers.map(({ response }) => response?.status ?? 0);
      expect(statuses.filter((status) => ![200, 201, 204, 404, 409].includes(status))).toEqual([]);
    }
  });
});

describe('the list of features', () => {
  it('finds those whose name contains a text, without regard to case', async () => {
    for (const name of ['user_login', 'User_Logout', 'checkout', 'ÜBERSICHT']) await ok(create({ name }));
    expect(await search('USER')).toEqual(['user_login', 'User_Logout']);
    expect(await search('out')).toEqual(['User_Logout', 'checkout']);
    expect(await search('über')).toEqual(['ÜBERSICHT']);
    expect(await search('r_l')).toEqual(['user_login', 'User_Logout']);
    expect(await search('r%l')).toEqual([]);
    expect(await search('nothing')).toEqual([]);
    expect(await search('')).toHaveLength(4);
  });

  it('goes from page to page, also with a search, while more are made', async () => {
    for (let i = 0; i < 5; i += 1) await ok(create({ name: `user_${i}` }));
    const path = { projectId: project.id };
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const query = { limit: 2, search: 'user', ...(cursor && { cursor }) };
      const page = await ok(api.listFeatures({ client: project.as.reader, path, query }));
      names.push(...namesOf(page));
      if (names.length === 2) await Promise.all([create({ name: 'user_5' }), create({ name: 'other' })]);
      cursor = page.next_cursor ?? undefined;
    } while (cursor);
    expect(names).toEqual(['user_0', 'user_1', 'user_2', 'user_3', 'user_4', 'user_5']);
  });

  it('goes across all my projects and no others', async () => {
    const other = await givenProject(test);
    const client = project.as.reader;
    const own = await ok(api.createProject({ client, body: { name: 'Personal' } }));
    await ok(api.createFeature({ client, path: { projectId: own.id }, body: { name: 'user_of_mine' } }));
    await Promise.all([ok(create({ name: 'user_login' })), other.feature('user_elsewhere', [])]);
    const everywhere = async (of = client, query = {}) => namesOf(await ok(api.listAllFeatures({ client: of, query })));
    expect((await everywhere()).sort()).toEqual(['user_login', 'user_of_mine']);
    expect(await everywhere(client, { search: 'MINE' })).toEqual(['user_of_mine']);
    expect(await everywhere(client, { search: 'elsewhere' })).toEqual([]);
    expect(await everywhere(project.as.admin)).toEqual(['user_login']);
    expect(await everywhere(project.as.stranger)).toEqual([]);
    await test.db.query('DELETE FROM project_access WHERE user_id = $1', [project.userIds.reader]);
    expect(await everywhere()).toEqual(['user_of_mine']);
  });

  it('says of each feature how it is', async () => {
    const { id } = await ok(create({ name: 'login' }));
    await test.db.query(
      'UPDATE feature_environment_status SET is_working = false, last_tested_at = now() WHERE feature_id = $1',
      [id],
    );
    const expected = [{ id, environments: [{ is_working: false, last_tested_at: expect.any(String) }] }];
    const path = { projectId: project.id };
    expect((await ok(api.listFeatures({ client: project.as.reader, path }))).data).toMatchObject(expected);
    expect((await ok(api.listAllFeatures({ client: project.as.reader }))).data).toMatchObject(expected);
  });
});
