import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { testSettings } from '../../libs/config/test-settings.js';
import { shutOut } from '../support/outage.js';
import { describeOnEachQueue } from '../support/redis.js';
import { SOON } from '../support/worker.js';
import { givenWorkshop, wide, type Workshop } from './workshop.js';

const { isLong } = testSettings();
/** Longer than all the tries that the queue gives a job, in the long form; than two of them, in the short one. */
const OUTAGE = isLong ? 15_000 : 2_000;
/** Of 18 kB each: slices of less than a thousand rows. */
const WIDE_ROWS = isLong ? 30_000 : 4_000;
const NARROW_ROWS = isLong ? 400_000 : 200_000;

describeOnEachQueue('a run that is disturbed', (backend) => {
  let workshop: Workshop;

  beforeAll(async () => {
    workshop = await givenWorkshop(backend, SOON);
  });
  afterEach(() => workshop.cancelAll());
  afterAll(() => workshop.close());

  const expectExact = async (id: string, rows: number): Promise<void> => {
    expect(await workshop.end(id)).toMatchObject({ state: 'succeeded', done: rows });
    expect(await workshop.stored(id)).toEqual({ rows, ids: rows });
  };

  it('lets a worker that is told to stop end within ten seconds, wide as its rows may be, and another one make the rest', async () => {
    const first = await workshop.someWorker();
    const id = await workshop.generate(WIDE_ROWS, wide(80));
    await workshop.until(id, (run) => run.state === 'running');
    const asked = Date.now();
    const exit = once(first.process, 'exit');
    first.process.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
    expect(Date.now() - asked).toBeLessThan(10_000);
    expect((await workshop.until(id, () => true)).state).toBe('running');
    await workshop.worker();
    await expectExact(id, WIDE_ROWS);
  });

  it('goes on where the database was away for a while', async () => {
    await workshop.someWorker();
    const id = await workshop.generate(NARROW_ROWS);
    expect((await workshop.until(id, (run) => run.done > 0)).state).toBe('running');
    const letIn = await shutOut(workshop.test.db);
    await pause(OUTAGE);
    await letIn();
    expect((await workshop.until(id, () => true)).state).toBe('running');
    await expectExact(id, NARROW_ROWS);
  });
});
