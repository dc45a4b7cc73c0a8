import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testSettings } from '../../libs/config/test-settings.js';
import { openDataSource } from '../../libs/database/data-source.js';
import { migrate } from '../../libs/database/migrate.js';
import * as api from '../../libs/client/generated/sdk.gen.js';
import { HandOutLife1763600000016 } from '../../migrations/1763600000016-hand-out-life.js';
import { migrations } from '../../migrations/index.js';
import { entities } from '../../src/entities.js';
import { routines } from '../../src/routines.js';
import { ROLL_UP } from '../../src/usage/usage.repository.js';
import { ask } from '../requests/hand-out.js';
import { startApi, type TestApi } from '../support/api.js';
import { givenProject, ok, problem, type TestProject } from '../support/project.js';
import { startWorker } from '../support/worker.js';
import { until } from '../support/until.js';
import { secondEnvironment, stockOf, together } from '../test-data/stock.js';

const NUMBERED = [{ name: 'n', type: 'number' as const, min: 0, required: true }];
const CLAIMS = testSettings().isLong ? 5_000 : 150;
const HOUR = 3_600_000;

describe('usage', () => {
  let test: TestApi;
  let project: TestProject;

  beforeAll(async () => {
    test = await startApi();
    project = await givenProject(test);
  });
  afterAll(() => test.close());

  const ofSchema = (id: string, query = {}) =>
    ok(api.getSchemaUsage({ client: project.as.reader, path: { id }, query }));
  const figures = (from_stock: number, generated: number) => ({
    handed_out: from_stock + generated,
    from_stock,
    generated,
  });

  it('counts what is handed out by schema, feature, environment and person', async () => {
    const user = await project.schema('User', NUMBERED, { is_reusable: false });
    const order = await project.schema('Order', NUMBERED);
    const [login, checkout] = [
      await project.feature('login', [user.id]),
      await project.feature('checkout', [order.id, user.id]),
    ];
    const staging = await secondEnvironment(project);
    await stockOf(test, project, user.id).sample(2);
    const envId = project.environmentId;
    await ok(ask(project.as.reader, { featureId: login, envId }));
    for (let i = 0; i < 2; i += 1) await ok(ask(project.as.writer, { featureId: checkout, envId }));
    await ok(ask(project.as.writer, { featureId: checkout, envId: staging }));

    // Users: two from stock, then one made here and one in the other environment. Orders: one made in each, one from stock.
    expect((await ofSchema(user.id)).total).toEqual(figures(2, 2));
    expect((await ofSchema(order.id)).total).toEqual(figures(1, 2));
    expect((await ofSchema(user.id, { environment_id: staging })).total).toEqual(figures(0, 1));
    expect((await ofSchema(user.id, { feature_id: login })).total).toEqual(figures(1, 0));
    expect((await ofSchema(user.id, { user_id: project.userIds.writer })).total).toEqual(figures(1, 2));
    expect((await ofSchema(user.id, { user_id: project.userIds.admin })).total).toEqual(figures(0, 0));
    const own = { feature_id: checkout, environment_id: envId, user_id: project.userIds.writer };
    expect((await ofSchema(user.id, own)).total).toEqual(figures(1, 1));

    const client = project.as.reader;
    const feature = await ok(api.getFeatureUsage({ client, path: { id: checkout } }));
    expect(feature.total).toEqual(figures(2, 4));
    const query = { schema_id: order.id, environment_id: staging };
    const narrowed = await ok(api.getFeatureUsage({ client, path: { id: checkout }, query }));
    expect(narrowed.total).toEqual(figures(0, 1));
    const environment = await ok(api.getEnvironmentUsage({ client, path: { id: staging }, query: { bucket: 'hour' } }));
    expect(environment).toMatchObject({ bucket: 'hour', total: figures(0, 2), data: [figures(0, 2)] });
  });

  it('answers the same before and after it is rolled up, over hours and days that have passed', async () => {
    const { id } = await project.schema('Past', NUMBERED);
    const featureId = await project.feature('past', [id]);
    for (let i = 0; i < 4; i += 1) await ok(ask(project.as.reader, { featureId, envId: project.environmentId }));
    // Three of them as of yesterday and before; the counters follow requests, not this.
    const yesterday = new Date(Math.floor(Date.now() / (24 * HOUR)) * 24 * HOUR - 10 * HOUR);
    await test.db.query(
      `INSERT INTO test_data_requests (project_id, bundle_id, feature_id, environment_id, schema_id, requested_by,
         provided_data_id, source, status, fulfilled_at)
       SELECT $1, uuidv7(), $2, $3, $4, $5, uuidv7(), 'stock', 'fulfilled', $6::timestamptz - n * interval '2 hours'
       FROM generate_series(0, 2) AS n`,
      [project.id, featureId, project.environmentId, id, project.userIds.reader, yesterday],
    );
    const hours = { bucket: 'hour' as const, from: new Date(Date.now() - 48 * HOUR).toISOString() };
    const before = [await ofSchema(id), await ofSchema(id, hours)];
    expect(before[0]).toMatchObject({ total: figures(6, 1), data: [figures(3, 0), figures(3, 1)] });
    expect(before[1]?.data.map(({ handed_out }) => handed_out)).toEqual([1, 1, 1, 4]);
    const starts = [4, 2, 0].map((n) => new Date(yesterday.getTime() - n * HOUR).toISOString());
    expect(before[1]?.data.slice(0, 3).map(({ starts_at }) => starts_at)).toEqual(starts);
    const worker = await startWorker(test.db.url, { UPKEEP_MS: '200' });
    await pendingUntil(0);
    await worker.stop();
    const [days, byHour] = [await ofSchema(id), await ofSchema(id, hours)];
    expect([days.data, byHour.data]).toEqual(before.map((each) => each.data));
    const within = { from: yesterday.toISOString(), to: new Date(yesterday.getTime() + 1).toISOString() };
    expect((await ofSchema(id, { ...within, bucket: 'hour' })).total).toEqual(figures(1, 0));
  });

  it(`stays exact while ${CLAIMS} claims and roll-ups happen at once`, async () => {
    const { id } = await project.schema('Busy', NUMBERED, { is_reusable: false });
    const featureId = await project.feature('busy', [id]);
    await stockOf(test, project, id).sample(100);
    const worker = await startWorker(test.db.url, { UPKEEP_MS: '200' });
    let seen = 0;
    let isOver = false;
    const watch = async () => {
      while (!isOver) {
        const { handed_out } = (await ofSchema(id)).total;
        // Deltas are counted once, wherever they are at that moment.
        expect(handed_out).toBeGreaterThanOrEqual(seen);
        seen = handed_out;
      }
    };
    const watching = watch();
    await together(CLAIMS, 16, () => ok(ask(project.as.reader, { featureId, envId: project.environmentId })));
    isOver = true;
    await watching;
    expect((await ofSchema(id)).total).toEqual(figures(100, CLAIMS - 100));
    await pendingUntil(0);
    expect((await ofSchema(id)).total).toEqual(figures(100, CLAIMS - 100));
    await worker.stop();
  });

  it('is read from as many rows as it answers, at any size', async () => {
    const { id } = await project.schema('Large', NUMBERED);
    const featureId = await project.feature('large', [id]);
    const people = 300;
    await test.db.query(
      `INSERT INTO usage_deltas (project_id, schema_id, feature_id, environment_id, user_id, starts_at, from_stock, generated)
       SELECT $1, $2, $3, $4, uuidv7(), date_trunc('hour', now(), 'UTC') - hour * interval '1 hour', 1, 0
       FROM generate_series(1, $5) AS person, generate_series(0, 5) AS hour`,
      [project.id, id, featureId, project.environmentId, people],
    );
    await test.db.query(ROLL_UP.text);
    await test.db.query('VACUUM ANALYZE usage_counts');
    expect((await ofSchema(id)).total).toEqual(figures(people * 6, 0));
    const zero = '00000000-0000-0000-0000-000000000000';
    const [plan] = await test.db.query<{ 'QUERY PLAN': [{ Plan: PlanNode; 'Execution Time': number }] }>(
      `EXPLAIN (ANALYZE, FORMAT JSON) SELECT * FROM usage_counts WHERE project_id = '${project.id}' AND schema_id = '${id}'
         AND feature_id = '${zero}' AND environment_id = '${zero}' AND user_id = '${zero}' AND bucket = 'hour'
         AND starts_at >= now() - interval '24 hours' AND starts_at < now()`,
    );
    expect(plan?.['QUERY PLAN'][0].Plan).toMatchObject({ 'Actual Rows': 6 });
    expect(plan?.['QUERY PLAN'][0].Plan['Rows Removed by Filter'] ?? 0).toBe(0);
  });

  it('tells how long a stock lasts', async () => {
    const single = await project.schema('Single', NUMBERED, { is_reusable: false });
    const reusable = await project.schema('Reusable', NUMBERED);
    const featureId = await project.feature('lasting', [single.id, reusable.id]);
    const read = (schemaId: string) =>
      ok(api.getStock({ client: project.as.reader, path: { schemaId, envId: project.environmentId } }));
    await stockOf(test, project, single.id).sample(40);
    await stockOf(test, project, reusable.id).sample(40);
    expect(await read(single.id)).toMatchObject({ active: 40, claims_per_hour: 0, lasts_until: null });
    for (let i = 0; i < 10; i += 1) await ok(ask(project.as.reader, { featureId, envId: project.environmentId }));
    const { active, claims_per_hour, lasts_until } = await read(single.id);
    expect(active).toBe(30);
    // Ten within 23 hours and as much as has passed of this one.
    expect(claims_per_hour).toBeGreaterThan(0.41);
    expect(claims_per_hour).toBeLessThan(0.44);
    const hours = (new Date(lasts_until ?? 0).getTime() - Date.now()) / HOUR;
    expect(hours).toBeGreaterThan(30 / 0.44);
    expect(hours).toBeLessThan(30 / 0.41);
    const other = await read(reusable.id);
    expect(other).toMatchObject({ active: 40, claims_per_hour, lasts_until: null });
  });

  it('begins with what was handed out before it was counted', async () => {
    const { id } = await project.schema('Old', NUMBERED);
    const featureId = await project.feature('old', [id]);
    for (let i = 0; i < 3; i += 1) await ok(ask(project.as.reader, { featureId, envId: project.environmentId }));
    const dataSource = await openDataSource({ url: test.db.url, entities, migrations, poolSize: 2 });
    const since = migrations.length - migrations.indexOf(HandOutLife1763600000016);
    for (let i = 0; i < since; i += 1) await dataSource.undoLastMigration({ transaction: 'each' });
    await migrate(dataSource, routines);
    await dataSource.destroy();
    expect((await ofSchema(id)).total).toEqual(figures(2, 1));
    await ok(ask(project.as.reader, { featureId, envId: project.environmentId }));
    expect((await ofSchema(id)).total).toEqual(figures(3, 1));
  });

  it('refuses times that cannot be', async () => {
    const { id } = await project.schema('Refused', NUMBERED);
    const refuse = (query: object) => problem(api.getSchemaUsage({ client: project.as.reader, path: { id }, query }));
    const day = (n: number) => new Date(Date.now() - n * 24 * HOUR).toISOString();
    const parameter = { status: 422, errors: [{ parameter: 'from' }] };
    expect(await refuse({ from: day(1), to: day(2) })).toMatchObject(parameter);
    expect(await refuse({ from: day(400) })).toMatchObject(parameter);
    expect(await refuse({ bucket: 'hour', from: day(32) })).toMatchObject(parameter);
    const gone = await refuse({ bucket: 'hour', from: day(40), to: day(39) });
    expect(gone).toMatchObject({ status: 422, errors: [{ parameter: 'from', code: 'hours_kept' }] });
    expect(await refuse({ bucket: 'week' })).toMatchObject({ status: 422, errors: [{ parameter: 'bucket' }] });
  });

  async function pendingUntil(most: number): Promise<void> {
    let pending = NaN;
    const read = async () =>
      Number((await test.db.query<{ n: string }>('SELECT count(*) AS n FROM usage_deltas'))[0]?.n);
    const areRolledUp = async () => (pending = await read()) <= most;
    await until(areRolledUp, () => `the roll-up of all but ${most}, where ${pending} are pending`, 30_000);
    expect(pending).toBe(most);
  }
});

interface PlanNode {
  'Actual Rows': number;
  'Rows Removed by Filter'?: number;
}
