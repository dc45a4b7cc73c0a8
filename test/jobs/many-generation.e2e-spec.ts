import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { testSettings } from '../../libs/config/test-settings.js';
import * as api from '../../libs/client/generated/sdk.gen.js';
import type { StartManyGeneration } from '../../libs/client/generated/types.gen.js';
import type { TestApi } from '../support/api.js';
import { ok, problem, type TestProject } from '../support/project.js';
import { describeOnEachQueueIfLong } from '../support/redis.js';
import { runUntil } from '../support/runs.js';
import { SOON } from '../support/worker.js';
import { givenWorkshop, type Workshop } from './workshop.js';

const SETTINGS = { ...SOON, SLICE_ROWS: '2000', MAX_RUN_ROWS: '1000000' };
const ROWS = testSettings().isLong ? 40_000 : 20_000;
const UNIQUE = { name: 'email', type: 'string' as const, format: 'email' as const, required: true, unique: true };
const to = (id: string, required = true) => ({
  ...{ type: 'reference' as const, reference_schema_id: id, required },
});

describeOnEachQueueIfLong('a run for several schemas', (backend) => {
  let workshop: Workshop;
  let test: TestApi;
  let project: TestProject;
  let made = 0;

  beforeAll(async () => {
    workshop = await givenWorkshop(backend, SETTINGS);
    ({ test, project } = workshop);
    await workshop.worker();
  });
  afterAll(() => workshop.close());

  const schema = async (fields: object[]): Promise<string> =>
    (await project.schema(`Many ${(made += 1)}`, fields as [typeof UNIQUE])).id;
  const shop = async (): Promise<{ users: string; orders: string; lines: string }> => {
    const users = await schema([UNIQUE]);
    const orders = await schema([
      { name: 'user', ...to(users) },
      { name: 'total', type: 'number', min: 1 },
    ]);
    const lines = await schema([{ name: 'order', ...to(orders) }]);
    return { users, orders, lines };
  };
  const start = (body: StartManyGeneration, envId = project.environmentId, key?: string) =>
    api.generateMany({
      client: project.as.writer,
      path: { projectId: project.id, envId },
      body,
      ...(key ? { headers: { 'Idempotency-Key': key } } : {}),
    });
  const rowsOf = async (run: string): Promise<Record<string, number>> => {
    const rows = await test.db.query<{ schema_id: string; n: number }>(
      `SELECT schema_id, count(*)::integer AS n FROM test_data JOIN stocks ON stocks.id = stock_id
       WHERE run_id = $1 GROUP BY schema_id`,
      [run],
    );
    return Object.fromEntries(rows.map(({ schema_id, n }) => [schema_id, n]));
  };
  /** References of the run's records that name no record of the run. */
  const foreign = async (run: string, field: string, target: string): Promise<number> => {
    const [row] = await test.db.query<{ n: number }>(
      `SELECT count(*)::integer AS n FROM test_data AS record
       WHERE run_id = $1 AND data_values ? $2 AND NOT EXISTS (
         SELECT FROM test_data AS named JOIN stocks ON stocks.id = named.stock_id
         WHERE named.id = (record.data_values ->> $2)::uuid AND named.run_id = $1 AND stocks.schema_id = $3)`,
      [run, field, target],
    );
    return row?.n ?? -1;
  };

  it('makes those first that others refer to, and keeps the references', async () => {
    const { users, orders, lines } = await shop();
    const counts = { [lines]: 9_000, [orders]: 4_001, [users]: 6_000 };
    const schemas = Object.entries(counts).map(([schema_id, count]) => ({ schema_id, count }));
    const { id } = await ok(start({ schemas, seed: 'shop' }));
    const run = await runUntil(project.as.reader, id);
    expect(run).toMatchObject({ type: 'generate_many', state: 'succeeded', total: 19_001, done: 19_001, seed: 'shop' });
    expect(run).toMatchObject({ schema_id: null, environment_id: project.environmentId, result: counts });
    expect(await rowsOf(id)).toEqual(counts);
    expect(await foreign(id, 'user', users)).toBe(0);
    expect(await foreign(id, 'order', orders)).toBe(0);
  });

  it('makes the same rows as runs of their own with the same seed, and other ones with overrides', async () => {
    const [one, two] = [await schema([UNIQUE]), await schema([UNIQUE])];
    const orders = await schema([{ name: 'total', type: 'number', min: 1, max: 9 }]);
    const single = await ok(
      api.generate({
        client: project.as.writer,
        path: { schemaId: one, envId: project.environmentId },
        body: { count: 3_000, seed: 'x' },
      }),
    );
    const many = await ok(
      start({
        schemas: [
          { schema_id: orders, count: 100, overrides: { total: { value: 7 } } },
          { schema_id: two, count: 3_000, seed: 'x' },
        ],
      }),
    );
    await runUntil(project.as.reader, single.id);
    await runUntil(project.as.reader, many.id);
    const values = async (run: string, id: string) =>
      test.db.query(
        `SELECT data_values FROM test_data JOIN stocks ON stocks.id = stock_id
         WHERE run_id = $1 AND schema_id = $2 ORDER BY test_data.id`,
        [run, id],
      );
    expect(await values(many.id, two)).toEqual(await values(single.id, one));
    expect(await values(many.id, orders)).toEqual(Array(100).fill({ data_values: { total: 7 } }));
  });

  it('goes around a circle of optional references by what was there', async () => {
    const people = await schema([{ name: 'name', type: 'string', required: true }]);
    const teams = await schema([{ name: 'lead', ...to(people) }]);
    const fields = [
      { name: 'name', type: 'string' as const, required: true },
      { name: 'team', ...to(teams, false) },
    ];
    await ok(
      api.updateSchema({ client: project.as.admin, path: { id: people }, body: { schema_definition: { fields } } }),
    );
    const schemas = [
      { schema_id: teams, count: 10 },
      { schema_id: people, count: 10 },
    ];
    const first = await ok(start({ schemas }));
    expect(await runUntil(project.as.reader, first.id)).toMatchObject({ state: 'succeeded', done: 20 });
    const teamless = await test.db.query(
      `SELECT id FROM test_data WHERE run_id = $1 AND jsonb_typeof(data_values -> 'team') = 'null'`,
      [first.id],
    );
    expect(teamless).toHaveLength(10);
    const second = await ok(start({ schemas }));
    await runUntil(project.as.reader, second.id);
    const withTeam = await test.db.query(
      `SELECT id FROM test_data WHERE run_id = $1 AND data_values ->> 'team' IN
         (SELECT id::text FROM test_data WHERE run_id = $2)`,
      [second.id, first.id],
    );
    expect(withTeam).toHaveLength(10);
  });

  it('ends with the exact rows when workers are killed in its stages, it is paused, cancelled and taken up again', async () => {
    const { users, orders, lines } = await shop();
    const counts = { [users]: ROWS, [orders]: ROWS, [lines]: ROWS };
    const schemas = Object.entries(counts).map(([schema_id, count]) => ({ schema_id, count }));
    const { id } = await ok(start({ schemas }));
    for (const share of [ROWS / 4, 2 * ROWS]) {
      await runUntil(project.as.reader, id, ({ done }) => done >= share);
      await workshop.rest();
      await workshop.worker();
    }
    const path = { id };
    await ok(api.pauseRun({ client: project.as.writer, path }));
    await ok(api.resumeRun({ client: project.as.writer, path }));
    await ok(api.cancelRun({ client: project.as.writer, path }));
    await ok(api.retryRun({ client: project.as.writer, path }));
    expect(await runUntil(project.as.reader, id)).toMatchObject({ state: 'succeeded', done: 3 * ROWS, result: counts });
    expect(await rowsOf(id)).toEqual(counts);
    expect(await foreign(id, 'user', users)).toBe(0);
    expect(await foreign(id, 'order', orders)).toBe(0);
  });

  it('fails with the reason where its next stage cannot begin, and goes on there when it can', async () => {
    const { users, orders } = await shop();
    const outside = await schema([UNIQUE]);
    const fields = [
      { name: 'user', ...to(users) },
      { name: 'other', ...to(outside) },
    ];
    await ok(
      api.updateSchema({ client: project.as.admin, path: { id: orders }, body: { schema_definition: { fields } } }),
    );
    const path = { schemaId: outside, envId: project.environmentId };
    const [other] = (await ok(api.generateSample({ client: project.as.writer, path, body: { count: 1 } }))).data;
    await workshop.rest('SIGTERM');
    const schemas = [
      { schema_id: users, count: 500 },
      { schema_id: orders, count: 500 },
    ];
    const { id } = await ok(start({ schemas }));
    await ok(api.deleteRecord({ client: project.as.writer, path: { id: other?.id ?? '' } }));
    await workshop.worker();
    const failed = await runUntil(project.as.reader, id);
    expect(failed).toMatchObject({ state: 'failed', done: 500, result: { [users]: 500 } });
    expect(failed.error).toMatch(/other is required and refers to the schema/);
    await ok(api.generateSample({ client: project.as.writer, path, body: { count: 1 } }));
    await ok(api.retryRun({ client: project.as.writer, path: { id } }));
    expect(await runUntil(project.as.reader, id)).toMatchObject({ state: 'succeeded', done: 1_000 });
    expect(await rowsOf(id)).toEqual({ [users]: 500, [orders]: 500 });
  });

  it('is refused with everything that is in its way at once', async () => {
    const { users, orders, lines } = await shop();
    const few = await schema([{ name: 'code', type: 'string', regex: '^[a-c]$', unique: true, required: true }]);
    await ok(api.updateSchema({ client: project.as.admin, path: { id: users }, body: { status: 'archived' } }));
    const order = (schema_id: string, count = 10) => ({ schema_id, count });
    const conflict = await problem(start({ schemas: [order(users), order(orders), order(lines), order(few)] }));
    expect(conflict).toMatchObject({ status: 409, code: 'generation.refused' });
    expect(conflict.errors).toMatchObject([
      { pointer: '/schemas/0/schema_id', code: 'schema.archived' },
      { pointer: '/schemas/1/count', code: 'generation.no_referenced_records' },
      { pointer: '/schemas/3/count', code: 'generation.not_enough_values' },
    ]);
    const none = '0193f0a2-7c1e-7a50-9b1d-2f7a3c5e8b10';
    const wrong = await problem(
      start({
        schemas: [order(none), order(few), order(few, 1_000_000), { ...order(lines), overrides: { x: { value: 1 } } }],
      }),
    );
    expect(wrong).toMatchObject({ status: 422, code: 'request.invalid' });
    expect(wrong.errors.map(({ pointer, code }) => `${pointer} ${code}`)).toEqual(
      expect.arrayContaining([
        '/schemas max',
        '/schemas/2/schema_id repeated',
        '/schemas/0/schema_id schema.not_found',
        '/schemas/3/overrides/x unknown_field',
      ]),
    );
    expect(await problem(start({ schemas: [] }))).toMatchObject({ status: 422, errors: [{ pointer: '/schemas' }] });
    const path = { id: project.environmentId };
    await ok(api.updateEnvironment({ client: project.as.admin, path, body: { is_protected: true } }));
    expect(await problem(start({ schemas: [order(few, 1)] }))).toMatchObject({ status: 403 });
    await ok(api.updateEnvironment({ client: project.as.admin, path, body: { is_protected: false } }));
  });

  it('is one run for one Idempotency-Key', async () => {
    const { users } = await shop();
    const body = { schemas: [{ schema_id: users, count: 10 }] };
    const [first, again] = [await ok(start(body, undefined, 'many')), await ok(start(body, undefined, 'many'))];
    expect(again.id).toBe(first.id);
  });
});
