import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as api from '../../libs/client/generated/sdk.gen.js';
import type { SchemaResponse } from '../../libs/client/generated/types.gen.js';
import { startApi, type TestApi } from '../support/api.js';
import { givenProject, ok, problem, type TestProject } from '../support/project.js';
import { secondEnvironment, stockOf } from './stock.js';

const NOBODY = '00000000-0000-7000-8000-000000000000';

describe('references of records', () => {
  let test: TestApi;
  let project: TestProject;
  let user: SchemaResponse;
  let order: SchemaResponse;
  let staging: string;

  beforeAll(async () => {
    test = await startApi();
    project = await givenProject(test);
    staging = await secondEnvironment(project);
    user = await project.schema('User', [{ name: 'name', type: 'string' }]);
    order = await project.schema('Order', [
      { name: 'user', type: 'reference', reference_schema_id: user.id, required: true },
      { name: 'gift_for', type: 'reference', reference_schema_id: user.id },
    ]);
  });
  afterAll(() => test.close());

  const dangling = (field: string) => ({
    status: 422,
    code: 'record.invalid',
    errors: [{ pointer: `/data_values/${field}`, code: 'reference' }],
  });

  it('name a record of the right schema in the same environment', async () => {
    const { id } = await stockOf(test, project, user.id).create({ name: 'Jane' });
    const orders = stockOf(test, project, order.id);
    const made = await orders.create({ user: id, gift_for: null });
    expect(made.data_values).toEqual({ user: id, gift_for: null });
    await orders.create({ user: id.toUpperCase() });
  });

  it('are refused where they name nothing, something else, or something elsewhere', async () => {
    const orders = stockOf(test, project, order.id);
    const here = await stockOf(test, project, user.id).create({ name: 'Here' });
    const there = await stockOf(test, project, user.id, { envId: staging }).create({ name: 'There' });
    const anOrder = await orders.create({ user: here.id });
    for (const id of [NOBODY, there.id, anOrder.id]) {
      expect(await orders.refuse({ user: id })).toMatchObject(dangling('user'));
      expect(await orders.refuse({ user: here.id, gift_for: id })).toMatchObject(dangling('gift_for'));
      const update = api.updateRecord({
        client: project.as.writer,
        path: { id: anOrder.id },
        body: { data_values: { user: id } },
      });
      expect(await problem(update)).toMatchObject(dangling('user'));
    }
    const both = await orders.refuse({ user: NOBODY, gift_for: NOBODY });
    expect(both.errors.map(({ pointer }) => pointer)).toEqual(['/data_values/user', '/data_values/gift_for']);
    expect(await orders.refuse({ user: 'Jane' })).toMatchObject({ errors: [{ code: 'type' }] });
    expect(await orders.refuse({})).toMatchObject({ errors: [{ code: 'required' }] });
  });

  it('may name a record that is used', async () => {
    const { id } = await stockOf(test, project, user.id).create({ name: 'Used' });
    await ok(api.markRecordUsed({ client: project.as.writer, path: { id } }));
    await stockOf(test, project, order.id).create({ user: id });
  });

  it('may name a record of the same schema', async () => {
    const tree = await project.schema('Tree', [{ name: 'a', type: 'string' }]);
    const fields = [{ name: 'parent', type: 'reference' as const, reference_schema_id: tree.id }];
    const body = { schema_definition: { fields } };
    await ok(api.updateSchema({ client: project.as.writer, path: { id: tree.id }, body }));
    const stock = stockOf(test, project, tree.id);
    const root = await stock.create({ parent: null });
    await stock.create({ parent: root.id });
    expect(await stock.sample(5)).toHaveLength(5);
  });
});
