import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { testSettings } from '../../libs/config/test-settings.js';
import * as api from '../../libs/client/generated/sdk.gen.js';
import { ok, problem, type TestProject } from '../support/project.js';
import { describeOnEachQueue } from '../support/redis.js';
import { runUntil } from '../support/runs.js';
import { SOON } from '../support/worker.js';
import { givenWorkshop, type Workshop } from './workshop.js';

const KILLED = testSettings().isLong ? 2_000_000 : 100_000;
const FIELDS = [
  { name: 'username', type: 'string' as const, regex: '^[a-zA-Z0-9_]{3,20}$', required: true },
  { name: 'email', type: 'string' as const, required: true },
  { name: 'age', type: 'number' as const, min: '13', max: '120' },
];

describeOnEachQueue('a bulk run', (backend) => {
  let workshop: Workshop;
  let project: TestProject;

  const generate = async (schemaId: string, count: number, seed?: string) =>
    ok(
      api.generate({
        client: project.as.writer,
        path: { schemaId, envId: project.environmentId },
        body: { count, ...(seed ? { seed } : {}) },
      }),
    );
  const countRows = async (runId: string): Promise<number> => (await workshop.stored(runId)).rows;

  beforeAll(async () => {
    workshop = await givenWorkshop(backend, { ...SOON, SLICE_ROWS: '2000' });
    project = workshop.project;
    await workshop.worker();
  });
  afterAll(() => workshop.close());

  it('makes exactly the rows that were asked for, and they are valid', async () => {
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
    const { id } = await generate(schema.id, KILLED);
    await runUntil(project.as.reader, id, (run) => run.done > 0);
    await workshop.rest();
    const left = await runUntil(project.as.reader, id, () => true);
    expect(left.state).toBe('running');
    await workshop.worker();
    const goesOn = await runUntil(project.as.reader, id, (run) => run.done > left.done);
    expect(goesOn.done).toBeGreaterThan(left.done);
    const run = await runUntil(project.as.reader, id);
    expect(run).toMatchObject({ state: 'succeeded', done: KILLED });
    expect(await countRows(id)).toBe(KILLED);
    const stuck = await workshop.test.db.query(`SELECT no FROM job_slices WHERE run_id = $1 AND state <> 'done'`, [id]);
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
