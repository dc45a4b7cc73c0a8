import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as api from '../../libs/client/generated/sdk.gen.js';
import { startApi, type TestApi } from '../support/api.js';
import { givenProject, ok, problem, type TestProject } from '../support/project.js';
import type { Program } from '../support/program.js';
import { runUntil } from '../support/runs.js';
import { startWorker } from '../support/worker.js';
import { fieldsOf } from '../schemas/shopfast.js';
import { rulesBroken, secondEnvironment, stockOf } from './stock.js';

const SLICES = { SLICE_ROWS: '500' };

describe('bulk runs', () => {
  let test: TestApi;
  let project: TestProject;
  let workers: Program[];
  let staging: string;

  beforeAll(async () => {
    test = await startApi(SLICES);
    [project, ...workers] = await Promise.all([
      givenProject(test),
      startWorker(test.db.url, SLICES),
      startWorker(test.db.url, SLICES),
    ]);
    staging = await secondEnvironment(project);
  });
  afterAll(async () => {
    await Promise.all(workers.map((worker) => worker.stop()));
    await test.close();
  });

  const start = (schemaId: string, count: number, seed?: string, envId = project.environmentId) =>
    api.generate({
      client: project.as.writer,
      path: { schemaId, envId },
      body: { count, ...(seed === undefined ? {} : { seed }) },
    });
  const finish = async (answer: ReturnType<typeof start>) => runUntil(project.as.reader, (await ok(answer)).id);
  /** How many rows, different values of the field, and values in use there are in the schema's stocks. */
  const tally = async (schemaId: string, field: string) => {
    const [row] = await test.db.query(
      `SELECT count(*)::integer AS rows, count(DISTINCT data_values ->> $2)::integer AS values,
        (SELECT count(*)::integer FROM test_data_keys WHERE key_id IN (
          SELECT k.id FROM stock_keys AS k JOIN stocks AS s ON s.id = k.stock_id WHERE s.schema_id = $1)) AS keys
       FROM test_data WHERE stock_id IN (SELECT id FROM stocks WHERE schema_id = $1)`,
      [schemaId, field],
    );
    return row;
  };

  it('at the same time in one place make no unique value twice', async () => {
    const { id } = await project.schema('Account', [
      { name: 'email', type: 'string', unique: true, required: true },
      { name: 'code', type: 'string', regex: '^[A-Z][0-9]{4}$', unique: true, required: true },
    ]);
    const runs = await Promise.all([finish(start(id, 3_000, 'a')), finish(start(id, 3_000, 'b'))]);
    expect(runs.map(({ state, done, error }) => [state, done, error])).toEqual([
      ['succeeded', 3_000, null],
      ['succeeded', 3_000, null],
    ]);
    expect(await tally(id, 'email')).toEqual({ rows: 6_000, values: 6_000, keys: 12_000 });
    expect(await tally(id, 'code')).toMatchObject({ values: 6_000 });
  });

  it('use a small space up to its last value, with other seeds too, and not further', async () => {
    const code = { name: 'code', type: 'string' as const, regex: '^[A-Z][0-9]{2}$', unique: true, required: true };
    const { id } = await project.schema('Small', [code]);
    expect(await finish(start(id, 2_000, 'first'))).toMatchObject({ state: 'succeeded', done: 2_000 });
    const tooMany = await problem(start(id, 601, 'second'));
    expect(tooMany).toMatchObject({ status: 409, code: 'generation.not_enough_values' });
    expect(tooMany.detail).toMatch(/code.*2600.*2000.*600/);
    expect(await finish(start(id, 600, 'second'))).toMatchObject({ state: 'succeeded', done: 600, error: null });
    expect(await tally(id, 'code')).toEqual({ rows: 2_600, values: 2_600, keys: 2_600 });
    const full = await problem(start(id, 1, 'third'));
    expect(full).toMatchObject({ status: 409, code: 'generation.not_enough_values' });
    expect(full.detail).toMatch(/2600/);
    expect(await tally(id, 'code')).toMatchObject({ rows: 2_600 });
    const elsewhere = stockOf(test, project, id, { envId: staging });
    expect(await elsewhere.sample(10)).toHaveLength(10);
  });

  it('go round values that were typed in', async () => {
    const code = { name: 'code', type: 'string' as const, regex: '^[A-B][0-9]$', unique: true, required: true };
    const { id } = await project.schema('Typed in', [code]);
    const stock = stockOf(test, project, id);
    for (const typed of ['A0', 'A5', 'B9']) await stock.create({ code: typed });
    expect(await finish(start(id, 17))).toMatchObject({ state: 'succeeded', done: 17 });
    expect(await tally(id, 'code')).toEqual({ rows: 20, values: 20, keys: 20 });
  });

  it('end where a field becomes unique that was not when they were started', async () => {
    const letter = { name: 'letter', type: 'options' as const, options: ['a', 'b', 'c'] };
    const { id } = await project.schema('Late', [letter]);
    const run = await ok(start(id, 20_000));
    const change = await api.updateSchema({
      client: project.as.writer,
      path: { id },
      body: { schema_definition: { fields: [{ ...letter, unique: true }] } },
    });
    const over = await runUntil(project.as.reader, run.id);
    if (change.response?.status === 200) {
      expect(over).toMatchObject({ state: 'failed', error: expect.stringContaining('unique keys') });
      expect(await tally(id, 'letter')).toMatchObject({ rows: 0 });
    } else {
      // Its first rows were there already.
      expect(await problem(Promise.resolve(change))).toMatchObject({ status: 409, code: 'schema.not_unique' });
      expect(over.state).toBe('succeeded');
    }
  });

  it('are refused above the bound, which the answer names', async () => {
    const { id } = await project.schema('Unbounded', fieldsOf('Product'));
    for (const count of [10 ** 12, 100_000_001]) {
      const refused = await problem(start(id, count));
      expect(refused).toMatchObject({ status: 422, errors: [{ pointer: '/count', code: 'max' }] });
      expect(JSON.stringify(refused.errors)).toContain('100000000');
    }
    for (const count of [0, -1, 1.5, '5', null]) {
      const refused = await problem(start(id, count as number));
      expect(refused.errors.map(({ pointer }) => pointer)).toContain('/count');
    }
    expect(await test.db.query('SELECT id FROM job_runs WHERE schema_id = $1', [id])).toEqual([]);
  });

  it('point at records of the same environment, and are refused where there are none', async () => {
    const user = await project.schema('User', fieldsOf('User'));
    const order = await project.schema('Order', [
      { name: 'user', type: 'reference', reference_schema_id: user.id, required: true },
    ]);
    const refused = await problem(start(order.id, 10));
    expect(refused).toMatchObject({ status: 409, code: 'generation.no_referenced_records' });
    expect(refused.detail).toContain('user');
    await stockOf(test, project, user.id, { envId: staging }).sample(3);
    const users = stockOf(test, project, user.id);
    const used = (await users.sample(4))[0]?.id ?? '';
    await ok(api.markRecordUsed({ client: project.as.writer, path: { id: used } }));
    expect((await finish(start(order.id, 1_000))).state).toBe('succeeded');
    const named = await test.db.query<{ named: string }>(
      `SELECT DISTINCT data_values ->> 'user' AS named FROM test_data WHERE stock_id IN (SELECT id FROM stocks WHERE schema_id = $1)`,
      [order.id],
    );
    const active = (await users.rows()).filter(({ status }) => status === 'active');
    expect(named.map((row) => row.named).sort()).toEqual(active.map(({ id }) => id).sort());
  });

  it('make the same values from the same seed in another environment, and valid ones', async () => {
    const { id } = await project.schema('Seeded', fieldsOf('Order'));
    for (const envId of [project.environmentId, staging]) {
      expect((await finish(start(id, 1_200, 'seed', envId))).state).toBe('succeeded');
    }
    const [here, there] = await Promise.all(
      [project.environmentId, staging].map((envId) => stockOf(test, project, id, { envId }).rows()),
    );
    expect(here).toHaveLength(1_200);
    expect(there?.map(({ data_values }) => data_values)).toEqual(here?.map(({ data_values }) => data_values));
    for (const { data_values } of here?.slice(0, 50) ?? []) {
      expect(await rulesBroken(project.as.reader, id, data_values)).toEqual([]);
    }
    const record = await ok(api.getRecord({ client: project.as.reader, path: { id: here?.[0]?.id ?? '' } }));
    expect(Object.keys(record.data_values)).toEqual(['order_id', 'total', 'status', 'order_date']);
    expect(record.run_id).not.toBeNull();
  });

  it('fill stocks from which bundles are handed out', async () => {
    const { id } = await project.schema('Ticket', fieldsOf('Address'), { is_reusable: false });
    expect((await finish(start(id, 1_000))).state).toBe('succeeded');
    const featureId = await project.feature('tickets', [id]);
    const path = { featureId, envId: project.environmentId };
    const bundles = await Promise.all(
      Array.from({ length: 20 }, () => ok(api.requestData({ client: project.as.reader, path }))),
    );
    expect(bundles.map(({ primary_data }) => primary_data?.source)).toEqual(Array(20).fill('stock'));
    expect(new Set(bundles.map(({ primary_data }) => primary_data?.record_id)).size).toBe(20);
  });
});
