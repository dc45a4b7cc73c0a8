import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as api from '../../libs/client/generated/sdk.gen.js';
import type { SchemaDefinitionDto } from '../../libs/client/generated/types.gen.js';
import { startApi, type TestApi } from '../support/api.js';
import { givenProject, ok, problem, type TestProject } from '../support/project.js';
import { fieldsOf, SHOPFAST } from '../schemas/shopfast.js';
import { rulesBroken, secondEnvironment, statusOf, stockOf, together } from './stock.js';

const COLORS: SchemaDefinitionDto['fields'] = [
  { name: 'color', type: 'options', options: ['red', 'green', 'blue', 'black', 'white'], unique: true, required: true },
];

describe('sample records', () => {
  let test: TestApi;
  let project: TestProject;
  let made = 0;

  beforeAll(async () => {
    test = await startApi();
    project = await givenProject(test);
  });
  afterAll(() => test.close());

  const given = async (fields: SchemaDefinitionDto['fields'], options = {}) => {
    const schema = await project.schema(`Schema ${(made += 1)}`, fields, options);
    return stockOf(test, project, schema.id);
  };

  it.each(SHOPFAST.map(({ name }) => name))(
    'of %s are stored, valid and in the order of the definition',
    async (name) => {
      const stock = await given(fieldsOf(name));
      const records = await stock.sample(100, 'seed');
      expect(records).toHaveLength(100);
      const byId = (list: { id: string }[]) => [...list].sort((a, b) => (a.id < b.id ? -1 : 1));
      expect((await stock.list({ limit: 100 })).data).toEqual(byId(records));
      for (const { data_values, status, run_id } of records) {
        expect(await rulesBroken(project.as.reader, stock.path.schemaId, data_values)).toEqual([]);
        expect(Object.keys(data_values)).toEqual(fieldsOf(name).map((field) => field.name));
        expect({ status, run_id }).toEqual({ status: 'active', run_id: null });
      }
    },
  );

  it('of every type and rule are valid', async () => {
    const target = await given([{ name: 'a', type: 'string' }]);
    await target.sample(3);
    const stock = await given([
      { name: 'regex', type: 'string', regex: '^(foo|bar)-[a-f0-9]{4}(\\.[A-Z]+)?$' },
      { name: 'lengths', type: 'string', min: 7, max: '9', required: true },
      { name: 'cents', type: 'number', min: '-0.05', max: '0.05' },
      { name: 'whole', type: 'number', min: 3, max: 3 },
      { name: 'day', type: 'date', min: '2024-02-28', max: '2024-03-01' },
      { name: 'moment', type: 'date', min: '2024-02-28T23:00:00Z', max: '2024-02-29T01:00:00+01:00' },
      { name: 'flag', type: 'boolean', required: true },
      { name: 'mixed', type: 'options', options: ['1', 1, true] },
      { name: 'email', type: 'string' },
      { name: 'ref', type: 'reference', reference_schema_id: target.path.schemaId, required: true },
    ]);
    const records = await stock.sample(100);
    for (const { data_values } of records) {
      expect(await rulesBroken(project.as.reader, stock.path.schemaId, data_values)).toEqual([]);
    }
    const ids = (await target.rows()).map(({ id }) => id);
    expect(records.every(({ data_values }) => ids.includes(String(data_values['ref'])))).toBe(true);
  });

  it('have the same values for the same seed, in another environment and another time too', async () => {
    const stock = await given(fieldsOf('User'));
    const staging = stockOf(test, project, stock.path.schemaId, { envId: await secondEnvironment(project) });
    const values = async (made: Promise<{ data_values: unknown }[]>) => (await made).map((each) => each.data_values);
    const first = await values(stock.sample(5, 42));
    expect(await values(staging.sample(5, 42))).toEqual(first);
    expect(await values(stock.sample(5, '42'))).toEqual(first);
    expect(await values(stock.sample(3, 42))).toEqual(first.slice(0, 3));
    expect(await values(stock.sample(5, 43))).not.toEqual(first);
    expect(await values(stock.sample(5))).not.toEqual(await values(stock.sample(5)));
  });

  it.each([
    [{ count: 0 }, '/count'],
    [{ count: 101 }, '/count'],
    [{ count: 1.5 }, '/count'],
    [{ count: -1 }, '/count'],
    [{ count: '5' }, '/count'],
    [{}, '/count'],
    [{ count: 1, seed: '' }, '/seed'],
    [{ count: 1, seed: 'x'.repeat(101) }, '/seed'],
    [{ count: 1, seed: 1.5 }, '/seed'],
    [{ count: 1, seed: null }, '/seed'],
    [{ count: 1, seed: {} }, '/seed'],
    [{ count: 1, rows: 1 }, '/rows'],
  ])('are refused for %j', async (body, pointer) => {
    const stock = await given(fieldsOf('Order'));
    const refused = await stock.refuseSample(body as never);
    expect(refused.status).toBe(422);
    expect(refused.errors.map((error) => error.pointer)).toContain(pointer);
    expect(await stock.rows()).toEqual([]);
  });

  it('use a unique space up to its last value, over calls with other seeds, and not further', async () => {
    const stock = await given(COLORS);
    const colors: unknown[] = [];
    for (const [count, seed] of [
      [2, 'a'],
      [1, 'b'],
      [1, 'c'],
      [1, 'd'],
    ] as const) {
      colors.push(...(await stock.sample(count, seed)).map(({ data_values }) => data_values['color']));
    }
    expect(colors.sort()).toEqual(['black', 'blue', 'green', 'red', 'white']);
    const refused = await stock.refuseSample({ count: 1, seed: 'e' });
    expect(refused).toMatchObject({ status: 409, code: 'generation.not_enough_values' });
    expect(refused.detail).toContain('color');
    expect(refused.detail).toContain('5');
    expect(await stock.rows()).toHaveLength(5);
  });

  it('are refused as a whole where the space has fewer values left', async () => {
    const stock = await given(COLORS);
    await stock.create({ color: 'red' });
    const refused = await stock.refuseSample({ count: 5 });
    expect(refused).toMatchObject({ status: 409, code: 'generation.not_enough_values' });
    expect(refused.detail).toMatch(/4/);
    expect(await stock.rows()).toHaveLength(1);
    expect(await stock.sample(4)).toHaveLength(4);
  });

  it('count against a key only what is in use under that key', async () => {
    const stock = await given([
      { name: 'code', type: 'string', unique: true },
      { name: 'seat', type: 'options', options: ['1A', '1B', '1C'], unique: true },
    ]);
    for (let i = 0; i < 5; i += 1) await stock.create({ code: `C${i}` });
    const records = await stock.sample(3);
    expect(records.map(({ data_values }) => data_values['seat']).sort()).toEqual(['1A', '1B', '1C']);
  });

  it('of two unique fields go as far as both allow', async () => {
    const stock = await given([...COLORS, { name: 'n', type: 'number', min: 1, max: 1000, unique: true }]);
    for (const seed of ['a', 'b', 'c', 'd', 'e']) await stock.sample(1, seed);
    expect(await stock.rows()).toHaveLength(5);
    const refused = await stock.refuseSample({ count: 1 });
    expect(refused.detail).toContain('color');
  });

  it('of many callers at once share a unique space without doubles and without errors', async () => {
    const stock = await given([
      { name: 'code', type: 'string', regex: '^[A-F][0-9]$', unique: true, required: true },
      { name: 'n', type: 'number', min: 1, max: 100000, unique: true },
    ]);
    const statuses = await together(30, 15, () =>
      statusOf(api.generateSample({ client: project.as.writer, path: stock.path, body: { count: 3 } })),
    );
    expect(statuses.filter((status) => status !== 201 && status !== 409)).toEqual([]);
    const codes = (await stock.rows()).map(({ data_values }) => data_values['code']);
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes.length).toBe(statuses.filter((status) => status === 201).length * 3);
    expect(codes.length).toBe(60);
  });

  it('of a required reference without records get one made', async () => {
    const country = await given([{ name: 'name', type: 'string', required: true }]);
    const city = await given([
      { name: 'country', type: 'reference', reference_schema_id: country.path.schemaId, required: true },
    ]);
    const street = await given([
      { name: 'city', type: 'reference', reference_schema_id: city.path.schemaId, required: true },
      { name: 'other', type: 'reference', reference_schema_id: country.path.schemaId },
    ]);
    const records = await street.sample(5);
    const [onlyCity, ...moreCities] = await city.rows();
    const [onlyCountry, ...moreCountries] = await country.rows();
    expect([moreCities, moreCountries]).toEqual([[], []]);
    expect(new Set(records.map(({ data_values }) => data_values['city']))).toEqual(new Set([onlyCity?.id]));
    expect(onlyCity?.data_values['country']).toBe(onlyCountry?.id);
  });

  it('of a required reference to a schema that is gone are refused', async () => {
    const target = await given([{ name: 'a', type: 'string' }]);
    const stock = await given([
      { name: 'ref', type: 'reference', reference_schema_id: target.path.schemaId, required: true },
    ]);
    const path = { id: target.path.schemaId };
    await ok(api.deleteSchema({ client: project.as.admin, path, query: { force: 'true' } }));
    const refused = await stock.refuseSample({ count: 1 });
    expect(refused).toMatchObject({ status: 409, code: 'generation.no_referenced_records' });
    expect(refused.detail).toContain('ref');
    const bulk = api.generate({ client: project.as.writer, path: stock.path, body: { count: 1 } });
    expect(await problem(bulk)).toMatchObject({ status: 409, code: 'generation.no_referenced_records' });
  });
});
