import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testSettings } from '../../libs/config/test-settings.js';
import * as api from '../../libs/client/generated/sdk.gen.js';
import type { ListRunsData, RunResponse } from '../../libs/client/generated/types.gen.js';
import { authorizationOf } from '../http/raw.js';
import type { TestApi } from '../support/api.js';
import { buildGate } from '../support/gate.js';
import { ok, problem, type TestProject } from '../support/project.js';
import { runUntil } from '../support/runs.js';
import { SOON } from '../support/worker.js';
import { givenWorkshop, type Workshop } from './workshop.js';

const ROWS = testSettings().isLong ? 60_000 : 30_000;
const SETTINGS = { ...SOON, SLICE_ROWS: '2000' };

describe('a run', () => {
  let workshop: Workshop;
  let test: TestApi;
  let project: TestProject;
  let schemaId: string;

  beforeAll(async () => {
    workshop = await givenWorkshop(undefined, SETTINGS);
    ({ test, project } = workshop);
    schemaId = (await project.schema('User', [{ name: 'email', type: 'string', unique: true, required: true }])).id;
  });
  afterAll(() => workshop.close());

  const as = () => project.as.writer;
  const generate = (count = ROWS, priority?: 'high' | 'normal' | 'low') =>
    ok(
      api.generate({
        client: as(),
        path: { schemaId, envId: project.environmentId },
        body: { count, ...(priority ? { priority } : {}) },
      }),
    );
  const rowsOf = async (id: string): Promise<number> => (await workshop.stored(id)).rows;
  const half = ({ done }: RunResponse): boolean => done >= ROWS / 10;

  it('that is paused finishes what is in hand, and goes on where it stopped', async () => {
    const { id } = await generate();
    await workshop.worker();
    await runUntil(as(), id, half);
    expect((await ok(api.pauseRun({ client: as(), path: { id } }))).state).toBe('paused');
    expect(await problem(api.pauseRun({ client: as(), path: { id } }))).toMatchObject({ code: 'run.not_running' });
    // What is in hand ends before the worker does.
    await workshop.rest('SIGTERM');
    const paused = await ok(api.getRun({ client: as(), path: { id } }));
    expect(paused).toMatchObject({ state: 'paused', done: await rowsOf(id) });
    expect(paused.done).toBeLessThan(ROWS);
    await workshop.worker();
    expect((await ok(api.resumeRun({ client: as(), path: { id } }))).state).toBe('running');
    expect(await runUntil(as(), id)).toMatchObject({ state: 'succeeded', done: ROWS });
    expect(await rowsOf(id)).toBe(ROWS);
    expect(await problem(api.resumeRun({ client: as(), path: { id } }))).toMatchObject({ code: 'run.not_paused' });
  });

  it('that was cancelled does only what is missing when it is retried', async () => {
    const { id } = await generate();
    await runUntil(as(), id, half);
    const cancelled = await ok(api.cancelRun({ client: as(), path: { id } }));
    const before = await rowsOf(id);
    expect(cancelled).toMatchObject({ state: 'cancelled', done: before });
    const done = await ok(api.listSlices({ client: as(), path: { id }, query: { limit: 100 } }));
    const attempts = new Map(
      done.data.filter(({ state }) => state === 'done').map(({ no, attempts }) => [no, attempts]),
    );
    expect((await ok(api.retryRun({ client: as(), path: { id } }))).state).toBe('running');
    expect(await runUntil(as(), id)).toMatchObject({ state: 'succeeded', done: ROWS, error: null });
    expect(await rowsOf(id)).toBe(ROWS);
    const after = await ok(api.listSlices({ client: as(), path: { id }, query: { limit: 100 } }));
    expect(
      after.data.filter(({ no }) => attempts.has(no)).every(({ no, attempts: now }) => now === attempts.get(no)),
    ).toBe(true);
    expect(await problem(api.retryRun({ client: as(), path: { id } }))).toMatchObject({ code: 'run.not_ended' });
  });

  it('that was taken up again does not fail with an attempt from before', async () => {
    await workshop.someWorker();
    const gate = await buildGate(test.db);
    await test.db.query(`
      CREATE FUNCTION fill_the_disk() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF EXISTS (SELECT FROM added JOIN job_slices USING (run_id) WHERE attempt = 1) THEN
          RAISE 'no space' USING ERRCODE = 'disk_full';
        END IF;
        RETURN NULL;
      END $$;
      CREATE TRIGGER without_space AFTER INSERT ON test_data
        REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION fill_the_disk();`);
    await gate.shut();
    const { id } = await generate(1_000);
    await gate.untilHeld(1);
    await ok(api.cancelRun({ client: as(), path: { id } }));
    await ok(api.retryRun({ client: as(), path: { id } }));
    await gate.open();
    const over = await runUntil(as(), id);
    await test.db.query('DROP TRIGGER without_space ON test_data');
    expect(over).toMatchObject({ state: 'succeeded', done: 1_000, error: null });
    expect(await workshop.slices(id)).toMatchObject([{ attempts: 2 }]);
  });

  it('tells watchers what they have missed, in order and once', async () => {
    const { id } = await generate();
    await runUntil(as(), id);
    const read = async (last?: string) => {
      const headers = {
        authorization: authorizationOf(as()),
        ...(last === undefined ? {} : { 'last-event-id': last }),
      };
      const answer = await fetch(`${test.url}/api/v1/jobs/${id}/events`, { headers });
      return (await answer.text()).split('\n\n').filter((text) => text.includes('data:'));
    };
    const eventOf = (text: string) => ({
      id: Number(/^id: (\d+)/m.exec(text)?.[1]),
      run: JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? '') as RunResponse,
    });
    const all = (await read('0')).map(eventOf);
    expect(all.map((event) => event.id)).toEqual(all.map((_, i) => i + 1));
    expect(all.at(-1)?.run).toMatchObject({ state: 'succeeded', done: ROWS });
    const done = all.map(({ run }) => run.done);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    const middle = all[5]?.id ?? 0;
    expect((await read(String(middle))).map((text) => eventOf(text).id)).toEqual(all.slice(6).map((event) => event.id));
    expect((await read()).map((text) => eventOf(text).run.state)).toEqual(['succeeded']);
    expect(await read(String(all.length))).toEqual([]);
  });

  it('of high priority is taken before others that wait', async () => {
    await workshop.rest('SIGTERM');
    const low = await generate(20_000, 'low');
    const normal = await generate(20_000);
    const high = await generate(2_000, 'high');
    await workshop.worker();
    const over = await Promise.all([low, normal, high].map(({ id }) => runUntil(as(), id)));
    const [first, second, third] = over.map(({ finished_at }) => new Date(finished_at ?? 0).getTime());
    expect(third).toBeLessThan(second ?? 0);
    expect(second).toBeLessThan(first ?? 0);
  });

  it('is found by project, type, state, place, person and time', async () => {
    const count = async (query: ListRunsData['query']) => (await ok(api.listRuns({ client: as(), query }))).data.length;
    const all = await count({ project_id: project.id });
    expect(all).toBeGreaterThan(4);
    const both = { schema_id: schemaId, environment_id: project.environmentId };
    expect(await count({ ...both, type: 'generate', state: 'succeeded', created_by: project.userIds.writer })).toBe(
      all,
    );
    expect(await count({ created_by: project.userIds.admin })).toBe(0);
    expect(await count({ project_id: project.id, since: '2000-01-01T00:00:00Z' })).toBe(all);
    expect(await count({ project_id: project.id, since: new Date(Date.now() + 60_000).toISOString() })).toBe(0);
    expect(await problem(api.listRuns({ client: as(), query: { since: 'yesterday' } }))).toMatchObject({ status: 422 });
  });

  it('needs for being taken up again what starting it would need', async () => {
    const { id: guarded } = await project.schema('Guarded', [{ name: 'name', type: 'string' }]);
    const path = { schemaId: guarded, envId: project.environmentId };
    const protect = (is_protected: boolean) =>
      ok(
        api.updateEnvironment({
          client: project.as.admin,
          path: { id: project.environmentId },
          body: { is_protected },
        }),
      );
    const set = (status: 'archived' | 'active') =>
      ok(api.updateSchema({ client: project.as.admin, path: { id: guarded }, body: { status } }));
    await workshop.rest('SIGTERM');
    const { id } = await ok(api.generate({ client: as(), path, body: { count: 10 } }));
    await ok(api.cancelRun({ client: as(), path: { id } }));
    await protect(true);
    expect(await problem(api.retryRun({ client: as(), path: { id } }))).toMatchObject({ status: 403 });
    await set('archived');
    const refused = await problem(api.retryRun({ client: project.as.admin, path: { id } }));
    expect(refused).toMatchObject({ status: 409, code: 'schema.archived' });
    await set('active');
    expect((await ok(api.retryRun({ client: project.as.admin, path: { id } }))).state).toBe('queued');
    await protect(false);
  });

  it('is not found by times and pages that are none', async () => {
    for (const since of ['2024', '2024-W01-1', '2024-01-01T10', '2024-02-30', '2024-01-01T10:00:00,5Z', '0000-01-01']) {
      expect(await problem(api.listRuns({ client: as(), query: { since } }))).toMatchObject({ status: 422 });
    }
    const { data } = await ok(api.listRuns({ client: as(), query: { limit: 1 } }));
    const cursor = Buffer.from('ffffffff-ffff-7fff-bfff-ffffffffffff', 'latin1').toString('base64url');
    const path = { id: data[0]?.id ?? '' };
    expect((await ok(api.listSlices({ client: as(), path, query: { cursor } }))).data).toEqual([]);
  });

  it.each([true, false])('fails where a field has become unique (%s) meanwhile, or no longer is', async (unique) => {
    const field = { name: 'code', type: 'string' as const, required: true };
    const { id } = await project.schema(`Changed ${unique}`, [{ ...field, unique: !unique }]);
    await workshop.rest();
    const path = { schemaId: id, envId: project.environmentId };
    const run = await ok(api.generate({ client: as(), path, body: { count: 10 } }));
    const schema_definition = { fields: [{ ...field, unique }] };
    await ok(api.updateSchema({ client: as(), path: { id }, body: { schema_definition } }));
    await workshop.worker();
    const error = expect.stringContaining('The unique keys of the schema were changed') as unknown;
    expect(await runUntil(as(), run.id)).toMatchObject({ state: 'failed', done: 0, error });
  });
});
