import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as api from '../../libs/client/generated/sdk.gen.js';
import type { CreateField, UpdateField } from '../../libs/client/generated/types.gen.js';
import { startApi, type TestApi } from '../support/api.js';
import { givenProject, ok, problem, type TestProject } from '../support/project.js';
import { fieldsOf } from './shopfast.js';

describe('fields of schemas', () => {
  let test: TestApi;
  let project: TestProject;
  let made = 0;

  beforeAll(async () => {
    test = await startApi();
    project = await givenProject(test);
  });
  afterAll(() => test.close());

  const given = (names: string[], unique?: string[][]) =>
    project.schema(
      `Schema ${(made += 1)}`,
      names.map((name) => ({ name, type: 'string' as const })),
      unique ? { unique } : {},
    );
  const create = (id: string, body: CreateField, headers: Record<string, string> = {}) =>
    api.createField({ client: project.as.writer, path: { id }, body, headers });
  const update = (id: string, fieldId: string, body: UpdateField) =>
    api.updateField({ client: project.as.writer, path: { id, fieldId }, body });
  const remove = (id: string, fieldId: string) => api.deleteField({ client: project.as.writer, path: { id, fieldId } });
  const definition = async (id: string) =>
    (await ok(api.getSchema({ client: project.as.reader, path: { id } }))).schema_definition;
  const names = async (id: string) => (await definition(id)).fields.map(({ name }) => name);

  it('are added last unless a place is given, and answer with all their columns', async () => {
    const schema = await given(['a']);
    const last = await ok(
      create(schema.id, { field_name: 'age', field_type: 'number', min_value: '13', max_value: '120.5' }),
    );
    expect(last).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      schema_id: schema.id,
      field_name: 'age',
      field_type: 'number',
      is_required: false,
      is_unique: false,
      is_searchable: false,
      validation_regex: null,
      min_value: '13',
      max_value: '120.5',
      options: null,
      reference_schema_id: null,
      display_order: 1,
    });
    const options = ['red', 2, true];
    const first = await ok(
      create(schema.id, { field_name: 'color', field_type: 'options', options, is_required: true, display_order: 0 }),
    );
    expect(first).toMatchObject({ display_order: 0, options, is_required: true });
    const beyond = await ok(create(schema.id, { field_name: 'z', field_type: 'boolean', display_order: 200 }));
    expect(beyond.display_order).toBe(3);
    expect(await names(schema.id)).toEqual(['color', 'a', 'age', 'z']);
    expect((await definition(schema.id)).fields[2]).toMatchObject({ id: last.id, min: '13', max: '120.5' });
  });

  it('change one by one: what is left out stays, null removes a rule', async () => {
    const schema = await project.schema('Changed', fieldsOf('User'));
    const fields = schema.schema_definition.fields;
    const age = fields[5]?.id ?? '';
    const changed = await ok(update(schema.id, age, { max_value: '99', is_required: true }));
    expect(changed).toMatchObject({ id: age, field_name: 'age', min_value: '13', max_value: '99', is_required: true });
    const freed = await ok(update(schema.id, age, { min_value: null, max_value: null, is_required: false }));
    expect(freed).toMatchObject({ min_value: null, max_value: null, is_required: false });
    const password = await ok(update(schema.id, fields[2]?.id ?? '', { validation_regex: null }));
    expect(password).toMatchObject({ validation_regex: null, is_required: true });
    const after = (await definition(schema.id)).fields;
    expect(after[5]).not.toHaveProperty('min');
    expect(after[2]).not.toHaveProperty('regex');
    expect(after.filter((_, i) => i !== 2 && i !== 5)).toEqual(fields.filter((_, i) => i !== 2 && i !== 5));
  });

  it('become another type when the rules of the old one go with it', async () => {
    const schema = await project.schema('Retyped', [{ name: 'a', type: 'string', regex: '^x$' }]);
    const id = schema.schema_definition.fields[0]?.id ?? '';
    const refused = await problem(update(schema.id, id, { field_type: 'number' }));
    expect(refused).toMatchObject({ status: 422, errors: [{ pointer: '/validation_regex' }] });
    const changed = await ok(update(schema.id, id, { field_type: 'number', validation_regex: null, min_value: '1' }));
    expect(changed).toMatchObject({ id, field_type: 'number', validation_regex: null, min_value: '1' });
  });

  it('move by their display_order', async () => {
    const schema = await given(['a', 'b', 'c', 'd']);
    const [a, , , d] = schema.schema_definition.fields.map(({ id }) => id ?? '');
    expect((await ok(update(schema.id, d ?? '', { display_order: 0 }))).display_order).toBe(0);
    expect(await names(schema.id)).toEqual(['d', 'a', 'b', 'c']);
    expect((await ok(update(schema.id, a ?? '', { display_order: 3 }))).display_order).toBe(3);
    expect(await names(schema.id)).toEqual(['d', 'b', 'c', 'a']);
    expect((await ok(update(schema.id, a ?? '', { display_order: 99 }))).display_order).toBe(3);
    expect((await ok(update(schema.id, d ?? '', { is_required: true }))).display_order).toBe(0);
    expect(await names(schema.id)).toEqual(['d', 'b', 'c', 'a']);
  });

  it('keep their id and their keys when they are renamed', async () => {
    const schema = await given(['a', 'b', 'c'], [['a', 'b']]);
    const id = schema.schema_definition.fields[0]?.id ?? '';
    expect(await ok(update(schema.id, id, { field_name: 'first' }))).toMatchObject({ id, field_name: 'first' });
    const after = await definition(schema.id);
    expect(after.fields[0]).toMatchObject({ id, name: 'first' });
    expect(after.unique).toEqual([['first', 'b']]);
  });

  it('take the keys of several fields that name them along when they are deleted', async () => {
    const schema = await given(['a', 'b', 'c', 'd'], [['a', 'b'], ['c', 'd']]); // prettier-ignore
    const { response } = await remove(schema.id, schema.schema_definition.fields[0]?.id ?? '');
    expect(response?.status).toBe(204);
    expect(await definition(schema.id)).toMatchObject({ unique: [['c', 'd']] });
    expect(await names(schema.id)).toEqual(['b', 'c', 'd']);
    const again = await problem(remove(schema.id, schema.schema_definition.fields[0]?.id ?? ''));
    expect(again).toMatchObject({ status: 404, code: 'field.not_found' });
  });

  it('cannot all be deleted', async () => {
    const schema = await given(['only']);
    const id = schema.schema_definition.fields[0]?.id ?? '';
    expect(await problem(remove(schema.id, id))).toMatchObject({ status: 409, code: 'field.last' });
    expect(await names(schema.id)).toEqual(['only']);
  });

  const broken: [string, CreateField, string][] = [
    ['a bad pattern', { field_name: 'x', field_type: 'string', validation_regex: '(' }, '/validation_regex'],
    ['a pattern on a date', { field_name: 'x', field_type: 'date', validation_regex: '^1$' }, '/validation_regex'],
    ['min above max', { field_name: 'x', field_type: 'number', min_value: '2', max_value: '1' }, '/min_value'],
    ['a bound that is no number', { field_name: 'x', field_type: 'number', max_value: 'ten' }, '/max_value'],
    ['a taken name', { field_name: 'a', field_type: 'number' }, '/field_name'],
    ['a taken name before its owner', { field_name: 'b', field_type: 'date', display_order: 0 }, '/field_name'],
    ['a name that cannot be', { field_name: '1/2', field_type: 'number' }, '/field_name'],
    ['no options', { field_name: 'x', field_type: 'options' }, '/options'],
    ['a repeated option', { field_name: 'x', field_type: 'options', options: [1, 1] }, '/options/1'],
    ['no target of a reference', { field_name: 'x', field_type: 'reference' }, '/reference_schema_id'],
  ];
  it.each(broken)('are refused with %s, which the answer points at', async (_, body, pointer) => {
    const schema = await given(['a', 'b']);
    const expected = { status: 422, code: 'schema.invalid_definition', errors: [{ pointer }] };
    expect(await problem(create(schema.id, body))).toMatchObject(expected);
    const probe = await ok(create(schema.id, { field_name: 'probe', field_type: 'boolean', display_order: 1 }));
    expect(await problem(update(schema.id, probe.id, body))).toMatchObject(expected);
    expect(await names(schema.id)).toEqual(['a', 'probe', 'b']);
  });

  it('may not refer to an unknown schema, nor close a circle', async () => {
    const target = await given(['a']);
    const schema = await given(['a']);
    const reference = { field_name: 'ref', field_type: 'reference' as const, is_required: true };
    const pointer = '/reference_schema_id';
    const unknown = create(schema.id, { ...reference, reference_schema_id: '00000000-0000-7000-8000-000000000000' });
    expect(await problem(unknown)).toMatchObject({ errors: [{ pointer, code: 'reference.unknown' }] });
    const field = await ok(create(schema.id, { ...reference, reference_schema_id: target.id }));
    const circle = await problem(create(target.id, { ...reference, reference_schema_id: schema.id }));
    expect(circle).toMatchObject({ status: 422, errors: [{ pointer, code: 'reference.circle' }] });
    await ok(update(schema.id, field.id, { is_required: false }));
    await ok(create(target.id, { ...reference, reference_schema_id: schema.id }));
    const closing = await problem(update(schema.id, field.id, { is_required: true }));
    expect(closing).toMatchObject({ status: 422, errors: [{ pointer, code: 'reference.circle' }] });
  });

  it('are refused where the request itself does not fit', async () => {
    const schema = await given(['a']);
    const cases: [Record<string, unknown>, string][] = [
      [{ field_type: 'string' }, '/field_name'],
      [{ field_name: 'x' }, '/field_type'],
      [{ field_name: 'x', field_type: 'integer' }, '/field_type'],
      [{ field_name: 'x', field_type: 'string', is_required: null }, '/is_required'],
      [{ field_name: 'x', field_type: 'string', display_order: -1 }, '/display_order'],
      [{ field_name: 'x', field_type: 'string', regex: 'a' }, '/regex'],
      [{ field_name: 'x', field_type: 'string', validation_regex: 'a'.repeat(501) }, '/validation_regex'],
    ];
    for (const [body, pointer] of cases) {
      const refused = await problem(create(schema.id, body as never));
      expect(refused).toMatchObject({
        status: 422,
        errors: expect.arrayContaining([expect.objectContaining({ pointer })]),
      });
    }
    expect(await names(schema.id)).toEqual(['a']);
  });

  it('do not change under an outdated tag', async () => {
    const schema = await given(['a']);
    const { response } = await api.getSchema({ client: project.as.writer, path: { id: schema.id } });
    const headers = { 'If-Match': response?.headers.get('etag') ?? '' };
    await ok(create(schema.id, { field_name: 'b', field_type: 'string' }, headers));
    const stale = create(schema.id, { field_name: 'c', field_type: 'string' }, headers);
    expect(await problem(stale)).toMatchObject({ status: 412, code: 'schema.changed' });
    expect(await names(schema.id)).toEqual(['a', 'b']);
  });

  it('are all there after twenty were added at once', async () => {
    const schema = await given(['a']);
    const added = Array.from({ length: 20 }, (_, i) => `f${i}`);
    await Promise.all(added.map((field_name) => ok(create(schema.id, { field_name, field_type: 'string' }))));
    expect((await names(schema.id)).sort()).toEqual(['a', ...added].sort());
    expect((await ok(api.getSchema({ client: project.as.reader, path: { id: schema.id } }))).version).toBe(21);
  });
});
