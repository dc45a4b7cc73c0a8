import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as api from '../../libs/client/generated/sdk.gen.js';
import type { StockThresholdResponse } from '../../libs/client/generated/types.gen.js';
import { ask } from '../requests/hand-out.js';
import { startApi, type TestApi } from '../support/api.js';
import { type Program } from '../support/program.js';
import { givenProject, ok, problem, type TestProject } from '../support/project.js';
import { runUntil } from '../support/runs.js';
import { startWorker } from '../support/worker.js';
import { until } from '../support/until.js';
import { secondEnvironment, stockOf } from '../test-data/stock.js';

const NUMBERED = [{ name: 'n', type: 'number' as const, min: 0, required: true }];
const SEATS = [{ name: 'seat', type: 'options' as const, options: ['1A', '1B', '1C'], unique: true, required: true }];

describe('a stock with a threshold', () => {
  let test: TestApi;
  let project: TestProject;
  let workers: Program[];
  let things = 0;

  beforeAll(async () => {
    test = await startApi();
    project = await givenProject(test);
    // Two that look at the same moments.
    const often = { UPKEEP_MS: '200' };
    workers = await Promise.all([startWorker(test.db.url, often), startWorker(test.db.url, often)]);
  });
  afterAll(async () => {
    await Promise.all(workers.map((worker) => worker.stop()));
    await test.close();
  });

  const schema = async (fields: typeof NUMBERED | typeof SEATS = NUMBERED) =>
    (await project.schema(`Topped ${(things += 1)}`, fields, { is_reusable: false })).id;
  const at = (schemaId: string, envId = project.environmentId) => ({ schemaId, envId });
  const set = (path: ReturnType<typeof at>, at_least: number, top_up_to: number, client = project.as.writer) =>
    api.setStockThreshold({ client, path, body: { at_least, top_up_to } });
  const threshold = (path: ReturnType<typeof at>) => ok(api.getStockThreshold({ client: project.as.reader, path }));
  const active = async (path: ReturnType<typeof at>) =>
    (await ok(api.getStock({ client: project.as.reader, path }))).active;
  const runs = async (schema_id: string) =>
    (await ok(api.listRuns({ client: project.as.reader, query: { schema_id } }))).data;
  async function untilIt(path: ReturnType<typeof at>, holds: (found: StockThresholdResponse) => boolean) {
    let last: StockThresholdResponse | undefined;
    const look = async () => holds((last = await threshold(path))) && last;
    return until(look, () => `a change of ${JSON.stringify(last)}`, 30_000);
  }
  /** Lets the workers look again at once. */
  const again = (schemaId: string) =>
    test.db.query('UPDATE stock_thresholds SET retry_at = now() WHERE schema_id = $1', [schemaId]);

  it('is filled up by one run in the name of who set it, again and again', async () => {
    const path = at(await schema());
    const client = project.as.writer;
    const made = await ok(set(path, 10, 50));
    expect(made).toMatchObject({ at_least: 10, top_up_to: 50, is_enabled: true, runs_as: project.userIds.writer });
    const first = await untilIt(path, ({ last_run_id }) => last_run_id !== null);
    const run = await runUntil(client, first.last_run_id ?? '');
    expect(run).toMatchObject({ state: 'succeeded', total: 50, created_by: project.userIds.writer, type: 'generate' });
    expect(await active(path)).toBe(50);

    const body = { project_id: project.id, environment_ids: [path.envId], schema_ids: [path.schemaId] };
    await runUntil(client, (await ok(api.bulkMarkUsed({ client, body }))).id);
    const second = await untilIt(path, ({ last_run_id }) => last_run_id !== first.last_run_id);
    await runUntil(client, second.last_run_id ?? '');
    expect(await active(path)).toBe(50);
    expect((await runs(path.schemaId)).filter(({ type }) => type === 'generate')).toHaveLength(2);
  });

  it('keeps up with hand-outs, and leaves a stock alone that has enough', async () => {
    const path = at(await schema());
    const featureId = await project.feature('handing_out', [path.schemaId]);
    await stockOf(test, project, path.schemaId).sample(5);
    await ok(set(path, 5, 20));
    const other = at(await schema());
    await stockOf(test, project, other.schemaId).sample(5);
    await ok(set(other, 5, 20));
    // One, after which there are too few: the workers may look between any two.
    await ok(ask(project.as.reader, { featureId, envId: path.envId }));
    const { last_run_id } = await untilIt(path, (found) => found.last_run_id !== null);
    expect(await runUntil(project.as.writer, last_run_id ?? '')).toMatchObject({ state: 'succeeded', total: 16 });
    expect(await active(path)).toBe(20);
    expect(await runs(other.schemaId)).toEqual([]);
  });

  it('says why it cannot be filled up, waits longer each time, and stops after five failures', async () => {
    const path = at(await schema(SEATS));
    await ok(set(path, 2, 10));
    const failed = await untilIt(path, ({ last_error }) => last_error !== null);
    expect(failed).toMatchObject({ is_enabled: true, last_run_id: null, last_error: expect.stringMatching(/seat.*3/) });
    const wait = new Date(failed.retry_at ?? 0).getTime() - new Date(failed.last_error_at ?? 0).getTime();
    expect(wait).toBe(60_000);
    let last = failed;
    for (let i = 0; i < 4; i += 1) {
      await again(path.schemaId);
      last = await untilIt(path, ({ last_error_at }) => last_error_at !== last.last_error_at);
    }
    expect(last).toMatchObject({ is_enabled: false, retry_at: null });
    expect(await runs(path.schemaId)).toEqual([]);
    // Set anew, it begins anew.
    expect(await ok(set(path, 2, 3))).toMatchObject({ is_enabled: true, last_error: null });
    const { last_run_id } = await untilIt(path, (found) => found.last_run_id !== null);
    await runUntil(project.as.writer, last_run_id ?? '');
    expect(await active(path)).toBe(3);
  }, 60_000);

  it('tells of a run that was cancelled or failed, and forgets it once one succeeds', async () => {
    const path = at(await schema());
    await ok(set(path, 10, 20));
    const first = await untilIt(path, ({ last_run_id }) => last_run_id !== null);
    await runUntil(project.as.writer, first.last_run_id ?? '');
    await test.db.query(`UPDATE test_data SET status = 'used' WHERE run_id = $1`, [first.last_run_id]);
    await test.db.query(
      `UPDATE job_runs SET state = 'failed', error = 'The disk is full', finished_at = clock_timestamp()
       WHERE id = $1`,
      [first.last_run_id],
    );
    const failed = await untilIt(path, ({ last_error }) => last_error !== null);
    expect(failed).toMatchObject({ last_error: 'The disk is full', is_enabled: true, last_run_id: first.last_run_id });
    await again(path.schemaId);
    const second = await untilIt(path, ({ last_run_id }) => last_run_id !== first.last_run_id);
    await runUntil(project.as.writer, second.last_run_id ?? '');
    const forgiven = await untilIt(path, ({ last_error }) => last_error === null);
    expect(forgiven).toMatchObject({ retry_at: null, is_enabled: true });
    expect(await active(path)).toBe(20);
  });

  it('is left alone where it is archived, and switched off where its person may not any more', async () => {
    const [schemaId, other] = [await schema(), await schema()];
    const [archived, lost] = [at(schemaId, await secondEnvironment(project, 'Archived')), at(other)];
    const client = project.as.admin;
    await ok(api.updateSchema({ client, path: { id: schemaId }, body: { description: 'x' } }));
    await ok(
      stockOf(test, project, schemaId, { envId: archived.envId })
        .sample(3)
        .then(() => set(archived, 3, 5)),
    );
    await ok(api.updateEnvironment({ client, path: { id: archived.envId }, body: { status: 'archived' } }));
    await test.db.query(
      `UPDATE test_data SET status = 'used' WHERE stock_id IN (SELECT id FROM stocks WHERE schema_id = $1)`,
      [schemaId],
    );
    await stockOf(test, project, other).sample(1);
    await ok(set(lost, 1, 5));
    await test.db.query(`UPDATE project_access SET permission = 'read' WHERE user_id = $1`, [project.userIds.writer]);
    await test.db.query(
      `UPDATE test_data SET status = 'used' WHERE stock_id IN (SELECT id FROM stocks WHERE schema_id = $1)`,
      [other],
    );
    const found = await untilIt(lost, ({ is_enabled }) => !is_enabled);
    expect(found.last_error).toMatch(/needs the permission write/);
    await test.db.query(`UPDATE project_access SET permission = 'write' WHERE user_id = $1`, [project.userIds.writer]);
    // The workers have looked at both by now.
    expect(await threshold(archived)).toMatchObject({ is_enabled: true, last_run_id: null, last_error: null });
  });

  it('is set by those who may start runs there, with numbers that fit', async () => {
    const path = at(await schema(), await secondEnvironment(project, 'Guarded'));
    const client = project.as.admin;
    expect(await problem(set(path, 5, 4))).toMatchObject({ status: 422, errors: [{ pointer: '/top_up_to' }] });
    const much = await problem(set(path, 5, 1_000_000_000));
    expect(much).toMatchObject({ status: 422, errors: [{ pointer: '/top_up_to', code: 'max' }] });
    await ok(api.updateEnvironment({ client, path: { id: path.envId }, body: { is_protected: true } }));
    expect(await problem(set(path, 1, 2))).toMatchObject({ status: 403 });
    const body = { at_least: 1, top_up_to: 2, is_enabled: false };
    const made = await ok(api.setStockThreshold({ client, path, body }));
    expect(made).toMatchObject({ is_enabled: false, runs_as: project.userIds.admin });
    expect(await problem(api.deleteStockThreshold({ client: project.as.writer, path }))).toMatchObject({ status: 403 });
    await ok(api.deleteStockThreshold({ client, path }));
    const none = await problem(api.getStockThreshold({ client, path }));
    expect(none).toMatchObject({ status: 404, code: 'threshold.not_found' });
    expect(await runs(path.schemaId)).toEqual([]);
  });
});
