import { afterEach, beforeEach, expect, it } from '@jest/globals';
import * as api from '../../libs/client/generated/sdk.gen.js';
import type { RunResponse } from '../../libs/client/generated/types.gen.js';
import { startApi, type TestApi } from '../support/api.js';
import { givenProject, ok, type TestProject } from '../support/project.js';
import type { Program } from '../support/program.js';
import { describeOnEachQueue } from '../support/redis.js';
import { runUntil } from '../support/runs.js';
import { startWorker } from '../support/worker.js';
import { stockOf } from '../test-data/stock.js';

const ROWS = 10_000;
const EMAIL = [{ name: 'email', type: 'string' as const, required: true, unique: true }];

describeOnEachQueue('an operation on many records', (backend) => {
  let test: TestApi;
  let project: TestProject;
  let queue: Awaited<ReturnType<typeof backend.start>>;
  let schemaId: string;
  const workers: Program[] = [];

  beforeEach(async () => {
    queue = await backend.start();
    test = await startApi(queue.variables);
    project = await givenProject(test);
    schemaId = (await project.schema('Account', EMAIL)).id;
    await work();
    const path = { schemaId, envId: project.environmentId };
    await runUntil(as(), (await ok(api.generate({ client: as(), path, body: { count: ROWS } }))).id);
  });
  afterEach(async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.kill('SIGKILL')));
    await test.close();
    await queue.stop();
  });

  const as = () => project.as.writer;
  const work = async () => {
    workers.push(await startWorker(test.db.url, { SLICE_ROWS: '500', ...queue.variables }));
  };
  const killAll = () => Promise.all(workers.splice(0).map((worker) => worker.kill('SIGKILL')));
  const body = () => ({ project_id: project.id, environment_ids: [project.environmentId] });
  const stock = () => ok(api.getStock({ client: as(), path: { schemaId, envId: project.environmentId } }));
  const some = ({ done }: RunResponse): boolean => done >= 1_000;

  it('that is killed twice ends with every record done once', async () => {
    const { id } = await ok(api.bulkDelete({ client: as(), body: body() }));
    for (const rows of [1_000, 4_000]) {
      await runUntil(as(), id, ({ done }) => done >= rows);
      await killAll();
      const { active } = await stock();
      expect(await stockOf(test, project, schemaId).rows()).toHaveLength(active);
      await work();
    }
    expect(await runUntil(as(), id)).toMatchObject({ state: 'succeeded', done: ROWS, result: { deleted: ROWS } });
    expect(await stock()).toMatchObject({ total: 0 });
    expect(await test.db.query('SELECT FROM test_data_keys')).toEqual([]);
  }, 120_000);

  it('that is cancelled has done what it says, and the rest when it is retried', async () => {
    const reason = 'Closed';
    const { id } = await ok(api.bulkInvalidate({ client: as(), body: { ...body(), reason } }));
    await runUntil(as(), id, some);
    const { done } = await ok(api.cancelRun({ client: as(), path: { id } }));
    expect(done).toBeLessThan(ROWS);
    // What is in hand then is rolled back.
    await Promise.all(workers.splice(0).map((worker) => worker.stop()));
    expect(await stock()).toMatchObject({ invalid: done, active: ROWS - done });
    await ok(api.retryRun({ client: as(), path: { id } }));
    await work();
    expect(await runUntil(as(), id)).toMatchObject({ state: 'succeeded', done: ROWS, result: { invalidated: ROWS } });
    expect(await stock()).toMatchObject({ invalid: ROWS, active: 0 });
  });
});
