import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { testSettings } from '../../libs/config/test-settings.js';
import * as api from '../../libs/client/generated/sdk.gen.js';
import { startApi, type TestApi } from '../support/api.js';
import { givenProject, ok, type TestProject } from '../support/project.js';
import type { Program } from '../support/program.js';
import { describeOnEachQueue } from '../support/redis.js';
import { runUntil } from '../support/runs.js';
import { startWorker } from '../support/worker.js';
import { importing, type TestImport } from './importing.js';

const ROWS = testSettings().isLong ? 2_000_000 : 60_000;
const SLICES = { SLICE_ROWS: '5000' };
const PLAIN = [
  { name: 'login', type: 'string' as const, required: true },
  { name: 'age', type: 'number' as const, max: 120 },
];
const KEYED = [{ ...PLAIN[0]!, unique: true }, PLAIN[1]!];

/** Every thousandth row is refused. */
const FILE = `login,age\n${Array.from({ length: ROWS }, (_, i) => `user${i},${i % 1_000 === 999 ? 121 : i % 100}\n`).join('')}`;
const GOOD = ROWS - ROWS / 1_000;

describeOnEachQueue('an import that is disturbed', (backend) => {
  let test: TestApi;
  let project: TestProject;
  let queue: Awaited<ReturnType<typeof backend.start>>;
  let schemas = 0;
  const workers: Program[] = [];

  beforeAll(async () => {
    queue = await backend.start();
    test = await startApi({ ...queue.variables, ...SLICES });
    project = await givenProject(test);
  });
  afterAll(async () => {
    await Promise.all(workers.map((worker) => worker.kill('SIGKILL')));
    await test.close();
    await queue.stop();
  });

  const work = async (): Promise<Program> => {
    const worker = await startWorker(test.db.url, { ...queue.variables, ...SLICES });
    workers.push(worker);
    return worker;
  };
  const rest = async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.kill('SIGKILL')));
  };
  const given = async (fields: typeof PLAIN): Promise<TestImport> =>
    importing(test, project, (await project.schema(`Disturbed ${(schemas += 1)}`, fields)).id);
  const rowsOf = async (runId: string) => {
    const text = `SELECT count(*)::integer AS rows, count(DISTINCT data_values ->> 'login')::integer AS logins FROM test_data WHERE run_id = $1`;
    return (await test.db.query<{ rows: number; logins: number }>(text, [runId]))[0];
  };
  const whole = async (into: TestImport, runId: string): Promise<void> => {
    const run = await runUntil(project.as.reader, runId);
    expect(run).toMatchObject({ error: null, state: 'succeeded', total: ROWS, done: GOOD, rejected: ROWS / 1_000 });
    expect(await rowsOf(runId)).toEqual({ rows: GOOD, logins: GOOD });
    const rejected = (await into.download(runId, 'rejected.csv')).split('\n').slice(1, -1);
    expect(rejected.map((line) => Number(line.split(',')[0])).sort((a, b) => a - b)).toEqual(
      Array.from({ length: ROWS / 1_000 }, (_, i) => (i + 1) * 1_000 + 1),
    );
  };

  it.each([
    ['without unique fields', PLAIN],
    ['with one', KEYED],
  ] as const)('stores every row once where its workers are killed: %s', async (_, fields) => {
    const into = await given([...fields]);
    await work();
    const { id } = await into.start(FILE);
    let done = 0;
    for (let kills = 0; kills < 2; kills += 1) {
      done = (await runUntil(project.as.reader, id, (run) => run.done > done)).done;
      await rest();
      await work();
    }
    await whole(into, id);
    await rest();
  });

  it('stores all or nothing where its worker is killed in the middle', async () => {
    const into = await given(KEYED);
    await work();
    const { id } = await into.start(FILE.replaceAll(',121\n', ',1\n'), { mode: 'all_or_nothing' });
    await runUntil(project.as.reader, id, (run) => run.done > 0);
    expect(await into.values()).toEqual([]);
    await rest();
    expect(await into.values()).toEqual([]);
    await work();
    expect(await runUntil(project.as.reader, id)).toMatchObject({ state: 'succeeded', done: ROWS, rejected: 0 });
    expect(await rowsOf(id)).toEqual({ rows: ROWS, logins: ROWS });
    await rest();
  });

  it('stops within two seconds when it is cancelled, though it is all in one piece', async () => {
    const into = await given(KEYED);
    await work();
    const { id } = await into.start(FILE, { mode: 'all_or_nothing' });
    await runUntil(project.as.reader, id, (run) => run.done > 0);
    const cancelled = await ok(api.cancelRun({ client: project.as.writer, path: { id } }));
    expect(cancelled).toMatchObject({ state: 'cancelled', done: 0 });
    const busy = `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND xact_start < now() - interval '2 s' AND pid <> pg_backend_pid()`;
    await pause(2_000);
    expect(await test.db.query(busy)).toEqual([]);
    expect(await into.values()).toEqual([]);
    await rest();
  });

  it('goes on as it began where the schema changes, and ends where its keys do', async () => {
    const { id: schemaId } = await project.schema(`Changing ${(schemas += 1)}`, PLAIN);
    const into = importing(test, project, schemaId);
    const client = project.as.admin;
    const run = await into.start(FILE);
    const definition = { fields: [{ ...PLAIN[0]! }, { name: 'age', type: 'number' as const, max: 10 }] };
    await ok(api.updateSchema({ client, path: { id: schemaId }, body: { schema_definition: definition } }));
    await work();
    await whole(into, run.id);
    await rest();
    const second = await into.start(FILE);
    await ok(
      api.updateSchema({
        client,
        path: { id: schemaId },
        body: { schema_definition: { fields: [...definition.fields, { name: 'code', type: 'string', unique: true }] } },
      }),
    );
    await work();
    const ended = await runUntil(project.as.reader, second.id);
    expect(ended).toMatchObject({ state: 'failed', error: expect.stringContaining('unique keys') });
    expect((await rowsOf(second.id))?.rows).toBe(ended.done);
    await rest();
  });

  it('holds no file in memory', async () => {
    const into = await given(PLAIN);
    const worker = await work();
    const blob = new Blob(
      Array.from({ length: 50 }, (_, i) => (i === 0 ? FILE : FILE.slice('login,age\n'.length))).slice(
        0,
        testSettings().isLong ? 50 : 10,
      ),
    );
    await into.run(blob);
    const peak = (program: Program): number =>
      Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${program.pid}/status`, 'utf8'))?.[1]) / 1024;
    expect(peak(worker)).toBeLessThan(300);
    expect(peak(test.program)).toBeLessThan(300);
    await rest();
  });
});
