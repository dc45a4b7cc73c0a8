import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as api from '../../libs/client/generated/sdk.gen.js';
import type { SchemaDefinitionDto } from '../../libs/client/generated/types.gen.js';
import { startApi, type TestApi } from '../support/api.js';
import { givenProject, ok, problem, type TestProject } from '../support/project.js';
import { secondEnvironment, statusOf, stockOf, together } from './stock.js';

type Fields = SchemaDefinitionDto['fields'];
const CODE: Fields = [
  { name: 'code', type: 'string', unique: true },
  { name: 'note', type: 'string' },
];

describe('unique fields', () => {
  let test: TestApi;
  let project: TestProject;
  let made = 0;

  beforeAll(async () => {
    test = await startApi();
    project = await givenProject(test);
  });
  afterAll(() => test.close());

  const given = async (fields: Fields = CODE, unique?: string[][]) => {
    const schema = await project.schema(`Schema ${(made += 1)}`, fields, unique ? { unique } : {});
    return { schema, stock: stockOf(test, project, schema.id) };
  };
  const redefine = (id: string, schema_definition: SchemaDefinitionDto) =>
    api.updateSchema({ client: project.as.writer, path: { id }, body: { schema_definition } });
  const put = (id: string, data_values: Record<string, unknown>) =>
    api.updateRecord({ client: project.as.writer, path: { id }, body: { data_values } });
  const remove = (id: string) => api.deleteRecord({ client: project.as.writer, path: { id } });
  const duplicate = { status: 409, code: 'record.duplicate' };

  it('refuse a value that another record of the stock has, on create and on update', async () => {
    const { stock, schema } = await given();
    await stock.create({ code: 'A' });
    const refused = await stock.refuse({ code: 'A', note: 'other' });
    expect(refused).toMatchObject(duplicate);
    expect(refused.detail).toContain('code');
    const b = await stock.create({ code: 'B' });
    expect(await problem(put(b.id, { code: 'A' }))).toMatchObject(duplicate);
    expect((await ok(api.getRecord({ client: project.as.reader, path: { id: b.id } }))).data_values).toEqual({
      code: 'B',
    });
    expect(await stock.refuse({ code: 'B' })).toMatchObject(duplicate);
    await stock.create({ code: 'a' });
    const staging = stockOf(test, project, schema.id, { envId: await secondEnvironment(project) });
    await staging.create({ code: 'A' });
  });

  it('let a record keep its value, and any number have none', async () => {
    const { stock } = await given();
    const { id } = await stock.create({ code: 'A' });
    await ok(put(id, { code: 'A', note: 'again' }));
    expect(await stock.refuse({ code: 'A' })).toMatchObject(duplicate);
    for (const values of [{}, { code: null }, { code: null, note: 'x' }]) await stock.create(values);
    expect(await stock.rows()).toHaveLength(4);
  });

  it('have a value free again when its record is deleted or changed', async () => {
    const { stock } = await given();
    const a = await stock.create({ code: 'A' });
    await ok(put(a.id, { code: 'B' }));
    const again = await stock.create({ code: 'A' });
    expect(await statusOf(remove(a.id))).toBe(204);
    await stock.create({ code: 'B' });
    await ok(put(again.id, {}));
    await stock.create({ code: 'A' });
  });

  it('keep the value of a used record taken', async () => {
    const { stock } = await given();
    const { id } = await stock.create({ code: 'A' });
    await ok(api.markRecordUsed({ client: project.as.writer, path: { id } }));
    expect(await stock.refuse({ code: 'A' })).toMatchObject(duplicate);
  });

  it('are told apart by value and not by how it is written', async () => {
    const { stock } = await given([
      { name: 'n', type: 'number', unique: true },
      { name: 'd', type: 'date', unique: true },
      { name: 's', type: 'string', unique: true },
    ]);
    await stock.create({ n: 1, d: '2024-01-01T00:00:00Z', s: 'é' });
    expect(await stock.refuse({ n: 1.0 })).toMatchObject(duplicate);
    expect(await stock.refuse({ d: '2024-01-01T01:00:00+01:00' })).toMatchObject(duplicate);
    await stock.create({ s: 'e\u0301' });
  });

  it('may have long values', async () => {
    const { stock } = await given();
    const long = 'ä'.repeat(9_999);
    await stock.create({ code: `${long}1` });
    await stock.create({ code: `${long}2` });
    expect(await stock.refuse({ code: `${long}1` })).toMatchObject(duplicate);
  });

  it('may be several, each by itself: a refused record takes none of its values', async () => {
    const { stock } = await given([
      { name: 'a', type: 'string', unique: true },
      { name: 'b', type: 'string', unique: true },
    ]);
    await stock.create({ a: '1', b: '1' });
    expect(await stock.refuse({ a: '2', b: '1' })).toMatchObject(duplicate);
    expect(await stock.refuse({ a: '1', b: '2' })).toMatchObject(duplicate);
    await stock.create({ a: '2', b: '2' });
  });

  it('may be unique together only', async () => {
    const fields: Fields = ['first', 'last'].map((name) => ({ name, type: 'string' as const }));
    const { stock } = await given(fields, [['first', 'last']]);
    await stock.create({ first: 'Jane', last: 'Doe' });
    await stock.create({ first: 'John', last: 'Doe' });
    await stock.create({ first: 'Doe', last: 'Jane' });
    const refused = await stock.refuse({ last: 'Doe', first: 'Jane' });
    expect(refused).toMatchObject(duplicate);
    expect(refused.detail).toMatch(/first.*last/);
    for (let i = 0; i < 2; i += 1) await stock.create({ first: 'Jane' });
    await stock.create({ first: 'a","b', last: 'c' });
    await stock.create({ first: 'a', last: 'b","c' });
  });

  it('let one of fifty through that bring the same value at once', async () => {
    const { stock } = await given();
    const client = project.as.writer;
    const statuses = await together(50, 50, () =>
      statusOf(api.createRecord({ client, path: stock.path, body: { data_values: { code: 'X' } } })),
    );
    expect(statuses.sort()).toEqual([201, ...Array(49).fill(409)]);
    expect(await stock.rows()).toHaveLength(1);
  });

  it('let records swap their values at once only in ways that end well', async () => {
    const { stock } = await given();
    const [a, b] = [await stock.create({ code: 'A' }), await stock.create({ code: 'B' })];
    for (let round = 0; round < 10; round += 1) {
      const statuses = await Promise.all([
        statusOf(put(a.id, { code: round % 2 ? 'A' : 'B' })),
        statusOf(put(b.id, { code: round % 2 ? 'B' : 'A' })),
      ]);
      expect(statuses.filter((status) => status !== 200 && status !== 409)).toEqual([]);
    }
    const codes = (await stock.rows()).map(({ data_values }) => data_values['code']);
    expect(new Set(codes).size).toBe(2);
    const kept = await test.db.query(
      `SELECT k.value, k.record_id FROM test_data_keys AS k JOIN stock_keys AS s ON s.id = k.key_id
       JOIN stocks ON stocks.id = s.stock_id WHERE stocks.schema_id = $1`,
      [stock.path.schemaId],
    );
    expect(kept).toHaveLength(2);
  });

  it('cannot be made of fields in which records agree already', async () => {
    const { schema, stock } = await given([{ name: 'code', type: 'string' }]);
    await stock.create({ code: 'A' });
    const second = await stock.create({ code: 'A' });
    const refused = await problem(redefine(schema.id, { fields: [{ name: 'code', type: 'string', unique: true }] }));
    expect(refused).toMatchObject({ status: 409, code: 'schema.not_unique' });
    expect(refused.detail).toContain('code');
    const field = schema.schema_definition.fields[0]?.id ?? '';
    const byField = { client: project.as.writer, path: { id: schema.id, fieldId: field }, body: { is_unique: true } };
    expect(await problem(api.updateField(byField))).toMatchObject({ status: 409, code: 'schema.not_unique' });
    const after = await ok(api.getSchema({ client: project.as.reader, path: { id: schema.id } }));
    expect(after).toMatchObject({ version: 1 });
    await stock.create({ code: 'A' });
    await ok(put(second.id, { code: 'B' }));
  });

  it('hold from the moment they become unique, for the records that were there too', async () => {
    const { schema, stock } = await given([{ name: 'code', type: 'string' }]);
    await stock.create({ code: 'A' });
    const b = await stock.create({ code: 'B' });
    await ok(redefine(schema.id, { fields: [{ name: 'code', type: 'string', unique: true }] }));
    expect(await stock.refuse({ code: 'A' })).toMatchObject(duplicate);
    expect(await statusOf(remove(b.id))).toBe(204);
    await stock.create({ code: 'B' });
    expect(await problem(put((await stock.rows())[0]?.id ?? '', { code: 'B' }))).toMatchObject(duplicate);
  });

  it('stop holding when they are no longer unique', async () => {
    const { schema, stock } = await given();
    await stock.create({ code: 'A' });
    await ok(redefine(schema.id, { fields: [{ name: 'code', type: 'string' }] }));
    await stock.create({ code: 'A' });
    const again = await problem(redefine(schema.id, { fields: CODE }));
    expect(again).toMatchObject({ status: 409, code: 'schema.not_unique' });
  });

  it('stay in force over a rename, and give values free that were stored under the old name', async () => {
    const { schema, stock } = await given();
    const a = await stock.create({ code: 'A' });
    const b = await stock.create({ code: 'B' });
    const fieldId = schema.schema_definition.fields[0]?.id ?? '';
    const path = { id: schema.id, fieldId };
    await ok(api.updateField({ client: project.as.writer, path, body: { field_name: 'sku' } }));
    expect(await stock.refuse({ sku: 'A' })).toMatchObject(duplicate);
    expect(await statusOf(remove(a.id))).toBe(204);
    await stock.create({ sku: 'A' });
    await ok(put(b.id, { sku: 'C' }));
    await stock.create({ sku: 'B' });
  });

  it('cannot be renamed and made unique over records that agree', async () => {
    const { schema, stock } = await given([{ name: 'code', type: 'string' }]);
    for (let i = 0; i < 2; i += 1) await stock.create({ code: 'A' });
    const path = { id: schema.id, fieldId: schema.schema_definition.fields[0]?.id ?? '' };
    const body = { field_name: 'sku', is_unique: true };
    const refused = await problem(api.updateField({ client: project.as.writer, path, body }));
    expect(refused).toMatchObject({ status: 409, code: 'schema.not_unique' });
  });

  it('never come to hold two equal records, even when they become unique while records are made', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { schema, stock } = await given([{ name: 'code', type: 'string' }]);
      const answers = await together(12, 12, (i) =>
        i === 4
          ? statusOf(redefine(schema.id, { fields: [{ name: 'code', type: 'string', unique: true }] }))
          : statusOf(
              api.createRecord({ client: project.as.writer, path: stock.path, body: { data_values: { code: 'A' } } }),
            ),
      );
      expect(answers.filter((status) => ![200, 201, 409].includes(status))).toEqual([]);
      if (answers[4] === 200) expect((await stock.rows()).length).toBeLessThanOrEqual(1);
    }
  });
});
