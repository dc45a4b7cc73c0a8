import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as api from '../../libs/client/generated/sdk.gen.js';
import type { Client } from '../../libs/client/generated/client/index.js';
import { startApi, type TestApi } from '../support/api.js';
import { givenProject, givenUser, ok, problem } from '../support/project.js';

let test: TestApi;
let owner: { client: Client; id: string };
let count = 0;

beforeAll(async () => {
  test = await startApi();
  owner = await givenUser(test, 'owner');
});
afterAll(() => test.close());

const slug = () => `org-${(count += 1)}`;
const make = (name = 'Org', client = owner.client) =>
  ok(api.createOrganization({ client, body: { name, slug: slug() } }));

async function join(organizationId: string, role: 'owner' | 'admin' | 'member'): Promise<Client> {
  const { client, id } = await givenUser(test, role);
  const text = 'INSERT INTO organization_members (organization_id, user_id, role) VALUES ($1, $2, $3)';
  await test.db.query(text, [organizationId, id, role]);
  return client;
}

describe('an organization', () => {
  it('belongs to who makes it, with the limits of the starter plan', async () => {
    const body = { name: 'TechCorp Solutions', slug: slug(), description: 'Makes shops.' };
    const { data, response } = await api.createOrganization({ client: owner.client, body });
    expect(response?.status).toBe(201);
    expect(data).toEqual({
      id: expect.any(String),
      ...body,
      logo_url: null,
      plan_type: 'starter',
      max_users: 10,
      max_projects: 5,
      status: 'active',
      created_by: owner.id,
      created_at: expect.any(String),
      updated_at: expect.any(String),
    });
    expect(await ok(api.getOrganization({ client: owner.client, path: { id: data?.id ?? '' } }))).toEqual(data);
    const members = 'SELECT user_id, role FROM organization_members WHERE organization_id = $1';
    expect(await test.db.query(members, [data?.id])).toEqual([{ user_id: owner.id, role: 'owner' }]);
  });

  it('gets a short name made of its name', async () => {
    const { slug } = await ok(api.createOrganization({ client: owner.client, body: { name: ' Ünï & Cörp / 2 ' } }));
    expect(slug).toBe('uni-corp-2');
    const unnamed = await ok(api.createOrganization({ client: owner.client, body: { name: '株式会社' } }));
    expect(unnamed.slug).toMatch(/^[a-z0-9-]+$/);
  });

  it('has a short name that no other has, also where ten ask at once', async () => {
    const taken = slug();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () =>
        api.createOrganization({ client: owner.client, body: { name: 'Org', slug: taken } }),
      ),
    );
    expect(answers.map(({ response }) => response?.status).sort()).toEqual([201, ...Array(9).fill(409)]);
    for (const { error } of answers) if (error) expect(error).toMatchObject({ code: 'organization.slug_taken' });
    expect(await test.db.query('SELECT id FROM organizations WHERE slug = $1', [taken])).toHaveLength(1);
    const stray =
      'SELECT 1 FROM organization_members m LEFT JOIN organizations o ON o.id = m.organization_id WHERE o.id IS NULL';
    expect(await test.db.query(stray)).toEqual([]);
  });

  it.each(['Upper', 'with space', '-a', 'a-', '', 'ä', 'a'.repeat(101)])('has no short name like %j', async (bad) => {
    const refusal = await problem(api.createOrganization({ client: owner.client, body: { name: 'Org', slug: bad } }));
    expect(refusal).toMatchObject({ status: 422, errors: [{ pointer: '/slug' }] });
  });

  it('changes where it is told to, and keeps the rest', async () => {
    const before = await make();
    const path = { id: before.id };
    const body = { name: 'Renamed', logo_url: 'https://example.com/logo.png' };
    const changed = await ok(api.updateOrganization({ client: owner.client, path, body }));
    expect(changed).toEqual({ ...before, ...body, updated_at: expect.any(String) });
    const cleared = await ok(api.updateOrganization({ client: owner.client, path, body: { logo_url: null } }));
    expect(cleared).toMatchObject({ name: 'Renamed', logo_url: null });
  });

  it('does not let anybody raise its limits', async () => {
    const { id } = await make();
    for (const body of [{ max_projects: 99 }, { max_users: 99 }, { plan_type: 'enterprise' }, { slug: 'other' }]) {
      const answer = api.updateOrganization({ client: owner.client, path: { id }, body: body as never });
      expect(await problem(answer)).toMatchObject({ status: 422, errors: [{ code: 'unknown_property' }] });
    }
  });
});

