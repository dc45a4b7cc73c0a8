import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as api from '../../libs/client/generated/sdk.gen.js';
import { startApi, type TestApi } from '../support/api.js';
import { givenProject, ok, problem, type TestProject } from '../support/project.js';

const CODE = { name: 'code', type: 'string' as const, regex: '^[A-Z][0-9]{2}$', required: true, unique: true };
const EMAIL = { name: 'email', type: 'string' as const, required: true };

describe('a preview', () => {
  let test: TestApi;
  let project: TestProject;

  beforeAll(async () => {
    test = await startApi();
    project = await givenProject(test);
  });
  afterAll(() => test.close());

  it('shows rows of a saved schema, the same for the same seed, and how many distinct ones there are', async () => {
    const schema = await project.schema('Previewed', [CODE, EMAIL]);
    const ask = () =>
      ok(api.previewSchema({ client: project.as.reader, path: { id: schema.id }, body: { count: 3, seed: 's' } }));
    const preview = await ask();
    expect(preview.data).toHaveLength(3);
    const keys = [{ fields: ['code'], at_least: 2_600, exact: true }];
    expect(preview.capacity).toEqual({ at_least: 2_600, exact: true, bound_by: 'code', keys });
    expect(preview.bytes_per_row).toBeGreaterThan(30);
    expect(Object.keys(preview.data[0] ?? {})).toEqual(['code', 'email']);
    for (const data_values of preview.data) {
      const verdict = await ok(
        api.checkValues({ client: project.as.reader, path: { id: schema.id }, body: { data_values } }),
      );
      expect(verdict.problems).toEqual([]);
    }
    expect(await ask()).toEqual(preview);
    expect(await test.db.query('SELECT id FROM test_data')).toEqual([]);
  });

  it('shows what a definition would give before it is saved, with the rules that saving would add', async () => {
    const path = { projectId: project.id };
    const body = { schema_definition: { fields: [EMAIL] } };
    const preview = await ok(api.previewDefinition({ client: project.as.reader, path, body }));
    expect(preview.data).toHaveLength(5);
    expect(preview.capacity).toBeNull();
    expect(preview.applied_rules).toMatchObject([{ field: 'email', rule: 'regex' }]);
  });

  it('shows as many rows as there are', async () => {
    const fields = [{ name: 'n', type: 'options' as const, options: ['a', 'b'], required: true, unique: true }];
    const schema = await project.schema('Two', fields);
    const preview = await ok(api.previewSchema({ client: project.as.reader, path: { id: schema.id }, body: {} }));
    expect(preview.data.map((row) => row.n).sort()).toEqual(['a', 'b']);
    expect(preview.capacity).toMatchObject({ at_least: 2, exact: true, bound_by: 'n' });
  });

  it('names made-up records where there are none yet, and real ones of the environment where there are', async () => {
    const user = await project.schema('User', [EMAIL]);
    const reference = { name: 'user', type: 'reference' as const, reference_schema_id: user.id, required: true };
    const order = await project.schema('Order', [reference]);
    const path = { id: order.id };
    const empty = await ok(api.previewSchema({ client: project.as.reader, path, body: { count: 1 } }));
    expect(empty.data[0]?.user).toMatch(/^[0-9a-f-]{36}$/);
    const stock = { schemaId: user.id, envId: project.environmentId };
    const made = await ok(api.generateSample({ client: project.as.writer, path: stock, body: { count: 2 } }));
    const body = { environment_id: project.environmentId, count: 10 };
    const preview = await ok(api.previewSchema({ client: project.as.reader, path, body }));
    const ids = made.data.map(({ id }) => id);
    for (const row of preview.data) expect(ids).toContain(row.user);
  });

  it('refuses a bad definition with every problem', async () => {
    const fields = [{ name: 'n', type: 'number' as const, min: '5', max: '1' }];
    const path = { projectId: project.id };
    const answer = await problem(
      api.previewDefinition({ client: project.as.reader, path, body: { schema_definition: { fields } } }),
    );
    expect(answer).toMatchObject({ status: 422, code: 'schema.invalid_definition' });
    expect(answer.errors.map(({ pointer }) => pointer)).toContainEqual(
      expect.stringMatching(/^\/schema_definition\/fields\/0/),
    );
  });
});
