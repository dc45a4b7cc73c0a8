import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as api from '../../libs/client/generated/sdk.gen.js';
import type { FieldOverrideDto } from '../../libs/client/generated/types.gen.js';
import { startApi, type TestApi } from '../support/api.js';
import { givenProject, ok, problem, type TestProject } from '../support/project.js';
import type { Program } from '../support/program.js';
import { runUntil } from '../support/runs.js';
import { startWorker } from '../support/worker.js';
import { rulesBroken, stockOf } from './stock.js';

type Overrides = Record<string, FieldOverrideDto>;
type Values = Record<string, unknown>;

const FIELDS = [
  { name: 'username', type: 'string' as const, regex: '^[a-z]{3,20}$', required: true, unique: true },
  { name: 'age', type: 'number' as const, min: 13, max: 120, required: true },
  { name: 'city', type: 'string' as const },
  { name: 'plan', type: 'options' as const, options: ['free', 'pro', 'team'] },
  { name: 'is_active', type: 'boolean' as const },
  { name: 'start_date', type: 'date' as const, min: '2020-01-01', max: '2026-12-31', required: true },
  { name: 'end_date', type: 'date' as const, after: 'start_date' },
  { name: 'label', type: 'string' as const, template: '{city}: {age}' },
  { name: 'seen', type: 'date' as const, format: 'date-time' as const },
  { name: 'tags', type: 'array' as const, items: { type: 'string' as const }, max_items: 3 },
];

