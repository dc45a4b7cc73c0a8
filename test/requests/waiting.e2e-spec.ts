import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as api from '../../libs/client/generated/sdk.gen.js';
import { createClient } from '../../libs/client/generated/client/index.js';
import type { HandOutResponse, RequestData } from '../../libs/client/generated/types.gen.js';
import { startApi, type TestApi } from '../support/api.js';
import { startProgram, type Program } from '../support/program.js';
import { givenProject, ok, problem, type TestProject } from '../support/project.js';
import { until } from '../support/until.js';
import { stockOf } from '../test-data/stock.js';
import { askFor, itemsOfAll } from './hand-out.js';

const FIELDS = [
  { name: 'country', type: 'options' as const, options: ['UK', 'DE'], required: true },
  { name: 'n', type: 'number' as const, integer: true, min: 0, max: 1000, required: true },
];

describe('waiting for data', () => {
  let test: TestApi;
  let project: TestProject;
  let second: Program;
  let made = 0;

  beforeAll(async () => {
    test = await startApi();
    project = await givenProject(test);
    second = await startProgram('api', { DATABASE_URL: test.db.url });
  });
  afterAll(async () => {
    await second.stop();
    await test.close();
  });

  const given = async () => {
    made += 1;
    const name = `Awaited ${made}`;
    const { id } = await project.schema(name, FIELDS, { is_reusable: false });
    const place = { featureId: await project.feature(`awaited_${made}`, [id]), envId: project.environmentId };
    return { ...place, name, stock: stockOf(test, project, id) };
  };
  type Place = Awaited<ReturnType<typeof given>>;
  const client = () => project.as.reader;
  /** The same person at the other process. */
  const elsewhere = (program = second) => {
    const { headers } = project.as.reader.getConfig();
    return createClient({ baseUrl: program.url, headers: Object.fromEntries(new Headers(headers as never)) });
  };
  const queue = () =>
    test.db.query<{ id: string }>(
      `SELECT id FROM waiters WHERE answer IS NULL AND alive_at > now() - interval '5 seconds'`,
    );
  const untilQueued = (count: number) =>
    until(async () => (await queue()).length === count, `${count} that wait`, 10_000);
  const wait = (place: Place, body: RequestData = {}, by = client()) =>
    ok(askFor(by, place, { fallback: 'wait', wait_seconds: 20, ...body }));
  /** Calls one after the other, each in the queue before the next. */
  const inLine = async (calls: (() => Promise<HandOutResponse>)[]) => {
    const answers: Promise<HandOutResponse>[] = [];
    for (const [i, call] of calls.entries()) {
      answers.push(call());
      await untilQueued(i + 1);
    }
    return answers;
  };
  const idOf = (answer: HandOutResponse) => itemsOfAll(answer)[0]?.record_id;

  it('takes what is there at once', async () => {
    const place = await given();
    const { id } = await place.stock.create({ country: 'UK', n: 1 });
    expect(idOf(await wait(place))).toBe(id);
    expect(await queue()).toEqual([]);
  });

  it('ends with what was missing, and when to ask again', async () => {
    const place = await given();
    await place.stock.create({ country: 'UK', n: 1 });
    const filters = { [place.name]: { country: { eq: 'DE' } } };
    const started = Date.now();
    const ask = (body: RequestData) => askFor(client(), place, { fallback: 'wait', ...body });
    const [short, none] = await Promise.all([ask({ wait_seconds: 1, filters }), ask({ wait_seconds: 0, filters })]);
    expect(Date.now() - started).toBeGreaterThanOrEqual(1_000);
    expect(Date.now() - started).toBeLessThan(4_000);
    for (const { error, response } of [short, none]) {
      expect(error).toMatchObject({ status: 409, code: 'stock.empty' });
      expect(String((error as { detail: string }).detail)).toContain(`stock of ${place.name} fits the filter`);
      expect(Number(response?.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect((short.error as { detail: string }).detail).toContain('within 1 second');
    expect(await queue()).toEqual([]);
    expect((await place.stock.rows()).map(({ status }) => status)).toEqual(['active']);
  });

  it('gets what is released, expires, is reactivated, typed in or generated', async () => {
    const place = await given();
    const { id } = await place.stock.create({ country: 'UK', n: 1 });
    let bundle = (await wait(place, { lease_seconds: 60 })).data[0]!;
    const comesBack = async (body: RequestData, how: () => Promise<unknown>) => {
      const [answer] = await inLine([() => wait(place, body)]);
      await how();
      const done = Date.now();
      const got = await answer!;
      expect(Date.now() - done).toBeLessThan(1_500);
      bundle = got.data[0]!;
      return idOf(got);
    };
    const release = () =>
      api.releaseBundle({ client: client(), path: { id: bundle.bundle_id }, body: { as: 'returned' } });
    expect(await comesBack({ lease_seconds: 1 }, () => ok(release()))).toBe(id);
    const expired = () =>
      // Nothing but time is to bring it back.
      pause(Date.parse(String(bundle.lease_expires_at)) - Date.now());
    expect(await comesBack({}, expired)).toBe(id);
    expect(await comesBack({}, () => ok(api.reactivateRecord({ client: project.as.writer, path: { id } })))).toBe(id);
    let fresh = '';
    const create = async () => (fresh = (await place.stock.create({ country: 'DE', n: 2 })).id);
    expect(await comesBack({}, create)).toBe(fresh);
    const generate = async () => (fresh = (await place.stock.sample(1))[0]?.id ?? '');
    expect(await comesBack({}, generate)).toBe(fresh);
  });

  it('is served in the order of coming, over all processes, among those whom a record fits', async () => {
    const place = await given();
    const of = (country: string) => ({ filters: { [place.name]: { country: { eq: country } } } });
    const answers = await inLine([
      () => wait(place, of('UK')),
      () => wait(place, {}, elsewhere()),
      () => wait(place, of('DE')),
      () => wait(place, of('UK'), elsewhere()),
      () => wait(place, { lease_seconds: 60 }),
      () => wait(place, of('DE'), elsewhere()),
    ]);
    // Who is served by each record that comes: the first whom it fits.
    for (const [n, country, who] of [
      [1, 'DE', 1],
      [2, 'DE', 2],
      [3, 'UK', 0],
      [4, 'UK', 3],
      [5, 'DE', 4],
      [6, 'DE', 5],
    ] as const) {
      const { id } = await place.stock.create({ country, n });
      expect(idOf(await answers[who]!)).toBe(id);
    }
  });

  it('gives each of several records that come at once to the first in line', async () => {
    const place = await given();
    const order: number[] = [];
    const calls = Array.from({ length: 20 }, (_, i) => async () => {
      const answer = await wait(place, {}, i % 2 ? elsewhere() : client());
      order.push(i);
      return answer;
    });
    const answers = await inLine(calls);
    await place.stock.sample(8);
    await Promise.all(answers.slice(0, 8));
    expect([...order].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(await queue()).toHaveLength(12);
    await place.stock.sample(12);
    const ids = (await Promise.all(answers)).map(idOf);
    expect(new Set(ids).size).toBe(20);
  });

  it('is not passed by whoever comes to wait later', async () => {
    const place = await given();
    const [first] = await inLine([() => wait(place, {}, elsewhere())]);
    const { id } = await place.stock.create({ country: 'UK', n: 1 });
    const late = askFor(client(), place, { fallback: 'wait', wait_seconds: 1 });
    expect(idOf(await first!)).toBe(id);
    expect(await problem(late)).toMatchObject({ code: 'stock.empty' });
  });

  it('forgets a client that goes away at once, and what it would have got is there', async () => {
    const place = await given();
    const gone = new AbortController();
    const call = api.requestBundles({
      client: client(),
      path: { featureId: place.featureId, envId: place.envId },
      body: { fallback: 'wait', wait_seconds: 30 },
      signal: gone.signal,
    });
    await untilQueued(1);
    const [next] = await inLine([]).then(() => [wait(place)]);
    await untilQueued(2);
    gone.abort();
    await Promise.allSettled([call]);
    await untilQueued(1);
    const { id } = await place.stock.create({ country: 'UK', n: 1 });
    expect(idOf(await next!)).toBe(id);
  });

  it('holds no transaction and no connection while it is parked', async () => {
    const place = await given();
    const answers = Array.from({ length: 100 }, (_, i) => wait(place, {}, i % 2 ? elsewhere() : client()));
    await untilQueued(100);
    for (let i = 0; i < 20; i += 1) {
      const started = Date.now();
      await ok(api.getProfile({ client: client() }));
      expect(Date.now() - started).toBeLessThan(1_000);
      const long = await test.db.query(
        `SELECT query FROM pg_stat_activity WHERE datname = current_database() AND xact_start < now() - interval '1 second'`,
      );
      expect(long).toEqual([]);
    }
    await place.stock.sample(100);
    expect(new Set((await Promise.all(answers)).map(idOf)).size).toBe(100);
  });

  it('says why where what was asked for has gone meanwhile', async () => {
    const place = await given();
    const answer = askFor(client(), place, { fallback: 'wait', wait_seconds: 20 });
    await untilQueued(1);
    const path = { id: place.featureId };
    await ok(api.updateFeature({ client: project.as.admin, path, body: { status: 'archived' } }));
    expect(await problem(answer)).toMatchObject({ status: 409, code: 'feature.archived' });
  });

  it('gives calls with one Idempotency-Key one answer', async () => {
    const place = { ...(await given()), key: 'waiting' };
    const answers = Array.from({ length: 6 }, (_, i) => wait(place, {}, i % 2 ? elsewhere() : client()));
    await untilQueued(6);
    await place.stock.sample(2);
    const [first, ...others] = await Promise.all(answers);
    for (const other of others) expect(other).toEqual(first);
    expect((await place.stock.rows()).map(({ status }) => status).sort()).toEqual(['active', 'used']);
  });

  it('is not held up by a process that is killed', async () => {
    const place = await given();
    const third = await startProgram('api', { DATABASE_URL: test.db.url });
    const lost = Promise.allSettled([wait(place, {}, elsewhere(third))]);
    await untilQueued(1);
    await third.kill('SIGKILL');
    const answer = wait(place);
    await until(async () => (await test.db.query('SELECT FROM waiters')).length === 2, 'two rows', 10_000);
    await place.stock.create({ country: 'UK', n: 1 });
    expect(idOf(await answer)).toBeDefined();
    expect((await lost)[0]?.status).toBe('rejected');
    expect((await place.stock.rows()).map(({ status }) => status)).toEqual(['used']);
  });

  it('ends in good order when its process is told to stop', async () => {
    const place = await given();
    const third = await startProgram('api', { DATABASE_URL: test.db.url });
    const answer = askFor(elsewhere(third), place, { fallback: 'wait', wait_seconds: 60 });
    await untilQueued(1);
    await third.stop();
    expect(await problem(answer)).toMatchObject({ status: 409, code: 'stock.empty' });
    expect(await queue()).toEqual([]);
  });
});
