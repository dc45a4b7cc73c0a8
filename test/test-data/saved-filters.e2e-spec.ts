import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from '../../libs/client/generated/client/index.js';
import * as api from '../../libs/client/generated/sdk.gen.js';
import type { CreateSavedFilter, SchemaResponse } from '../../libs/client/generated/types.gen.js';
import { startApi, type TestApi } from '../support/api.js';
import { givenProject, ok, problem, type TestProject } from '../support/project.js';
import { statusOf, stockOf } from './stock.js';

describe('saved filters', () => {
  let test: TestApi;
  let project: TestProject;
  let schema: SchemaResponse;

  beforeAll(async () => {
    test = await startApi();
    project = await givenProject(test);
    schema = await project.schema('Person', [
      { name: 'name', type: 'string' },
      { name: 'age', type: 'number' },
    ]);
  });
  afterAll(() => test.close());

  const create = (client: Client, body: CreateSavedFilter) =>
    api.createSavedFilter({ client, path: { schemaId: schema.id }, body });
  const path = (filterId: string) => ({ schemaId: schema.id, filterId });
  const listed = async (client: Client) =>
    (await ok(api.listSavedFilters({ client, path: { schemaId: schema.id } }))).data.map(({ name }) => name);

  it('are found by, in their order unless another is asked for, and together with more conditions', async () => {
    const stock = stockOf(test, project, schema.id);
    for (const [name, age] of [['a', 10], ['b', 20], ['c', 30]] as const) await stock.create({ name, age }); // prettier-ignore
    const filter = { values: { age: { gte: 20 } } };
    const saved = await ok(create(project.as.writer, { name: 'Adults', filter, sort: '-values.age', is_shared: true }));
    expect(saved).toMatchObject({ name: 'Adults', filter, sort: '-values.age', created_by: project.userIds.writer });
    const found = async (body: object) =>
      (await ok(api.searchRecords({ client: project.as.reader, path: stock.path, body: { filter_id: saved.id, ...body } })))
        .data.map(({ data_values }) => data_values['name']); // prettier-ignore
    expect(await found({})).toEqual(['c', 'b']);
    expect(await found({ sort: 'values.name' })).toEqual(['b', 'c']);
    expect(await found({ filter: { values: { name: { ne: 'c' } } } })).toEqual(['b']);
    const list = await stock.list({ filter_id: saved.id, status: 'active' });
    expect(list.data.map(({ data_values }) => data_values['name'])).toEqual(['c', 'b']);
    const changed = await ok(
      api.updateSavedFilter({ client: project.as.writer, path: path(saved.id), body: { filter: {}, sort: null } }),
    );
    expect(changed).toMatchObject({ name: 'Adults', filter: {}, sort: null, is_shared: true });
    expect(await found({})).toEqual(['a', 'b', 'c']);
  });

  it('are private unless they are shared, which takes the permission to write', async () => {
    const own = await ok(create(project.as.reader, { name: 'Mine', filter: {} }));
    expect(own.is_shared).toBe(false);
    expect(await listed(project.as.reader)).toContain('Mine');
    expect(await listed(project.as.writer)).not.toContain('Mine');
    const hidden = { client: project.as.admin, path: path(own.id) };
    expect(await statusOf(api.getSavedFilter(hidden))).toBe(404);
    expect(await statusOf(api.updateSavedFilter({ ...hidden, body: { name: 'x' } }))).toBe(404);
    expect(await statusOf(api.deleteSavedFilter(hidden))).toBe(404);
    expect(await statusOf(create(project.as.reader, { name: 'Ours', filter: {}, is_shared: true }))).toBe(403);
    const share = { client: project.as.reader, path: path(own.id), body: { is_shared: true } };
    expect(await statusOf(api.updateSavedFilter(share))).toBe(403);
    const shared = await ok(create(project.as.writer, { name: 'Ours', filter: {}, is_shared: true }));
    const theirs = { client: project.as.reader, path: path(shared.id) };
    expect(await ok(api.getSavedFilter(theirs))).toEqual(shared);
    expect(await statusOf(api.updateSavedFilter({ ...theirs, body: { name: 'x' } }))).toBe(403);
    expect(await statusOf(api.deleteSavedFilter(theirs))).toBe(403);
    expect(await statusOf(api.deleteSavedFilter({ client: project.as.admin, path: path(shared.id) }))).toBe(204);
    expect(await statusOf(api.deleteSavedFilter({ client: project.as.reader, path: path(own.id) }))).toBe(204);
  });

  it('have names of their own, and fit their schema', async () => {
    await ok(create(project.as.writer, { name: 'Twice', filter: {}, is_shared: true }));
    await ok(create(project.as.writer, { name: 'Twice', filter: {} }));
    await ok(create(project.as.admin, { name: 'Twice', filter: {} }));
    for (const body of [{ is_shared: true }, {}]) {
      const refused = await problem(create(project.as.writer, { name: 'Twice', filter: {}, ...body }));
      expect(refused).toMatchObject({ status: 409, code: 'filter.name_taken' });
    }
    const refused = await problem(create(project.as.writer, { name: 'Odd', filter: { values: { nick: { eq: 1 } } } }));
    expect(refused).toMatchObject({ code: 'filter.invalid', errors: [{ pointer: '/filter/values/nick' }] });
    const unsorted = await problem(create(project.as.writer, { name: 'Odd', filter: {}, sort: 'values.nick' }));
    expect(unsorted).toMatchObject({ status: 422, code: 'sort.invalid' });
    const other = await project.schema('Other', [{ name: 'name', type: 'string' }]);
    const { id } = await ok(create(project.as.writer, { name: 'There', filter: {}, is_shared: true }));
    const elsewhere = { client: project.as.writer, path: { schemaId: other.id, filterId: id } };
    expect(await statusOf(api.getSavedFilter(elsewhere))).toBe(404);
  });

  it('that the schema has outgrown say so when they are used', async () => {
    const own = await project.schema('Shrinking', [
      { name: 'name', type: 'string' },
      { name: 'age', type: 'number' },
    ]);
    const { client } = { client: project.as.admin };
    const body = { name: 'Old', filter: { values: { age: { gt: 1 } } } };
    const { id } = await ok(api.createSavedFilter({ client, path: { schemaId: own.id }, body }));
    const [name] = own.schema_definition.fields;
    const schema_definition = { fields: [name!] };
    await ok(api.updateSchema({ client, path: { id: own.id }, body: { schema_definition } }));
    const stock = stockOf(test, project, own.id);
    const search = api.searchRecords({ client, path: stock.path, body: { filter_id: id } });
    expect(await problem(search)).toMatchObject({
      code: 'filter.invalid',
      errors: [{ pointer: '/filter_id/values/age' }],
    });
  });
});
