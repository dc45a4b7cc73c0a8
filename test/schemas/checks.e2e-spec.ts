import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as api from '../../libs/client/generated/sdk.gen.js';
import { startApi, type TestApi } from '../support/api.js';
import { givenProject, ok, problem, type TestProject } from '../support/project.js';
import { fieldsOf, SAMPLES } from './shopfast.js';

describe('checks of schemas', () => {
  let test: TestApi;
  let project: TestProject;

  beforeAll(async () => {
    test = await startApi();
    project = await givenProject(test);
  });
  afterAll(() => test.close());

  const check = (id: string, data_values: unknown) =>
    api.checkValues({ client: project.as.reader, path: { id }, body: { data_values: data_values as never } });
  const validate = (id: string) => ok(api.validateSchema({ client: project.as.reader, path: { id } }));

  it('accept the values of the example and store nothing', async () => {
    for (const [name, samples] of Object.entries(SAMPLES)) {
      const schema = await project.schema(name, fieldsOf(name));
      for (const values of samples) {
        expect(await ok(check(schema.id, values))).toEqual({ accepted: true, problems: [] });
      }
    }
    expect(await test.db.query('SELECT id FROM test_data')).toEqual([]);
    expect(await test.db.query('SELECT id FROM stocks')).toEqual([]);
  });

  it('name every field that fails, with rule and bound', async () => {
    const schema = await project.schema('Failing', [
      ...fieldsOf('User').slice(0, 1),
      { name: 'age', type: 'number', min: '13', max: '120' },
      { name: 'nick', type: 'string', min: 2, max: 4 },
      { name: 'born', type: 'date', min: '1900-01-01', max: '2020-12-31' },
      { name: 'color', type: 'options', options: ['red', 'green'] },
      { name: 'active', type: 'boolean' },
      { name: 'friend', type: 'reference', reference_schema_id: (await project.schema('Friend', fieldsOf('User'))).id },
      { name: 'must', type: 'string', required: true },
    ]);
    const verdict = await ok(
      check(schema.id, {
        username: 'no spaces please',
        age: 12,
        nick: 'abcde',
        born: '2021-01-01',
        color: 'blue',
        active: 'true',
        friend: 'john',
        must: null,
        more: 1,
      }),
    );
    expect(verdict.accepted).toBe(false);
    expect(verdict.problems.map(({ pointer, code }) => [pointer, code])).toEqual([
      ['/username', 'regex'],
      ['/age', 'min'],
      ['/nick', 'max'],
      ['/born', 'max'],
      ['/color', 'options'],
      ['/active', 'type'],
      ['/friend', 'type'],
      ['/must', 'required'],
      ['/more', 'unknown_field'],
    ]);
    const messages = verdict.problems.map(({ message }) => message);
    for (const [i, bound] of [
      [0, '{3,20}'],
      [1, '13'],
      [2, '4'],
      [3, '2020-12-31'],
      [4, 'green'],
    ] as const) {
      expect(messages[i]).toContain(bound);
    }
    expect(await test.db.query('SELECT id FROM test_data')).toEqual([]);
  });

  it('take both ends of a range in', async () => {
    const schema = await project.schema('Ends', [
      { name: 'n', type: 'number', min: '0.01', max: 5 },
      { name: 's', type: 'string', min: '2', max: 3 },
      { name: 'd', type: 'date', min: '2024-01-01', max: '2024-12-31' },
    ]);
    const accepted = async (values: unknown) => (await ok(check(schema.id, values))).accepted;
    expect(await accepted({ n: 0.01, s: 'ab', d: '2024-01-01' })).toBe(true);
    expect(await accepted({ n: 5, s: 'a🎉c', d: '2024-12-31T23:59:59Z' })).toBe(true);
    expect(await accepted({ n: 0.009 })).toBe(false);
    expect(await accepted({ s: '🎉' })).toBe(false);
    expect(await accepted({ d: '2025-01-01T00:00:00Z' })).toBe(false);
    expect(await accepted({ n: '1' })).toBe(false);
    expect(await accepted({ d: '2024-02-30' })).toBe(false);
  });

  it('refuse what are no values at all', async () => {
    const { id } = await project.schema('No values', [{ name: 'a', type: 'string' }]);
    for (const values of [[], 'text', 5, null]) {
      expect(await problem(check(id, values))).toMatchObject({ status: 422, code: 'request.invalid' });
    }
    expect(await problem(check('00000000-0000-7000-8000-000000000000', {}))).toMatchObject({ status: 404 });
  });

  it('find nothing wrong with a good definition, field by field', async () => {
    const schema = await project.schema('Good', fieldsOf('Order'));
    const fields = ['order_id', 'total', 'status', 'order_date'].map((field_name) => ({
      field_name,
      valid: true,
      problems: [],
    }));
    expect(await validate(schema.id)).toEqual({ valid: true, fields, problems: [] });
  });

  it('find the reference to a schema that was deleted by force', async () => {
    const target = await project.schema('Target', [{ name: 'a', type: 'string' }]);
    const schema = await project.schema('Left alone', [
      { name: 'a', type: 'string' },
      { name: 'target', type: 'reference', reference_schema_id: target.id, required: true },
    ]);
    expect((await validate(schema.id)).valid).toBe(true);
    const path = { id: target.id };
    await ok(api.deleteSchema({ client: project.as.admin, path, query: { force: 'true' } }));
    const verdict = await validate(schema.id);
    expect(verdict).toMatchObject({ valid: false, problems: [] });
    expect(verdict.fields).toMatchObject([
      { field_name: 'a', valid: true, problems: [] },
      {
        field_name: 'target',
        valid: false,
        problems: [{ pointer: '/fields/1/reference_schema_id', code: 'reference.unknown' }],
      },
    ]);
  });

  it('find rules that were broken behind our back', async () => {
    const schema = await project.schema('Broken', [
      { name: 'a', type: 'string', regex: '^a$' },
      { name: 'b', type: 'number' },
    ]);
    await test.db.query(
      `UPDATE data_schemas SET schema_definition = jsonb_set(schema_definition, '{fields,0,regex}', '"("') WHERE id = $1`,
      [schema.id],
    );
    const verdict = await validate(schema.id);
    expect(verdict.valid).toBe(false);
    expect(verdict.fields).toMatchObject([
      { valid: false, problems: [{ pointer: '/fields/0/regex' }] },
      { valid: true, problems: [] },
    ]);
  });
});