describe('members', () => {
  it('may see it, administrators change it, owners delete it', async () => {
    const { id } = await make();
    const [member, admin, second] = await Promise.all([join(id, 'member'), join(id, 'admin'), join(id, 'owner')]);
    const stranger = (await givenUser(test)).client;
    const tries = (client: Client) =>
      Promise.all([
        api.getOrganization({ client, path: { id } }),
        api.updateOrganization({ client, path: { id }, body: { name: 'Changed' } }),
      ]);
    const statuses = async (client: Client) => (await tries(client)).map(({ response }) => response?.status);
    expect(await statuses(member)).toEqual([200, 403]);
    expect(await statuses(admin)).toEqual([200, 200]);
    expect(await statuses(second)).toEqual([200, 200]);
    expect(await statuses(stranger)).toEqual([404, 404]);
    const remove = async (client: Client) => (await api.deleteOrganization({ client, path: { id } })).response?.status;
    expect(await remove(stranger)).toBe(404);
    expect(await remove(member)).toBe(403);
    expect(await remove(admin)).toBe(403);
    expect(await remove(second)).toBe(204);
    expect(await remove(second)).toBe(404);
  });

  it('see the organizations that they are in, and no others', async () => {
    const [mine, other] = await Promise.all([make('Mine'), make('Other')]);
    const member = await join(mine.id, 'member');
    expect(await ok(api.listOrganizations({ client: member }))).toEqual({ data: [mine], next_cursor: null });
    const all = (await ok(api.listOrganizations({ client: owner.client, query: { limit: 100 } }))).data;
    expect(all.map(({ id }) => id)).toEqual(expect.arrayContaining([mine.id, other.id]));
  });

  it('may add projects, on which they have all permissions', async () => {
    const { id } = await make();
    const member = await join(id, 'member');
    const own = await ok(api.createProject({ client: member, body: { name: 'Own', organization_id: id } }));
    expect(own).toMatchObject({ organization_id: id, user_id: null, is_personal: false, permission: 'admin' });
    const others = await ok(api.createProject({ client: owner.client, body: { name: 'Others', organization_id: id } }));
    expect((await ok(api.listProjects({ client: member }))).data.map((project) => project.id)).toEqual([own.id]);
    expect(await problem(api.getProject({ client: member, path: { id: others.id } }))).toMatchObject({ status: 404 });
    const admin = await join(id, 'admin');
    expect((await ok(api.listProjects({ client: admin }))).data).toMatchObject([
      { id: own.id, permission: 'admin' },
      { id: others.id, permission: 'admin' },
    ]);
  });
});

describe('projects of an organization', () => {
  it('are five at most, also where eight are made at once', async () => {
    const { id } = await make();
    const create = () => api.createProject({ client: owner.client, body: { name: 'P', organization_id: id } });
    const answers = await Promise.all(Array.from({ length: 8 }, create));
    expect(answers.map(({ response }) => response?.status).sort()).toEqual([201, 201, 201, 201, 201, 409, 409, 409]);
    for (const { error } of answers) if (error) expect(error).toMatchObject({ code: 'organization.project_limit' });
    expect(await test.db.query('SELECT id FROM projects WHERE organization_id = $1', [id])).toHaveLength(5);
    const first = answers.find(({ data }) => data)?.data;
    await ok(api.deleteProject({ client: owner.client, path: { id: first?.id ?? '' } }));
    expect((await create()).response?.status).toBe(201);
  });

  it('are as many as its row says', async () => {
    const { id } = await make();
    await test.db.query('UPDATE organizations SET max_projects = 0 WHERE id = $1', [id]);
    const refusal = api.createProject({ client: owner.client, body: { name: 'P', organization_id: id } });
    expect(await problem(refusal)).toMatchObject({ status: 409, code: 'organization.project_limit' });
  });

  it('keep it from being deleted', async () => {
    const { id } = await make();
    const project = await ok(api.createProject({ client: owner.client, body: { name: 'P', organization_id: id } }));
    const remove = () => api.deleteOrganization({ client: owner.client, path: { id } });
    expect(await problem(remove())).toMatchObject({ status: 409, code: 'organization.has_projects' });
    expect(await ok(api.getOrganization({ client: owner.client, path: { id } }))).toMatchObject({ id });
    await ok(api.deleteProject({ client: owner.client, path: { id: project.id } }));
    expect((await remove()).response?.status).toBe(204);
    expect(await test.db.query('SELECT 1 FROM organization_members WHERE organization_id = $1', [id])).toEqual([]);
  });

  it('cannot be made for strangers, nor for an organization that is archived', async () => {
    const { id } = await make();
    const stranger = (await givenUser(test)).client;
    const create = (client: Client) => problem(api.createProject({ client, body: { name: 'P', organization_id: id } }));
    expect(await create(stranger)).toMatchObject({ status: 404, code: 'organization.not_found' });
    await ok(api.updateOrganization({ client: owner.client, path: { id }, body: { status: 'archived' } }));
    expect(await create(owner.client)).toMatchObject({ status: 409, code: 'organization.not_active' });
  });

  it('are read-only while it is archived, and come back with it', async () => {
    const project = await givenProject(test);
    const { admin } = project.as;
    const path = { id: project.organizationId };
    const set = (status: 'archived' | 'active') =>
      ok(api.updateOrganization({ client: admin, path, body: { status } }));
    await set('archived');
    const inProject = { projectId: project.id };
    const tries = [
      api.createFeature({ client: admin, path: inProject, body: { name: 'f' } }),
      api.createEnvironment({ client: admin, path: inProject, body: { name: 'e' } }),
      api.updateProject({ client: admin, path: { id: project.id }, body: { name: 'Changed' } }),
    ];
    for (const one of tries) expect(await problem(one)).toMatchObject({ status: 409, code: 'project.archived' });
    expect(await ok(api.getProject({ client: admin, path: { id: project.id } }))).toMatchObject({ name: 'Project' });
    await set('active');
    expect(await ok(api.createFeature({ client: admin, path: inProject, body: { name: 'f' } }))).toMatchObject({
      name: 'f',
    });
  });
});
