import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { testSettings } from '../../libs/config/test-settings.js';
import { openDataSource } from '../../libs/database/data-source.js';
import { migrate } from '../../libs/database/migrate.js';
import * as api from '../../libs/client/generated/sdk.gen.js';
import { StockCounts1763600000014 } from '../../migrations/1763600000014-stock-counts.js';
import { migrations } from '../../migrations/index.js';
import { entities } from '../../src/entities.js';
import { routines } from '../../src/routines.js';
import { startApi, type TestApi } from '../support/api.js';
import { givenProject, ok, problem, type TestProject } from '../support/project.js';
import { runUntil } from '../support/runs.js';
import { until } from '../support/until.js';
import { SOON, startWorker } from '../support/worker.js';
import { secondEnvironment, stockOf, together } from './stock.js';

const EMPTY = { active: 0, used: 0, invalid: 0, leased: 0, total: 0 };
const RUNS = testSettings().isLong ? 30 : 1;
const SETTINGS = { ...SOON, SLICE_ROWS: '500' };
const NUMBERED = [{ name: 'n', type: 'number' as const, min: 0, max: 1_000_000_000, required: true }];

describe('the counts of a stock', () => {
  let test: TestApi;
  let project: TestProject;

  beforeAll(async () => {
    test = await startApi({ INLINE_DELETE_ROWS: '20' });
    project = await givenProject(test);
  });
  afterAll(() => test.close());

  const client = () => project.as.writer;
  const read = async (schemaId: string, envId = project.environmentId) => {
    const stock = await ok(api.getStock({ client: project.as.reader, path: { schemaId, envId } }));
    const { active, used, invalid, leased, total } = stock;
    return { active, used, invalid, leased, total };
  };
  /** What is there, counted one by one. */
  const counted = async (schemaId: string, envId = project.environmentId) => {
    const [row] = await test.db.query(
      `SELECT count(*) FILTER (WHERE status = 'active')::integer AS active, count(*) FILTER (WHERE status = 'used')::integer AS used,
         count(*) FILTER (WHERE status = 'invalid')::integer AS invalid, count(*)::integer AS total,
         count(*) FILTER (WHERE status = 'used' AND lease_expires_at IS NOT NULL)::integer AS leased
       FROM test_data WHERE stock_id IN (SELECT id FROM stocks WHERE schema_id = $1 AND environment_id = $2)`,
      [schemaId, envId],
    );
    return row;
  };
  const pending = async (): Promise<number> =>
    Number((await test.db.query<{ n: string }>('SELECT count(*) AS n FROM stock_deltas'))[0]?.n);

  it('follow everything that happens to records', async () => {
    const { id } = await project.schema('Followed', NUMBERED, { is_reusable: false });
    const featureId = await project.feature('followed', [id]);
    const stock = stockOf(test, project, id);
    expect(await read(id)).toEqual(EMPTY);
    const [a, b, c] = await stock.sample(10);
    if (!a || !b || !c) throw new Error('Ten records were to be made');
    expect(await read(id)).toEqual({ ...EMPTY, active: 10, total: 10 });
    await ok(api.markRecordUsed({ client: client(), path: { id: a.id } }));
    const gone = await ok(
      api.invalidateRecord({ client: client(), path: { id: b.id }, body: { reason: 'Account closed' } }),
    );
    expect(gone).toMatchObject({ status: 'invalid', status_reason: 'Account closed' });
    const again = { client: client(), path: { id: b.id }, body: { reason: 'Again' } };
    expect(await problem(api.invalidateRecord(again))).toMatchObject({ status: 409, code: 'record.is_invalid' });
    await ok(api.deleteRecord({ client: client(), path: { id: c.id } }));
    expect(await read(id)).toEqual({ active: 7, used: 1, invalid: 1, leased: 0, total: 9 });
    await test.db.query(`UPDATE test_data SET lease_expires_at = now() + interval '1 hour' WHERE id = $1`, [a.id]);
    expect(await read(id)).toEqual({ active: 7, used: 1, invalid: 1, leased: 1, total: 9 });
    for (const { id } of [a, b]) {
      const { status_reason, status } = await ok(api.reactivateRecord({ client: client(), path: { id } }));
      expect({ status_reason, status }).toEqual({ status_reason: null, status: 'active' });
    }
    const path = { featureId, envId: project.environmentId };
    for (let i = 0; i < 9; i += 1) await ok(api.requestData({ client: client(), path }));
    expect(await read(id)).toEqual({ ...EMPTY, used: 9, total: 9 });
    // The tenth is made on the spot, and used from its first moment.
    await ok(api.requestData({ client: client(), path }));
    expect(await read(id)).toEqual({ ...EMPTY, used: 10, total: 10 });
    await ok(api.updateRecord({ client: client(), path: { id: a.id }, body: { data_values: { n: 7 } } }));
    expect(await read(id)).toEqual(await counted(id));
  });

  it('are told for all schemas of a feature in all environments', async () => {
    const [user, order, unused] = [
      await project.schema('User', NUMBERED),
      await project.schema('Order', NUMBERED),
      await project.schema('Unused', NUMBERED),
    ];
    const featureId = await project.feature('checkout', [user.id, order.id]);
    const envId = await secondEnvironment(project);
    await stockOf(test, project, user.id).sample(3);
    await stockOf(test, project, order.id, { envId }).sample(4);
    await stockOf(test, project, unused.id, { envId }).sample(5);
    const summary = await ok(api.getFeatureStock({ client: project.as.reader, path: { featureId } }));
    const [development, staging] = summary.environments;
    expect(summary).toMatchObject({ feature_id: featureId, environments: [{ environment_name: 'Development' }, {}] });
    expect(development?.schemas).toEqual([
      { schema_id: user.id, schema_name: 'User', is_primary: true, ...EMPTY, active: 3, total: 3 },
      { schema_id: order.id, schema_name: 'Order', is_primary: false, ...EMPTY },
    ]);
    expect(staging).toMatchObject({ environment_id: envId, schemas: [EMPTY, { active: 4, total: 4 }] });
  });

  it('stay exact and quick to read where nobody rolls them up', async () => {
    const { id } = await project.schema('Busy', NUMBERED);
    await stockOf(test, project, id).sample(1);
    for (let i = 0; i < 1_500; i += 1)
      await test.db.query(
        `INSERT INTO test_data (stock_id, project_id, data_values, pick_key, schema_version, created_by)
         SELECT id, project_id, '{}', 0, 1, $2 FROM stocks WHERE schema_id = $1`,
        [id, project.userIds.admin],
      );
    expect(await pending()).toBeGreaterThan(1_500);
    const all = { ...EMPTY, active: 1_501, total: 1_501 };
    // All of them roll up what they find, at once; whoever comes first does it for all.
    expect(await together(32, 8, () => read(id))).toEqual(Array(32).fill(all));
    expect(await pending()).toBeLessThan(1_500);
    expect(await read(id)).toEqual(all);
  });

  it('begin with what was there before they were kept', async () => {
    const { id } = await project.schema('Old', NUMBERED);
    const [used, invalid] = await stockOf(test, project, id).sample(7);
    await ok(api.markRecordUsed({ client: client(), path: { id: used?.id ?? '' } }));
    const body = { reason: 'Odd' };
    await ok(api.invalidateRecord({ client: client(), path: { id: invalid?.id ?? '' }, body }));
    const dataSource = await openDataSource({ url: test.db.url, entities, migrations, poolSize: 2 });
    const since = migrations.length - migrations.indexOf(StockCounts1763600000014);
    for (let i = 0; i < since; i += 1) await dataSource.undoLastMigration({ transaction: 'each' });
    await migrate(dataSource, routines);
    await dataSource.destroy();
    expect(await read(id)).toEqual({ active: 5, used: 1, invalid: 1, leased: 0, total: 7 });
    await stockOf(test, project, id).sample(2);
    expect(await read(id)).toEqual(await counted(id));
  });

  it('go with the environment', async () => {
    const { id } = await project.schema('Gone', NUMBERED);
    const envId = await secondEnvironment(project, 'Short-lived');
    await stockOf(test, project, id, { envId }).sample(50);
    const worker = await startWorker(test.db.url, SOON);
    const deleted = await ok(api.deleteEnvironment({ client: project.as.admin, path: { id: envId } }));
    if (deleted) await runUntil(project.as.admin, deleted.id);
    const left = () =>
      test.db.query(
        `SELECT stock_id FROM stock_counts WHERE stock_id NOT IN (SELECT id FROM stocks)
         UNION ALL SELECT stock_id FROM stock_deltas WHERE stock_id NOT IN (SELECT id FROM stocks)`,
      );
    await until(async () => (await left()).length === 0, 'counts of stocks that are no more to be forgotten', 40_000);
    await worker.stop();
  });

  it(`are what there is after anything that happens at once, kills included (${RUNS} runs)`, async () => {
    const property = fc.asyncProperty(fc.array(fc.nat(6), { minLength: 16, maxLength: 32 }), async (steps) => {
      const { id } = await project.schema(`Random ${Math.random()}`, NUMBERED, { is_reusable: false });
      const featureId = await project.feature(`random_${Math.random()}`, [id]);
      await stockOf(test, project, id).sample(20);
      const runs: string[] = [];
      const worker = await startWorker(test.db.url, SETTINGS);
      const operations = operationsOn(id, featureId, runs);
      await together(steps.length, 6, async (i) => operations[steps[i] ?? 0]?.());
      await worker.kill('SIGKILL');
      const second = await startWorker(test.db.url, SETTINGS);
      const middle = setTimeout(() => void second.kill('SIGKILL'), 300);
      const last = await startWorker(test.db.url, SETTINGS);
      for (const run of runs) expect((await runUntil(client(), run)).state).toBe('succeeded');
      clearTimeout(middle);
      await second.kill('SIGKILL');
      await last.stop();
      expect(await read(id)).toEqual(await counted(id));
    });
    await fc.assert(property, { numRuns: RUNS, endOnFailure: true });
  }, 600_000);

  /** What may happen to records, in the order of the numbers above. Somebody else may have been quicker. */
  function operationsOn(schemaId: string, featureId: string, runs: string[]): (() => Promise<unknown>)[] {
    const path = { schemaId, envId: project.environmentId };
    const body = { project_id: project.id, environment_ids: [project.environmentId], schema_ids: [schemaId] };
    const any = async () =>
      (await ok(api.listRecords({ client: client(), path, query: { limit: 5 } }))).data.at(-1)?.id ?? '';
    const start = async (run: Promise<{ id: string }>) => runs.push((await run).id);
    return [
      () => api.createRecord({ client: client(), path, body: { data_values: { n: 1 } } }),
      () => start(ok(api.generate({ client: client(), path, body: { count: 3_000 } }))),
      () => api.requestData({ client: client(), path: { featureId, envId: path.envId } }),
      async () => api.deleteRecord({ client: client(), path: { id: await any() } }),
      async () => api.reactivateRecord({ client: client(), path: { id: await any() } }),
      () => start(ok(api.bulkInvalidate({ client: client(), body: { ...body, reason: 'Chance' } }))),
      () => start(ok(api.bulkDelete({ client: client(), body: { ...body, filter: { status: ['invalid'] } } }))),
    ];
  }
});
