import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { testSettings } from '../../libs/config/test-settings.js';
import * as api from '../../libs/client/generated/sdk.gen.js';
import { startApi, type TestApi } from '../support/api.js';
import { onServer } from '../support/database.js';
import { givenProject, ok, type TestProject } from '../support/project.js';
import type { Program } from '../support/program.js';
import { describeOnEachQueue } from '../support/redis.js';
import { runUntil } from '../support/runs.js';
import { startWorker } from '../support/worker.js';

/** Longer than all the tries that the queue gives a job, in the long form. */
const OUTAGE = testSettings().isLong ? 15_000 : 3_000;
const NARROW = [{ name: 'email', type: 'string' as const, required: true }];
const WIDE = Array.from({ length: 80 }, (_, i) => ({
  name: `text_${i}`,
  type: 'string' as const,
  min: 150,
  max: 300,
  required: true,
}));

describeOnEachQueue('a run that is disturbed', (backend) => {
  let test: TestApi;
  let project: TestProject;
  let queue: Awaited<ReturnType<typeof backend.start>>;
  const workers: Program[] = [];

  const start = async (): Promise<Program> => {
    const worker = await startWorker(test.db.url, queue.variables);
    workers.push(worker);
    return worker;
  };
  const generate = async (fields: typeof NARROW | typeof WIDE, count: number): Promise<string> => {
    const { id } = await project.schema('Disturbed', fields);
    const path = { schemaId: id, envId: project.environmentId };
    return (await ok(api.generate({ client: project.as.writer, path, body: { count } }))).id;
  };
  const rowsOf = async (runId: string): Promise<number> => {
    const [row] = await test.db.query<{ rows: number }>(
      'SELECT count(*)::integer AS rows FROM test_data WHERE run_id = $1',
      [runId],
    );
    return row?.rows ?? 0;
  };

  beforeEach(async () => {
    queue = await backend.start();
    test = await startApi(queue.variables);
    project = await givenProject(test);
  });
  afterEach(async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.kill('SIGKILL')));
    await test.close();
    await queue.stop();
  });

  it('lets a worker that is told to stop end within ten seconds, wide as its rows may be, and another one make the rest', async () => {
    const first = await start();
    const id = await generate(WIDE, 30_000);
    await runUntil(project.as.reader, id, (run) => run.state === 'running');
    const asked = Date.now();
    const exit = once(first.process, 'exit');
    first.process.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
    expect(Date.now() - asked).toBeLessThan(10_000);
    await start();
    expect(await runUntil(project.as.reader, id)).toMatchObject({ state: 'succeeded', done: 30_000 });
    expect(await rowsOf(id)).toBe(30_000);
  });

  it('goes on where the database was away for a while', async () => {
    await start();
    const id = await generate(NARROW, 400_000);
    await runUntil(project.as.reader, id, (run) => run.done > 0);
    const { serverUrl } = testSettings();
    const name = new URL(test.db.url).pathname.slice(1);
    await onServer(serverUrl, `ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
    await onServer(serverUrl, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`);
    await pause(OUTAGE);
    await onServer(serverUrl, `ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
    expect(await runUntil(project.as.reader, id)).toMatchObject({ state: 'succeeded', done: 400_000 });
    expect(await rowsOf(id)).toBe(400_000);
  });
});