describe('overrides of a run', () => {
  let test: TestApi;
  let project: TestProject;
  let worker: Program;
  let schemas = 0;

  beforeAll(async () => {
    test = await startApi({ SLICE_ROWS: '2000' });
    worker = await startWorker(test.db.url, { SLICE_ROWS: '2000' });
    project = await givenProject(test);
  });
  afterAll(async () => {
    await worker.stop();
    await test.close();
  });

  const newSchema = async (fields: typeof FIELDS | object[] = FIELDS, options = {}): Promise<string> =>
    (await project.schema(`Overridden ${(schemas += 1)}`, fields as typeof FIELDS, options)).id;
  const start = (schemaId: string, count: number, overrides?: Overrides) =>
    api.generate({
      client: project.as.writer,
      path: { schemaId, envId: project.environmentId },
      body: { count, seed: 'same', ...(overrides ? { overrides } : {}) },
    });
  const make = async (schemaId: string, count: number, overrides?: Overrides): Promise<Values[]> => {
    const { id } = await ok(start(schemaId, count, overrides));
    expect(await runUntil(project.as.reader, id)).toMatchObject({ state: 'succeeded', done: count });
    const rows = await test.db.query<{ data_values: Values }>(
      'SELECT data_values FROM test_data WHERE run_id = $1 ORDER BY id',
      [id],
    );
    return rows.map(({ data_values }) => data_values);
  };

  it('change their own fields and what is made of them, and no byte of another', async () => {
    const plain = await make(await newSchema(), 3_000);
    const schemaId = await newSchema();
    const changed = await make(schemaId, 3_000, {
      age: { min: 18, max: 30 },
      plan: { weights: [0, 1, 1] },
      city: { value: 'Berlin' },
      is_active: { probability: 1 },
    });
    expect(new Set(changed.map(({ city }) => city))).toEqual(new Set(['Berlin']));
    expect(changed.every(({ age }) => Number(age) >= 18 && Number(age) <= 30)).toBe(true);
    expect(new Set(changed.map(({ plan }) => plan))).toEqual(new Set(['pro', 'team']));
    expect(changed.every(({ is_active }) => is_active === true)).toBe(true);
    expect(changed.every(({ label, age }) => label === `Berlin: ${String(age)}`)).toBe(true);
    const others = ({ username, start_date, end_date, tags }: Values) => ({ username, start_date, end_date, tags });
    expect(changed.map(others)).toEqual(plain.map(others));
    for (const values of changed.slice(0, 50))
      expect(await rulesBroken(project.as.reader, schemaId, values)).toEqual([]);
  });

  it('fix values of every type that can be, and leave a field empty', async () => {
    const fixed = {
      age: 42,
      city: null,
      plan: 'pro',
      is_active: false,
      start_date: '2026-03-01',
      seen: '2026-03-01T10:00:00Z',
      label: null,
    };
    const overrides = Object.fromEntries(Object.entries(fixed).map(([name, value]) => [name, { value }]));
    const rows = await make(await newSchema(), 200, overrides);
    expect(rows).toHaveLength(200);
    for (const row of rows) expect(row).toMatchObject(fixed);
    expect(rows.every(({ end_date }) => String(end_date) > '2026-03-01')).toBe(true);
  });

  it('fix a reference to a record that is there', async () => {
    const users = await newSchema();
    const stock = stockOf(test, project, users);
    const [first] = await stock.sample(3);
    const orders = await newSchema([{ name: 'user', type: 'reference', reference_schema_id: users, required: true }]);
    const rows = await make(orders, 50, { user: { value: first?.id ?? '' } });
    expect(rows).toEqual(Array(50).fill({ user: first?.id }));
    const missing = await problem(start(orders, 1, { user: { value: '0193f0a2-7c1e-7a50-9b1d-2f7a3c5e8b10' } }));
    expect(missing).toMatchObject({ status: 422, errors: [{ pointer: '/overrides/user/value', code: 'reference' }] });
  });

  it('go for samples, too', async () => {
    const schemaId = await newSchema();
    const path = { schemaId, envId: project.environmentId };
    const body = { count: 5, overrides: { age: { min: 20, max: 21 } } };
    const { data } = await ok(api.generateSample({ client: project.as.writer, path, body }));
    expect(data).toHaveLength(5);
    expect(data.every(({ data_values }) => [20, 21].includes(Number(data_values.age)))).toBe(true);
  });

  it('narrow a unique field, and say beforehand how many rows are left', async () => {
    const schemaId = await newSchema();
    const refused = await problem(start(schemaId, 28, { username: { regex: '^[a-c]{3}$', min: null } }));
    expect(refused).toMatchObject({ status: 409, code: 'generation.not_enough_values' });
  });

  it.each<[string, Overrides, { pointer: string; code: string }]>([
    ['a field that is not there', { none: { value: 1 } }, { pointer: '/overrides/none', code: 'unknown_field' }],
    ['a value that breaks a rule', { age: { value: 7 } }, { pointer: '/overrides/age/value', code: 'min' }],
    ['no value for a required field', { age: { value: null } }, { pointer: '/overrides/age/value', code: 'required' }],
    ['a unique field', { username: { value: 'ada' } }, { pointer: '/overrides/username/value', code: 'unique' }],
    ['an array', { tags: { value: 'x' } }, { pointer: '/overrides/tags/value', code: 'type' }],
    ['a value beside rules', { age: { value: 20, min: 3 } }, { pointer: '/overrides/age/value', code: 'value' }],
    [
      'what makes a field another',
      { age: { required: false } as never },
      { pointer: '/overrides/age/required', code: 'unknown_rule' },
    ],
    [
      'rules that leave nothing',
      { age: { min: 50, max: 20 } },
      { pointer: '/overrides/age/min', code: 'min.above_max' },
    ],
    ['rows that the schema refuses', { age: { max: 1000 } }, { pointer: '/overrides/age', code: 'max' }],
    [
      'options that are not the schema’s',
      { plan: { options: ['gold'] } },
      { pointer: '/overrides/plan', code: 'options' },
    ],
    [
      'a moment that is written another way',
      { seen: { value: '2026-03-01T12:00:00+02:00' } },
      { pointer: '/overrides/seen/value', code: 'value' },
    ],
    ['no override at all', { age: {} }, { pointer: '/overrides/age', code: 'type' }],
  ])('are refused for %s', async (_, overrides, error) => {
    const schemaId = await newSchema();
    const before = await test.db.query('SELECT id FROM job_runs');
    expect(await problem(start(schemaId, 5, overrides))).toMatchObject({ status: 422, errors: [error] });
    expect(await test.db.query('SELECT id FROM job_runs')).toEqual(before);
  });

  it('that break the schema in a late row end the run with the reason', async () => {
    // One value in five thousand is too high: no sample of a hundred is sure to find it.
    const schemaId = await newSchema([{ name: 'n', type: 'number', min: 0, max: 20_000, required: true }]);
    const { id } = await ok(start(schemaId, 40_000, { n: { max: 20_004 } }));
    const run = await runUntil(project.as.reader, id);
    expect(run).toMatchObject({ state: 'failed' });
    expect(run.error).toMatch(/with the overrides, row \d+ breaks a rule: n must be at most 20000, not 2000\d/);
    const beyond = await test.db.query(`SELECT id FROM test_data WHERE (data_values ->> 'n')::integer > 20000`);
    expect(beyond).toEqual([]);
  });
});
