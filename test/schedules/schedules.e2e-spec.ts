import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Queue } from 'bullmq';
import { readConfig } from '../../libs/config/config.js';
import { testSettings } from '../../libs/config/test-settings.js';
import { QUEUE, queueConnection } from '../../libs/jobs/backend.js';
import { JobSchedules } from '../../libs/jobs/job-schedules.js';
import { fireSchedule } from '../../src/schedules/schedules.jobs.js';
import * as api from '../../libs/client/generated/sdk.gen.js';
import type { CreateSchedule, ScheduleResponse, UpdateSchedule } from '../../libs/client/generated/types.gen.js';
import { givenWorkshop, type Workshop } from '../jobs/workshop.js';
import type { TestApi } from '../support/api.js';
import { ok, problem, type TestProject } from '../support/project.js';
import { describeOnEachQueue } from '../support/redis.js';
import { runUntil } from '../support/runs.js';
import { until } from '../support/until.js';
import { SOON } from '../support/worker.js';
import { secondEnvironment } from '../test-data/stock.js';

const NIGHTLY = '30 2 * * *';
const NONE = '0193f0a2-7c1e-7a50-9b1d-2f7a3c5e8b10';
const itInTheLongForm = testSettings().isLong ? it : it.skip;

describeOnEachQueue('a schedule', (backend) => {
  let workshop: Workshop;
  let test: TestApi;
  let project: TestProject;
  let schemaId: string;
  let made = 0;

  beforeAll(async () => {
    workshop = await givenWorkshop(backend, SOON);
    ({ test, project } = workshop);
    schemaId = (await project.schema('User', [{ name: 'email', type: 'string', required: true }])).id;
    await Promise.all([workshop.worker(), workshop.worker()]);
  });
  afterAll(() => workshop.close());

  const body = (given: Partial<CreateSchedule> = {}): CreateSchedule => ({
    name: `Schedule ${(made += 1)}`,
    cron: NIGHTLY,
    run: { type: 'generate', environment_id: project.environmentId, schema_id: schemaId, count: 10 },
    ...given,
  });
  const create = (given: Partial<CreateSchedule> = {}, client = project.as.writer) =>
    api.createSchedule({ client, path: { projectId: project.id }, body: body(given) });
  const get = async (id: string): Promise<ScheduleResponse> =>
    ok(api.getSchedule({ client: project.as.reader, path: { id } }));
  const update = (id: string, changes: UpdateSchedule, client = project.as.writer) =>
    api.updateSchedule({ client, path: { id }, body: changes });
  /** Lets its moment come, as if it had been missed a minute ago. */
  const passMoment = async (id: string): Promise<void> => {
    await test.db.query(`UPDATE schedules SET next_run_at = now() - interval '1 minute' WHERE id = $1`, [id]);
  };
  const untilIt = async (id: string, holds: (schedule: ScheduleResponse) => boolean): Promise<ScheduleResponse> => {
    let last: ScheduleResponse | undefined;
    const look = async (): Promise<ScheduleResponse | false> => holds((last = await get(id))) && last;
    return until(look, () => `a change of ${JSON.stringify(last)}`, testSettings().isLong ? 150_000 : 40_000);
  };
  const fired = (id: string): Promise<ScheduleResponse> =>
    untilIt(id, ({ next_run_at, is_paused }) => is_paused || new Date(next_run_at ?? 0).getTime() > Date.now());
  const runsOf = async (name: string): Promise<number> => {
    const runs = await test.db.query(`SELECT id FROM job_runs WHERE params ->> 'seed' = $1`, [name]);
    return runs.length;
  };
  const seeded = (seed: string, count = 10): Pick<CreateSchedule, 'run'> => ({
    run: { type: 'generate', environment_id: project.environmentId, schema_id: schemaId, count, seed },
  });

  it('is made, listed, changed, paused, resumed and deleted', async () => {
    const schedule = await ok(create({ name: 'Nightly', time_zone: 'Europe/Berlin' }));
    expect(schedule).toMatchObject({ name: 'Nightly', cron: NIGHTLY, time_zone: 'Europe/Berlin', is_paused: false });
    expect(schedule).toMatchObject({ last_run_id: null, last_error: null, runs_as: project.userIds.writer });
    const hour = new Intl.DateTimeFormat('de', { timeZone: 'Europe/Berlin', timeStyle: 'short' });
    expect(hour.format(new Date(schedule.next_run_at ?? ''))).toBe('02:30');
    expect(new Date(schedule.next_run_at ?? '').getTime()).toBeGreaterThan(Date.now());
    const { id } = schedule;
    expect(await problem(create({ name: 'Nightly' }))).toMatchObject({ status: 409, code: 'schedule.name_taken' });
    const list = await ok(api.listSchedules({ client: project.as.reader, path: { projectId: project.id } }));
    expect(list.data).toContainEqual(schedule);
    const paused = await ok(update(id, { is_paused: true }));
    expect(paused).toMatchObject({ is_paused: true, paused_reason: null, next_run_at: null });
    const other = await ok(update(id, { cron: '0  12 * * 1-5', time_zone: 'UTC', is_paused: false }, project.as.admin));
    expect(other).toMatchObject({ cron: '0 12 * * 1-5', is_paused: false, runs_as: project.userIds.writer });
    expect(new Date(other.next_run_at ?? '').getUTCHours()).toBe(12);
    const { run } = seeded('changed');
    expect(await ok(update(id, { run }, project.as.admin))).toMatchObject({ run, runs_as: project.userIds.admin });
    await ok(api.deleteSchedule({ client: project.as.writer, path: { id } }));
    expect(await problem(api.getSchedule({ client: project.as.reader, path: { id } }))).toMatchObject({ status: 404 });
  });

  it('starts its run when its moment has come: once, for all workers and whatever was missed', async () => {
    const { id } = await ok(create(seeded('once')));
    await test.db.query(`UPDATE schedules SET next_run_at = now() - interval '3 days' WHERE id = $1`, [id]);
    const schedule = await fired(id);
    expect(schedule).toMatchObject({ last_error: null, last_skipped_at: null });
    const run = await runUntil(project.as.reader, schedule.last_run_id ?? '');
    expect(run).toMatchObject({ state: 'succeeded', done: 10, created_by: project.userIds.writer, seed: 'once' });
    // The sweeps of two workers have had their turn by then.
    await passMoment(id);
    const again = await fired(id);
    expect(again.last_run_id).not.toBe(run.id);
    expect(await runsOf('once')).toBe(2);
  });

  it('starts runs for several schemas', async () => {
    const run = {
      ...{ type: 'generate_many' as const, environment_id: project.environmentId },
      schemas: [{ schema_id: schemaId, count: 7, overrides: { email: { value: 'a@b.cd' } } }],
    };
    const { id } = await ok(create({ run }));
    await passMoment(id);
    const { last_run_id } = await fired(id);
    expect(await runUntil(project.as.reader, last_run_id ?? '')).toMatchObject({ type: 'generate_many', done: 7 });
  });

  it('leaves a run out while the one before goes on', async () => {
    const { id } = await ok(create(seeded('busy')));
    await passMoment(id);
    const { last_run_id } = await fired(id);
    // As if it went on: the moment is what counts, not how long ten rows take.
    await test.db.query(`UPDATE job_runs SET state = 'paused', finished_at = NULL WHERE id = $1`, [last_run_id]);
    await passMoment(id);
    const skipped = await fired(id);
    expect(skipped).toMatchObject({ last_run_id, is_paused: false });
    expect(new Date(skipped.last_skipped_at ?? 0).getTime()).toBeGreaterThan(Date.now() - 60_000);
    const now = await problem(api.runScheduleNow({ client: project.as.writer, path: { id } }));
    expect(now).toMatchObject({ status: 409, code: 'schedule.still_running' });
    expect(await runsOf('busy')).toBe(1);
  });

  it('can be run at once, also while it is paused, once for a key', async () => {
    const { id } = await ok(create({ ...seeded('now'), is_paused: true }));
    const start = (key: string) =>
      api.runScheduleNow({ client: project.as.admin, path: { id }, headers: { 'Idempotency-Key': key } });
    const [run, again] = [await ok(start('now')), await ok(start('now'))];
    expect(again.id).toBe(run.id);
    expect(await runUntil(project.as.reader, run.id)).toMatchObject({ created_by: project.userIds.admin, done: 10 });
    expect(await get(id)).toMatchObject({ last_run_id: run.id, is_paused: true, next_run_at: null });
  });

  it('keeps the reason of a run that could not be started, and goes on', async () => {
    const orders = await project.schema('Order', [
      { name: 'user', type: 'reference', reference_schema_id: (await project.schema('None', [])).id, required: true },
    ]);
    const run = { ...seeded('refused').run, schema_id: orders.id } as CreateSchedule['run'];
    const { id } = await ok(create({ run }));
    await passMoment(id);
    const schedule = await fired(id);
    expect(schedule).toMatchObject({ is_paused: false, last_run_id: null });
    expect(schedule.last_error).toMatch(/user is required and refers to the schema/);
  });

  it('is paused with the reason when its person may not start it any more', async () => {
    const { id } = await ok(create(seeded('revoked')));
    const revoke = `UPDATE project_access SET permission = $2 WHERE user_id = $1`;
    await test.db.query(revoke, [project.userIds.writer, 'read']);
    await passMoment(id);
    const paused = await fired(id);
    await test.db.query(revoke, [project.userIds.writer, 'write']);
    expect(paused).toMatchObject({ is_paused: true, next_run_at: null, last_run_id: null });
    expect(paused.paused_reason).toMatch(/needs the permission write/);
    expect(await runsOf('revoked')).toBe(0);
    const resumed = await ok(update(id, { is_paused: false }));
    expect(resumed).toMatchObject({ is_paused: false, paused_reason: null });
  });

  it('is paused when its environment is archived, and goes with it when it is deleted', async () => {
    const environment_id = await secondEnvironment(project, `Passing ${(made += 1)}`);
    const { id } = await ok(create({ run: { type: 'generate', environment_id, schema_id: schemaId, count: 1 } }));
    const path = { id: environment_id };
    await ok(api.updateEnvironment({ client: project.as.admin, path, body: { status: 'archived' } }));
    await passMoment(id);
    expect((await fired(id)).paused_reason).toMatch(/environment is archived/);
    expect(await problem(update(id, { is_paused: false }))).toMatchObject({ code: 'environment.archived' });
    await ok(api.deleteEnvironment({ client: project.as.admin, path }));
    expect(await problem(api.getSchedule({ client: project.as.reader, path: { id } }))).toMatchObject({ status: 404 });
  });

  it('lets only administrators decide what a protected environment gets', async () => {
    const environment_id = await secondEnvironment(project, `Guarded ${(made += 1)}`);
    const run = { type: 'generate' as const, environment_id, schema_id: schemaId, count: 1 };
    const path = { id: environment_id };
    await ok(api.updateEnvironment({ client: project.as.admin, path, body: { is_protected: true } }));
    expect(await problem(create({ run }))).toMatchObject({ status: 403 });
    const { id } = await ok(create({ run }, project.as.admin));
    expect(await problem(update(id, { cron: '* * * * *' }))).toMatchObject({ status: 403 });
    const mine = await ok(create());
    expect(await problem(update(mine.id, { run }))).toMatchObject({ status: 403 });
    expect(await problem(api.runScheduleNow({ client: project.as.writer, path: { id } }))).toMatchObject({
      status: 403,
    });
    expect(await get(id)).toMatchObject({ cron: NIGHTLY, last_run_id: null });
  });

  it.each<[string, object, string, string]>([
    ['six fields', { cron: '* * * * * *' }, '/cron', 'cron'],
    ['a day that never comes', { cron: '0 0 31 2 *' }, '/cron', 'cron'],
    ['a zone that is none', { time_zone: 'Europe/Atlantis' }, '/time_zone', 'time_zone'],
    ['no run', { run: undefined }, '/run', 'is_object'],
    ['a list', { run: [true, null, {}] }, '/run', 'is_object'],
    ['a run of no known type', { run: { type: 'explode' } }, '/run/type', 'is_in'],
    ['a run without rows', { run: { type: 'generate', environment_id: NONE, schema_id: NONE } }, '/run/count', 'min'],
  ])('is refused with %s', async (_, given, pointer, code) => {
    const refused = await problem(create(given));
    expect(refused.status).toBe(422);
    expect(refused.errors).toEqual(expect.arrayContaining([expect.objectContaining({ pointer, code })]));
  });

  it('is refused for a run that could never start', async () => {
    const { run } = seeded('never');
    const wrong = { ...run, overrides: { email: { min: 'x' } } } as CreateSchedule['run'];
    expect(await problem(create({ run: wrong }))).toMatchObject({
      ...{ status: 422, errors: [{ pointer: '/run/overrides/email/min' }] },
    });
    expect(await problem(create({ run: { ...run, schema_id: NONE } as CreateSchedule['run'] }))).toMatchObject({
      ...{ status: 404, code: 'schema.not_found' },
    });
    expect(await problem(create({ run: { ...run, environment_id: NONE } }))).toMatchObject({ status: 404 });
  });

  it('is known to the queue again after the queue has lost it, and one that is no more is forgotten', async () => {
    const { id } = await ok(create(seeded('lost')));
    await workshop.rest('SIGTERM');
    const config = readConfig({ DATABASE_URL: test.db.url, ...workshop.queue.variables });
    const connection = new Queue(QUEUE, queueConnection(config, 'producer'));
    await connection.waitUntilReady();
    const known = new JobSchedules(connection);
    const time = { cron: NIGHTLY, timeZone: 'UTC' };
    const key = `schedule.${id}`;
    expect((await known.list()).get(key)).toEqual(time);
    await known.remove(key);
    await known.put(`schedule.${NONE}`, { ...time, cron: '* * * * *' }, fireSchedule, { v: 1, schedule_id: NONE });
    await workshop.worker();
    let now = await known.list();
    const isRepaired = async (): Promise<boolean> =>
      (now = await known.list()).has(key) && !now.has(`schedule.${NONE}`);
    await until(isRepaired, () => `the queue to know ${key}, which knows ${[...now.keys()].join()}`, 30_000);
    expect((await known.list()).get(key)).toEqual(time);
    await ok(update(id, { is_paused: true }));
    expect((await known.list()).has(key)).toBe(false);
    await connection.close();
  });

  itInTheLongForm(
    'starts by itself at the next minutes, once each',
    async () => {
      const { id } = await ok(create({ ...seeded('minutes'), cron: '* * * * *' }));
      const first = await untilIt(id, ({ last_run_id }) => last_run_id !== null);
      const lateness = new Date(first.last_run_at ?? 0).getTime() % 60_000;
      expect(Math.min(lateness, 60_000 - lateness)).toBeLessThan(5_000);
      await untilIt(id, ({ last_run_id }) => last_run_id !== first.last_run_id);
      expect(await runsOf('minutes')).toBe(2);
      await ok(api.deleteSchedule({ client: project.as.writer, path: { id } }));
    },
    200_000,
  );
});
