import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as api from '../../libs/client/generated/sdk.gen.js';
import type { FieldDefinitionDto } from '../../libs/client/generated/types.gen.js';
import { startApi, type TestApi } from '../support/api.js';
import { givenProject, ok, problem, type TestProject } from '../support/project.js';

const ORDER: FieldDefinitionDto[] = [
  { name: 'id', type: 'number', sequence: { start: 1000 } },
  { name: 'first_name', type: 'string', required: true },
  { name: 'email', type: 'string', template: '{first_name}.{id}@test.com', case: 'lower' },
  { name: 'price', type: 'number', min: '0.01', max: '100', decimals: 2, required: true },
  { name: 'quantity', type: 'number', min: 1, max: 9, integer: true, required: true },
  { name: 'total', type: 'number', expression: 'price * quantity', required: true },
  { name: 'iban', type: 'string', format: 'iban' },
  { name: 'start_date', type: 'date', min: 'now-30d', max: 'now', required: true },
  { name: 'end_date', type: 'date', after: 'start_date', required: true },
  { name: 'status', type: 'options', options: ['new', 'paid'], weights: [9, 1], required: true },
  {
    name: 'tags',
    type: 'array',
    items: { type: 'string', format: 'slug' },
    min_items: 1,
    max_items: 3,
    unique_items: true,
  },
  { name: 'home', type: 'object', fields: [{ name: 'city', type: 'string', required: true }] },
];

describe('the rules of a definition', () => {
  let test: TestApi;
  let project: TestProject;
  let schemaId: string;

  const path = () => ({ schemaId, envId: project.environmentId });

  beforeAll(async () => {
    test = await startApi();
    project = await givenProject(test);
    schemaId = (await project.schema('Order', ORDER)).id;
  });
  afterAll(() => test.close());

  it('hold in every row that is generated', async () => {
    const { data } = await ok(api.generateSample({ client: project.as.writer, path: path(), body: { count: 100 } }));
    for (const { data_values: row } of data) {
      expect(Object.keys(row)).toEqual(ORDER.map(({ name }) => name).filter((name) => name in row));
      expect(row.total).toBeCloseTo((row.price as number) * (row.quantity as number), 6);
      expect(row.email).toBe(`${String(row.first_name)}.${String(row.id)}@test.com`.toLowerCase());
      expect(String(row.end_date) > String(row.start_date)).toBe(true);
      const tags = row.tags as string[];
      expect(new Set(tags).size).toBe(tags.length);
      const body = { data_values: row };
      expect(await ok(api.checkValues({ client: project.as.reader, path: { id: schemaId }, body }))).toEqual({
        accepted: true,
        problems: [],
      });
    }
    expect(data.map(({ data_values }) => data_values.id)).toEqual(data.map((_, i) => 1000 + i));
  });

  it('fill in what follows from the values that are typed in, and refuse what does not fit', async () => {
    const { data } = await ok(
      api.previewSchema({ client: project.as.reader, path: { id: schemaId }, body: { count: 1 } }),
    );
    const { total: _, email: __, ...typed } = data[0] ?? {};
    const given = { ...typed, price: 2.5, quantity: 4, first_name: 'Ada', id: 7 };
    const made = await ok(api.createRecord({ client: project.as.writer, path: path(), body: { data_values: given } }));
    expect(made.data_values).toMatchObject({ total: 10, email: 'ada.7@test.com' });
    const refused = async (changes: object): Promise<(string | undefined)[]> => {
      const body = { data_values: { ...given, ...changes } };
      const answer = await problem(api.createRecord({ client: project.as.writer, path: path(), body }));
      expect(answer.status).toBe(422);
      return answer.errors.map(({ pointer }) => pointer);
    };
    expect(await refused({ total: 11 })).toEqual(['/data_values/total']);
    expect(await refused({ iban: 'DE00123', tags: ['a', 'a'], home: { city: 3 } })).toEqual([
      '/data_values/iban',
      '/data_values/tags',
      '/data_values/home/city',
    ]);
  });

  it('are described by a JSON Schema for editors', async () => {
    const format = (await ok(api.getDefinitionFormat({ client: test.anonymous }))) as {
      $schema: string;
      properties: object;
    };
    expect(format.$schema).toContain('2020-12');
    expect(Object.keys(format.properties)).toEqual(expect.arrayContaining(['fields', 'unique', 'rules']));
  });

  it.each([
    ['allowed', (i: number) => `^[^${String.fromCodePoint(0x4e00 + i)}]{1000}[^a]{700,725}$`],
    ['refused', () => '^(?:a|ab|abc|abcd|[a-zX]{1,20}){1,40}$'],
  ])('may not keep the server busy: 200 costly patterns, each %s by itself', async (_, regex) => {
    const fields = Array.from({ length: 200 }, (__, i) => ({
      name: `f${i}`,
      type: 'string' as const,
      regex: regex(i),
    }));
    const started = Date.now();
    const answer = await problem(
      api.createSchema({
        client: project.as.admin,
        path: { projectId: project.id },
        body: { name: 'Costly', schema_definition: { fields } },
      }),
    );
    expect(answer.status).toBe(422);
    expect(answer.errors.map(({ code }) => code)).toContain('regex.too_many');
    expect(Date.now() - started).toBeLessThan(1_500);
  });
});
