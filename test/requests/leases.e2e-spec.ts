import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as api from '../../libs/client/generated/sdk.gen.js';
import type { RequestData } from '../../libs/client/generated/types.gen.js';
import { startApi, type TestApi } from '../support/api.js';
import { givenProject, ok, problem, type TestProject } from '../support/project.js';
import { startProgram } from '../support/program.js';
import { until } from '../support/until.js';
import { secondEnvironment, stockOf, together } from '../test-data/stock.js';
import { ask, askFor, itemsOf, itemsOfAll } from './hand-out.js';

const TEXT = [{ name: 'text', type: 'string' as const, required: true }];

describe('bundles on lease', () => {
  let test: TestApi;
  let project: TestProject;
  let made = 0;

  beforeAll(async () => {
    test = await startApi();
    project = await givenProject(test);
  });
  afterAll(() => test.close());

  /** A feature with a stock of so many records for each schema. */
  const given = async (stock: number, reusable = [false]) => {
    made += 1;
    const ids: string[] = [];
    for (const [i, is_reusable] of reusable.entries())
      ids.push((await project.schema(`Lent ${made}.${i}`, TEXT, { is_reusable })).id);
    for (const id of ids) if (stock > 0) await stockOf(test, project, id).sample(stock);
    return { ids, featureId: await project.feature(`lent_${made}`, ids), envId: project.environmentId };
  };
  type Place = Awaited<ReturnType<typeof given>>;
  const lend = async (place: Place, lease_seconds = 60, more: RequestData = {}) =>
    (await ok(askFor(project.as.reader, place, { lease_seconds, fallback: 'fail', ...more }))).data[0]!;
  const client = () => project.as.reader;
  const release = (id: string, as: 'returned' | 'used' = 'returned', by = client()) =>
    api.releaseBundle({ client: by, path: { id }, body: { as } });
  const renew = (id: string, lease_seconds = 60, by = client()) =>
    api.renewBundle({ client: by, path: { id }, body: { lease_seconds } });
  const recordOf = (id: string) => ok(api.getRecord({ client: client(), path: { id } }));
  const stock = ({ ids, envId }: Place) =>
    ok(api.getStock({ client: client(), path: { schemaId: ids[0] ?? '', envId } }));
  /** Lets the leases of the feature be over by now, as if time had passed. */
  const letTimePass = async ({ featureId }: Place) => {
    const past = `lease_expires_at - interval '1 day'`;
    await test.db.query(`UPDATE bundles SET lease_expires_at = ${past} WHERE feature_id = $1`, [featureId]);
    await test.db.query(`UPDATE test_data SET lease_expires_at = ${past} WHERE feature_id = $1`, [featureId]);
  };

  it.each([[false], [true]])('holds what is lent, so that nobody else gets it (reusable: %s)', async (isReusable) => {
    const place = await given(2, [isReusable]);
    const before = Date.now();
    const bundle = await lend(place, 600);
    const end = Date.parse(String(bundle.lease_expires_at));
    expect(end).toBeGreaterThanOrEqual(before + 599_000);
    expect(end).toBeLessThan(Date.now() + 601_000);
    const id = bundle.primary_data?.record_id ?? '';
    expect(await recordOf(id)).toMatchObject({ status: 'used', is_used: true, used_by: project.userIds.reader });
    expect(Date.parse(String((await recordOf(id)).lease_expires_at))).toBe(end);
    expect(await stock(place)).toMatchObject({ active: 1, used: 1, leased: 1 });
    const other = await lend(place);
    expect(other.primary_data?.record_id).not.toBe(id);
    const refused = await askFor(client(), place, { fallback: 'fail' });
    expect(refused.response?.status).toBe(409);
    expect(refused.error).toMatchObject({ code: 'stock.empty' });
    expect(Number(refused.response?.headers.get('retry-after'))).toBeGreaterThan(0);
    const asked = await ok(ask(client(), place));
    expect(asked.primary_data?.source).toBe('generated');
  });

  it.each([[false], [true]])('makes what is returned active again (reusable: %s)', async (isReusable) => {
    const place = await given(1, [isReusable]);
    const bundle = await lend(place);
    const id = bundle.primary_data?.record_id ?? '';
    const released = await ok(release(bundle.bundle_id));
    expect(released).toMatchObject({ state: 'returned', bundle_id: bundle.bundle_id });
    expect(released.ended_at).not.toBeNull();
    const cleared = { used_at: null, used_by: null, feature_id: null, lease_expires_at: null };
    expect(await recordOf(id)).toMatchObject({ status: 'active', ...cleared });
    expect((await lend(place)).primary_data?.record_id).toBe(id);
  });

  it('keeps what is released as used, but for reusable records', async () => {
    const place = await given(1, [false, true]);
    const bundle = await lend(place);
    expect(await ok(release(bundle.bundle_id, 'used'))).toMatchObject({ state: 'used' });
    const [single, reusable] = itemsOf(bundle);
    const used = { status: 'used', lease_expires_at: null, feature_id: place.featureId };
    expect(await recordOf(single?.record_id ?? '')).toMatchObject(used);
    expect(await recordOf(reusable?.record_id ?? '')).toMatchObject({ status: 'active', used_by: null });
    expect(await stock(place)).toMatchObject({ active: 0, used: 1, leased: 0 });
  });

  it('comes back by itself within a second, while no worker runs, to reads and to claims', async () => {
    const place = await given(1, [false, true]);
    const bundle = await lend(place, 1);
    const ids = itemsOf(bundle).map(({ record_id }) => record_id);
    const end = Date.parse(String(bundle.lease_expires_at));
    // What is looked for is what comes of time alone.
    await pause(end - Date.now() + 5);
    const list = (status: 'active' | 'used') =>
      ok(
        api.listRecords({
          client: client(),
          path: { schemaId: place.ids[0] ?? '', envId: place.envId },
          query: { status },
        }),
      );
    const [record, counts, active, used, detail] = await Promise.all([
      ...[recordOf(ids[0] ?? ''), stock(place), list('active'), list('used')],
      ok(api.getBundle({ client: client(), path: { id: bundle.bundle_id } })),
    ] as const);
    expect(Date.now()).toBeLessThan(end + 1_000);
    expect(record).toMatchObject({ status: 'active', is_used: false, used_by: null, lease_expires_at: null });
    expect(counts).toMatchObject({ active: 1, used: 0, invalid: 0, leased: 0, total: 1 });
    expect(active.data.map(({ id }) => id)).toEqual([ids[0]]);
    expect(used.data).toEqual([]);
    expect(detail).toMatchObject({ state: 'expired', ended_at: bundle.lease_expires_at });
    const again = await lend(place, 60);
    expect(itemsOf(again).map(({ record_id }) => record_id)).toEqual(ids);
    for (const late of [renew(bundle.bundle_id), release(bundle.bundle_id)])
      expect(await problem(late)).toMatchObject({ status: 409, code: 'lease.ended' });
    expect((await recordOf(ids[0] ?? '')).status).toBe('used');
  });

  it('is returned by the worker, whose counts follow', async () => {
    const place = await given(30);
    await ok(askFor(client(), place, { lease_seconds: 60, count: 30 }));
    await letTimePass(place);
    const worker = await startProgram('worker', { DATABASE_URL: test.db.url });
    const back = `SELECT count(*)::integer AS n FROM test_data
      WHERE stock_id = (SELECT id FROM stocks WHERE schema_id = $1) AND status = 'active' AND bundle_id IS NULL`;
    const expired = `SELECT count(*)::integer AS n FROM bundles WHERE feature_id = $1 AND state = 'expired'`;
    try {
      let found = {};
      const areBack = async () => {
        const [rows] = await test.db.query<{ n: number }>(back, [place.ids[0]]);
        const [bundles] = await test.db.query<{ n: number }>(expired, [place.featureId]);
        found = { rows: rows?.n, bundles: bundles?.n };
        return rows?.n === 30 && bundles?.n === 30;
      };
      await until(areBack, () => `30 records and bundles to be back, where there are ${JSON.stringify(found)}`, 10_000);
    } finally {
      await worker.stop();
    }
    expect(await stock(place)).toMatchObject({ active: 30, used: 0, invalid: 0, leased: 0, total: 30 });
  });

  it('is put off by renewing', async () => {
    const place = await given(1);
    const bundle = await lend(place, 1);
    const renewed = await ok(renew(bundle.bundle_id, 600));
    expect(Date.parse(String(renewed.lease_expires_at))).toBeGreaterThan(Date.now() + 590_000);
    const id = bundle.primary_data?.record_id ?? '';
    expect((await recordOf(id)).lease_expires_at).toBe(renewed.lease_expires_at);
    // Longer than it was lent for at first.
    await pause(1_100);
    expect((await recordOf(id)).status).toBe('used');
    expect((await askFor(client(), place, { fallback: 'fail' })).response?.status).toBe(409);
  });

  it('ends once, whoever comes first: release, renewal, expiry and the next claim at once', async () => {
    const place = await given(8);
    for (let round = 0; round < 8; round += 1) {
      const bundles = (await ok(askFor(client(), place, { lease_seconds: 60, count: 8 }))).data;
      if (round % 2) await letTimePass(place);
      const outcomes = await Promise.all(
        bundles.map(async ({ bundle_id }) => {
          const [renewed, released, twice, claimed] = await Promise.all([
            renew(bundle_id),
            release(bundle_id),
            release(bundle_id, 'used'),
            askFor(client(), place, { fallback: 'fail', lease_seconds: 60 }),
          ]);
          return { renewed, ended: [released, twice].filter(({ data }) => data), claimed };
        }),
      );
      const claimed = outcomes.flatMap((each) => (each.claimed.data ? itemsOfAll(each.claimed.data) : []));
      expect(new Set(claimed.map(({ record_id }) => record_id)).size).toBe(claimed.length);
      for (const { ended } of outcomes) expect(ended).toHaveLength(round % 2 ? 0 : 1);
      const held = await test.db.query(
        `SELECT t.id FROM test_data AS t JOIN bundles AS b ON b.id = t.bundle_id
         WHERE b.feature_id = $1 AND t.status = 'used' AND (b.state NOT IN ('open', 'used') OR t.lease_expires_at <> b.lease_expires_at)`,
        [place.featureId],
      );
      expect(held).toEqual([]);
      await test.db.query(
        `UPDATE test_data SET status = 'active', bundle_id = NULL, lease_expires_at = NULL
         WHERE stock_id = (SELECT id FROM stocks WHERE schema_id = $1)`,
        [place.ids[0]],
      );
      await test.db.query(`UPDATE bundles SET state = 'returned' WHERE feature_id = $1 AND state = 'open'`, [
        place.featureId,
      ]);
    }
  });

  it('does not take back what somebody else has meanwhile', async () => {
    const place = await given(1);
    const bundle = await lend(place);
    const id = bundle.primary_data?.record_id ?? '';
    await ok(api.reactivateRecord({ client: project.as.writer, path: { id } }));
    const other = await lend(place);
    expect(other.primary_data?.record_id).toBe(id);
    await ok(release(bundle.bundle_id));
    expect((await recordOf(id)).status).toBe('used');
    await ok(release(other.bundle_id));
    expect((await recordOf(id)).status).toBe('active');
    const kept = (await ok(askFor(client(), place))).data[0]!;
    await ok(release(kept.bundle_id));
    expect((await recordOf(id)).status).toBe('active');
  });

  it('may be renewed and released by whom it belongs to, and by those who may write', async () => {
    const place = await given(3);
    const mine = await lend(place);
    const theirs = (await ok(askFor(project.as.writer, place, { lease_seconds: 60 }))).data[0]!;
    expect(await problem(renew(theirs.bundle_id))).toMatchObject({ status: 403 });
    expect(await problem(release(theirs.bundle_id))).toMatchObject({ status: 403 });
    await ok(renew(mine.bundle_id, 60, project.as.writer));
    await ok(release(mine.bundle_id, 'used', project.as.writer));
    const kept = (await ok(askFor(client(), place))).data[0]!;
    expect(await problem(renew(kept.bundle_id))).toMatchObject({ status: 409, code: 'lease.none' });
    const missing = await problem(release(place.featureId));
    expect(missing).toMatchObject({ status: 404, code: 'bundle.not_found' });
  });

  it('is found again by what it was for, and given back after a crash', async () => {
    const place = await given(6, [false, true]);
    const context = { test: 'pays', job: 'build-1', commit: '9fceb02', url: 'https://ci.example.com/1' };
    const first = await lend(place, 60, { context, notes: 'Nightly' });
    const second = await lend(place, 60, { context: { job: 'build-1' } });
    await lend(place, 60, { context: { job: 'build-2' } });
    await ok(askFor(project.as.writer, place, { context: { job: 'build-1' }, lease_seconds: 60 }));
    const find = async (query: NonNullable<Parameters<typeof api.listBundles>[0]>['query'], by = client()) =>
      (await ok(api.listBundles({ client: by, query }))).data.map(({ bundle_id }) => bundle_id);
    const mine = [second.bundle_id, first.bundle_id];
    expect(await find({ job: 'build-1', open: true })).toEqual(mine);
    expect(await find({ job: 'build-1', test: 'pays', project_id: project.id })).toEqual([first.bundle_id]);
    expect(await find({ job: 'build-1', of: 'all' })).toHaveLength(3);
    expect(await find({ job: 'build-1', of: 'all' }, project.as.stranger)).toEqual([]);
    expect(await find({ feature_id: place.featureId, environment_id: place.envId })).toHaveLength(3);
    const page = await ok(api.listBundles({ client: client(), query: { job: 'build-1', limit: 1 } }));
    expect(await find({ job: 'build-1', limit: 1, cursor: page.next_cursor ?? '' })).toEqual([first.bundle_id]);
    const detail = await ok(api.getBundle({ client: client(), path: { id: first.bundle_id } }));
    expect(detail).toMatchObject({ ...first, state: 'open', context, notes: 'Nightly', ended_at: null });
    expect(detail.requested_by).toBe(project.userIds.reader);
    for (const id of mine) await ok(release(id));
    expect(await find({ job: 'build-1', open: true })).toEqual([]);
    expect(await find({ job: 'build-1', open: false })).toEqual(mine);
  });

  it('shows a record that has been deleted since without values', async () => {
    const place = await given(1);
    const bundle = (await ok(askFor(client(), place))).data[0]!;
    const id = bundle.primary_data?.record_id ?? '';
    await api.deleteRecord({ client: project.as.writer, path: { id } });
    const detail = await ok(api.getBundle({ client: client(), path: { id: bundle.bundle_id } }));
    expect(detail.primary_data).toMatchObject({ record_id: id, data: null });
    expect(detail.state).toBe('kept');
  });

  it('answers 409 to a repeat under its key once it has ended', async () => {
    const place = { ...(await given(2)), key: 'lease-key' };
    const body = { lease_seconds: 60 };
    const first = await ok(askFor(client(), place, body));
    expect(await ok(askFor(client(), place, body))).toEqual(first);
    await ok(release(first.data[0]?.bundle_id ?? ''));
    expect(await problem(askFor(client(), place, body))).toMatchObject({ status: 409, code: 'lease.ended' });
    const other = { ...place, key: 'lease-key-2' };
    await ok(askFor(client(), other, body));
    await letTimePass(place);
    expect(await problem(askFor(client(), other, body))).toMatchObject({ status: 409, code: 'lease.ended' });
  });

  it('is limited for each person in an environment that says so', async () => {
    const place = await given(20);
    const envId = await secondEnvironment(project, 'Few leases');
    const path = { id: envId };
    const set = (most: number | null) =>
      ok(api.updateEnvironment({ client: project.as.writer, path, body: { max_open_leases_per_user: most } }));
    expect(await set(3)).toMatchObject({ max_open_leases_per_user: 3 });
    const there = { ...place, envId };
    const body = { lease_seconds: 60 };
    const answers = await together(12, 12, () => askFor(client(), there, body));
    expect(answers.filter(({ data }) => data)).toHaveLength(3);
    for (const { error } of answers.filter(({ data }) => !data))
      expect(error).toMatchObject({ code: 'lease.quota_reached', detail: expect.stringMatching(/3 .*3/) as never });
    const [bundle] = answers.flatMap(({ data }) => data?.data ?? []);
    await ok(askFor(client(), there));
    await ok(askFor(project.as.writer, there, { ...body, count: 3 }));
    await ok(askFor(client(), place, body));
    await ok(release(bundle?.bundle_id ?? ''));
    const filters = { [`Lent ${made}.0`]: { text: { exists: true } } };
    expect(await problem(askFor(client(), there, { ...body, count: 2, filters }))).toMatchObject({ status: 409 });
    await ok(askFor(client(), there, { ...body, filters }));
    expect(await problem(askFor(client(), there, body))).toMatchObject({ code: 'lease.quota_reached' });
    await set(null);
    await ok(askFor(client(), there, body));
  });

  it('leaves alone what was lent in another environment', async () => {
    const place = await given(1);
    const envId = await secondEnvironment(project, 'Other leases');
    await stockOf(test, project, place.ids[0] ?? '', { envId }).sample(1);
    const [here, there] = [await lend(place), await lend({ ...place, envId })];
    await ok(release(here.bundle_id));
    expect((await recordOf(there.primary_data?.record_id ?? '')).status).toBe('used');
  });
});
