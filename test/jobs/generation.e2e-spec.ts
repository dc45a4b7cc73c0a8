import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { testSettings } from '../../libs/config/test-settings.js';
import * as api from '../../libs/client/generated/sdk.gen.js';
import { startApi, type TestApi } from '../support/api.js';
import { givenProject, ok, problem, type TestProject } from '../support/project.js';
import type { Program } from '../support/program.js';
import { describeOnEachQueue } from '../support/redis.js';
import { runUntil } from '../support/runs.js';
import { startWorker } from '../support/worker.js';

const KILLED = testSettings().isLong ? 2_000_000 : 200_000;
const FIELDS = [
  { name: 'username', type: 'string' as const, regex: '^[a-zA-Z0-9_]{3,20}$', required: true },
  { name: 'email', type: 'string' as const, required: true },
  { name: 'age', type: 'number' as const, min: '13', max: '120' },
];

describeOnEachQueue('a bulk run', (backend) => {
  let test: TestApi;
  let project: TestProject;
  let queue: Awaited<ReturnType<typeof backend.start>>;
  const workers: Program[] = [];

  const start = async (variables: Record<string, string> = {}): Promise<Program> => {
    const worker = await startWorker(test.db.url, { ...queue.variables, ...variables });
    workers.push(worker);
    return worker;
  };
  const generate = async (schemaId: string, count: number, seed?: string) =>
    ok(
      api.generate({
        client: project.as.writer,
        path: { schemaId, envId: project.environmentId },
        body: { count, ...(seed ? { seed } : {}) },
      }),
    );
  const countRows = async (runId: string): Promise<number> => {
    const [row] = await test.db.query<{ count: string }>('SELECT count(*) FROM test_data WHERE run_id = $1', [runId]);
    return Number(row?.count);
  };

  beforeAll(async () => {
    queue = await backend.start();
    test = await startApi({ ...queue.variables, SLICE_ROWS: '2000' });
    project = await givenProject(test);
  });
  afterAll(async () => {
    await Promise.all(workers.map((worker) => worker.stop()));
    await test.close();
    await queue.stop();
  });

  it('makes exactly the rows that were asked for, and they are valid', async () => {
    await start();
    const schema = await project.schema('Made', FIELDS);
    const { id } = await generate(schema.id, 7_001, 'seed');
    const run = await runUntil(project.as.reader, id);
    expect(run).toMatchObject({ state: 'succeeded', total: 7_001, done: 7_001, seconds_left: 0, seed: 'seed' });
    expect(await countRows(id)).toBe(7_001);
    const path = { schemaId: schema.id, envId: project.environmentId };
    const page = await ok(api.listRecords({ client: project.as.reader, path, query: { limit: 100 } }));
    for (const record of page.data) {
      const verdict = await ok(
        api.checkValues({
          client: project.as.reader,
          path: { id: schema.id },
          body: { data_values: record.data_values },
        }),
      );
      expect(verdict).toEqual({ accepted: true, problems: [] });
    }
  });

  it('ends with the exact rows when its worker is killed in the middle', async () => {
    const schema = await project.schema('Killed', FIELDS);
    const victim = workers.at(-1) as Program;
    const { id } = await generate(schema.id, KILLED);
    await runUntil(project.as.reader, id, (run) => run.done > 0);
    await victim.kill('SIGKILL');
    const left = await runUntil(project.as.reader, id, () => true);
    expect(left.state).toBe('running');
    await start();
    const goesOn = await runUntil(project.as.reader, id, (run) => run.done > left.done);
    expect(goesOn.done).toBeGreaterThan(left.done);
    const run = await runUntil(project.as.reader, id);
    expect(run).toMatchObject({ state: 'succeeded', done: KILLED });
    expect(await countRows(id)).toBe(KILLED);
    const stuck = await test.db.query(`SELECT no FROM job_slices WHERE run_id = $1 AND state <> 'done'`, [id]);
    expect(stuck).toEqual([]);
  });

  it('stops within two seconds when it is cancelled, and keeps what it has committed', async () => {
    const schema = await project.schema('Cancelled', FIELDS);
    const { id } = await generate(schema.id, 1_000_000);
    await runUntil(project.as.reader, id, (run) => run.done > 0);
    const asked = Date.now();
    const cancelled = await ok(api.cancelRun({ client: project.as.writer, path: { id } }));
    expect(Date.now() - asked).toBeLessThan(2_000);
    expect(cancelled.state).toBe('cancelled');
    expect(await countRows(id)).toBe(cancelled.done);
    const again = await problem(api.cancelRun({ client: project.as.writer, path: { id } }));
    expect(again).toMatchObject({ status: 409, code: 'run.over' });
    expect(await countRows(id)).toBe(cancelled.done);
  });
});
