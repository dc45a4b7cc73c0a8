import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as api from '../../libs/client/generated/sdk.gen.js';
import type { FieldDefinitionDto, SchemaResponse } from '../../libs/client/generated/types.gen.js';
import { startApi, type TestApi } from '../support/api.js';
import { givenProject, ok, problem, type TestProject } from '../support/project.js';
import { stockOf } from '../test-data/stock.js';

const CITY: FieldDefinitionDto = { name: 'city', type: 'options', options: ['Rome', 'Oslo'], required: true };
const PLACE: FieldDefinitionDto[] = [CITY, { name: 'label', type: 'string', template: 'to {city}', required: true }];

describe('schemas that stand in others', () => {
  let test: TestApi;
  let project: TestProject;
  let made = 0;

  beforeAll(async () => {
    test = await startApi();
    project = await givenProject(test);
  });
  afterAll(() => test.close());

  const embed = (name: string, schema: string, more: object = {}): FieldDefinitionDto => ({
    ...{ name, type: 'object', schema, required: true },
    ...more,
  });
  const change = (schema: SchemaResponse, fields: FieldDefinitionDto[]) =>
    api.updateSchema({ client: project.as.admin, path: { id: schema.id }, body: { schema_definition: { fields } } });
  const get = (id: string) => ok(api.getSchema({ client: project.as.reader, path: { id } }));
  /** A place, and a customer who has one and a list of them. */
  const given = async (): Promise<{ place: SchemaResponse; customer: SchemaResponse }> => {
    made += 1;
    const place = await project.schema(`Place ${made}`, PLACE);
    const customer = await project.schema(`Customer ${made}`, [
      { name: 'name', type: 'string' },
      embed('home', place.id),
      { name: 'others', type: 'array', items: { type: 'object', schema: place.id }, min_items: 1, max_items: 2 },
    ]);
    return { place, customer };
  };

  it('give their fields to the object, in samples, checks and previews', async () => {
    const { customer } = await given();
    const stock = stockOf(test, project, customer.id);
    for (const { data_values } of await stock.sample(20, 'seed')) {
      const { home, others } = data_values as { home: { city: string; label: string }; others: { label: string }[] };
      expect(Object.keys(home)).toEqual(['city', 'label']);
      expect(['to Rome', 'to Oslo']).toContain(home.label);
      expect(home.label).toBe(`to ${home.city}`);
      expect(['to Rome', 'to Oslo']).toContain(others[0]?.label);
    }
    const completed = await stock.create({ home: { city: 'Rome' }, others: [{ city: 'Oslo' }] });
    expect(completed.data_values).toEqual({
      home: { city: 'Rome', label: 'to Rome' },
      others: [{ city: 'Oslo', label: 'to Oslo' }],
    });
    const refused = await stock.refuse({ home: { city: 'Paris' }, others: [{ city: 'Rome', label: 'x' }] });
    expect(refused.errors.map(({ pointer }) => pointer)).toEqual(
      expect.arrayContaining(['/data_values/home/city', '/data_values/others/0/label']),
    );
    const fields = [embed('where', customer.id)];
    const preview = await ok(
      api.previewDefinition({
        client: project.as.reader,
        path: { projectId: project.id },
        body: { schema_definition: { fields }, count: 2 },
      }),
    );
    expect(preview.data).toMatchObject([{ where: { home: { label: expect.stringMatching(/^to /) } } }, {}]);
  });

  it('give them a new version when they change, and leave records as they were', async () => {
    const { place, customer } = await given();
    const [before] = await stockOf(test, project, customer.id).sample(1);
    await ok(change(place, [{ name: 'zip', type: 'string', regex: '^[0-9]{5}$', required: true }, CITY]));
    const now = await get(customer.id);
    expect(now.version).toBe(2);
    expect(now.schema_definition).toEqual(customer.schema_definition);
    const [after] = await stockOf(test, project, customer.id).sample(1);
    const { home } = after?.data_values as { home: Record<string, string> };
    expect(Object.keys(home)).toEqual(['zip', 'city']);
    expect(after?.schema_version).toBe(2);
    const kept = await ok(api.getRecord({ client: project.as.reader, path: { id: before?.id ?? '' } }));
    expect(Object.keys(kept.data_values['home'] as object)).toEqual(['city', 'label']);
  });

  it('follow through several, and nothing happens when only a name changes', async () => {
    const { place, customer } = await given();
    const order = await project.schema(`Order ${made}`, [embed('customer', customer.id)]);
    await ok(api.updateSchema({ client: project.as.admin, path: { id: place.id }, body: { name: `Spot ${made}` } }));
    expect((await get(order.id)).version).toBe(1);
    await ok(change(place, [CITY]));
    expect([(await get(customer.id)).version, (await get(order.id)).version]).toEqual([2, 2]);
    const [row] = await stockOf(test, project, order.id).sample(1);
    expect(row?.data_values).toMatchObject({ customer: { home: { city: expect.any(String) } } });
    expect(JSON.stringify(row?.data_values)).not.toContain('label');
  });

  it('may not stand in themselves, over others neither', async () => {
    const { place, customer } = await given();
    const circle = { status: 422, errors: [{ pointer: '/schema_definition/fields/1/schema', code: 'schema.circle' }] };
    expect(await problem(change(place, [CITY, embed('own', place.id)]))).toMatchObject(circle);
    expect(await problem(change(place, [CITY, embed('owner', customer.id)]))).toMatchObject(circle);
    expect((await get(place.id)).version).toBe(1);
  });

  it('must be of the project', async () => {
    const foreign = await (await givenProject(test)).schema('Foreign', [CITY]);
    const body = { name: 'Thief', schema_definition: { fields: [embed('it', foreign.id)] } };
    const refused = api.createSchema({ client: project.as.admin, path: { projectId: project.id }, body });
    expect(await problem(refused)).toMatchObject({
      status: 422,
      errors: [{ pointer: '/schema_definition/fields/0/schema', code: 'schema.unknown' }],
    });
  });

  it('may not change so that others would not be valid', async () => {
    const inner = await project.schema('Inner', [CITY]);
    const fields = Array.from({ length: 150 }, (_, i) => embed(`f${i}`, inner.id));
    const outer = await project.schema('Outer', fields);
    const many = Array.from({ length: 150 }, (_, i) => ({ name: `g${i}`, type: 'string' as const }));
    expect(await problem(change(inner, many))).toMatchObject({ status: 409, code: 'schema.breaks_others' });
    expect([(await get(inner.id)).version, (await get(outer.id)).version]).toEqual([1, 1]);
  });

  it('are in use: deleting one needs force, and leaves what was made with it', async () => {
    const { place, customer } = await given();
    const remove = (force: 'true' | undefined) =>
      api.deleteSchema({ client: project.as.admin, path: { id: place.id }, query: force ? { force } : {} });
    const refused = await problem(remove(undefined));
    expect(refused).toMatchObject({ status: 409, code: 'schema.in_use' });
    expect(refused.detail).toContain(customer.name);
    await ok(remove('true'));
    const [row] = await stockOf(test, project, customer.id).sample(1);
    expect(row?.data_values).toMatchObject({ home: { city: expect.any(String) } });
    const check = await ok(api.validateSchema({ client: project.as.reader, path: { id: customer.id } }));
    expect(check).toMatchObject({ valid: false });
  });

  it('change together without losing anything', async () => {
    const { place, customer } = await given();
    const edits = Array.from({ length: 8 }, (_, i) => {
      if (i % 2 === 0) return change(place, [CITY, { name: `n${i}`, type: 'number' }]);
      return change(customer, [embed('home', place.id), { name: `n${i}`, type: 'number' }]);
    });
    for (const edit of await Promise.all(edits)) expect(edit.response?.status).toBe(200);
    expect([(await get(place.id)).version, (await get(customer.id)).version]).toEqual([5, 9]);
    const [row] = await stockOf(test, project, customer.id).sample(1);
    const [alone] = await stockOf(test, project, place.id).sample(1);
    expect(Object.keys(row?.data_values['home'] as object)).toEqual(Object.keys(alone?.data_values ?? {}));
  });

  it('may be changed though another one in which they stand lacks something else', async () => {
    const { place } = await given();
    const gone = await project.schema(`Gone ${made}`, [CITY]);
    const fields = [embed('home', place.id), embed('old', gone.id), { name: 'n', type: 'number' as const }];
    const x = await project.schema(`X ${made}`, fields);
    await ok(api.deleteSchema({ client: project.as.admin, path: { id: gone.id }, query: { force: 'true' } }));
    await ok(change(place, [CITY]));
    const [row] = await stockOf(test, project, x.id).sample(1);
    expect(Object.keys(row?.data_values['home'] as object)).toEqual(['city']);
    expect(row?.data_values['old']).toMatchObject({ city: expect.any(String) });
  });

  it('and are deleted at the same time: one of both is refused, and nothing breaks', async () => {
    for (let i = 0; i < 8; i += 1) {
      const { place, customer } = await given();
      const other = await project.schema(`Late ${made}`, [CITY]);
      const late = await project.schema(`Later ${made}`, [CITY]);
      const [put, removed] = await Promise.all([
        change(late, [embed('it', other.id)]),
        api.deleteSchema({ client: project.as.admin, path: { id: other.id } }),
      ]);
      const statuses = [put.response?.status, removed.response?.status];
      expect([
        [200, 409],
        [422, 204],
        [404, 204],
      ]).toContainEqual(statuses);
      expect([place.version, customer.version]).toEqual([1, 1]);
    }
  });
});
