import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { testSettings } from '../../libs/config/test-settings.js';
import * as api from '../../libs/client/generated/sdk.gen.js';
import { buildGate, type Gate } from '../support/gate.js';
import { ok } from '../support/project.js';
import { describeOnEachQueue } from '../support/redis.js';
import { until } from '../support/until.js';
import { SOON } from '../support/worker.js';
import { givenWorkshop, type Workshop } from './workshop.js';

const ROWS = testSettings().isLong ? 1_000_000 : 20_000;
/** Parts of a run that are in the queue at a time: a worker has them all in hand. */
const PARTS = 4;
const SETTINGS = { ...SOON, WORKER_CONCURRENCY: String(PARTS) };

describeOnEachQueue('a run whose workers are stopped by force', (backend) => {
  let workshop: Workshop;
  let gate: Gate;

  beforeAll(async () => {
    workshop = await givenWorkshop(backend, SETTINGS);
    gate = await buildGate(workshop.test.db);
  });
  afterAll(() => workshop.close());
  beforeEach(() => gate.shut());
  afterEach(async () => {
    await gate.open();
    await workshop.cancelAll();
  });

  const expectExact = async (id: string): Promise<void> => {
    expect(await workshop.end(id)).toMatchObject({ state: 'succeeded', done: ROWS, total: ROWS });
    expect(await workshop.stored(id)).toEqual({ rows: ROWS, ids: ROWS });
  };
  const attempts = async (id: string): Promise<number[]> =>
    (await workshop.slices(id)).slice(0, PARTS).map((slice) => slice.attempts);
  /** Waits until all parts in hand are in this attempt, with their rows written and nothing committed. */
  const untilAttempt = async (id: string, attempt: number): Promise<void> => {
    const all = String(Array(PARTS).fill(attempt));
    let now = '';
    const areThere = async (): Promise<boolean> => (now = String(await attempts(id))) === all;
    await until(areThere, () => `the attempts ${all}, where there are ${now}`, 30_000);
    await gate.untilHeld(PARTS);
  };

  it('ends with the exact rows where the same parts are killed twice', async () => {
    const first = await workshop.someWorker();
    const id = await workshop.generate(ROWS);
    await untilAttempt(id, 1);
    await first.kill('SIGKILL');
    const second = await workshop.worker();
    await untilAttempt(id, 2);
    await second.kill('SIGKILL');
    await workshop.worker();
    await untilAttempt(id, 3);
    expect(await workshop.stored(id)).toEqual({ rows: 0, ids: 0 });
    await gate.open();
    await expectExact(id);
    expect(await attempts(id)).toEqual([3, 3, 3, 3]);
  });

  it('ends with the exact rows where a worker comes back that was thought dead, and goes on to work', async () => {
    const stopped = await workshop.someWorker();
    const id = await workshop.generate(ROWS);
    await untilAttempt(id, 1);
    await stopped.kill('SIGSTOP');
    const other = await workshop.worker();
    await untilAttempt(id, 2);
    await stopped.kill('SIGCONT');
    await gate.open();
    await expectExact(id);
    await other.kill('SIGKILL');
    const next = await workshop.generate(ROWS);
    await expectExact(next);
  });

  it('commits nothing for an attempt that is not the latest any more, even where nobody has ended it', async () => {
    await workshop.someWorker();
    const id = await workshop.generate(ROWS);
    await untilAttempt(id, 1);
    // As another worker does that cannot see this one's connection.
    const text = 'UPDATE job_slices SET attempt = attempt + 1, updated_at = now() WHERE run_id = $1 AND no = 0';
    await workshop.test.db.query(text, [id]);
    await gate.open();
    await expectExact(id);
    expect((await attempts(id))[0]).toBe(3);
  });

  it('fails with the reason after ten attempts of a part that takes its worker down each time, and can be retried', async () => {
    let worker = await workshop.someWorker();
    const id = await workshop.generate(ROWS);
    await untilAttempt(id, 1);
    if (!testSettings().isLong) await workshop.test.db.query('UPDATE job_slices SET attempt = 9 WHERE attempt = 1');
    for (let attempt = testSettings().isLong ? 2 : 10; attempt <= 10; attempt += 1) {
      await worker.kill('SIGKILL');
      worker = await workshop.worker();
      await untilAttempt(id, attempt);
    }
    await worker.kill('SIGKILL');
    await workshop.worker();
    const failed = await workshop.end(id);
    expect(failed).toMatchObject({ state: 'failed', done: 0 });
    expect(failed.error).toMatch(/^Slice \d did not end in 10 attempts: each time its worker was killed/);
    await gate.open();
    await ok(api.retryRun({ client: workshop.client, path: { id } }));
    await expectExact(id);
  });
});
