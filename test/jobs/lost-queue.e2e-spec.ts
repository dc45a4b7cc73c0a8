import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { testSettings } from '../../libs/config/test-settings.js';
import { buildGate, type Gate } from '../support/gate.js';
import { type Backend, describeOnEachQueue, HAS_REDIS, startRedis } from '../support/redis.js';
import { SOON } from '../support/worker.js';
import { givenWorkshop, type Workshop } from './workshop.js';

const { isLong } = testSettings();
/** More slices than the queue is given at a time. */
const ROWS = isLong ? 2_000_000 : 60_000;
/** Longer than a worker takes for what it has in hand. */
const OUTAGE = isLong ? 30_000 : 2_000;

const expectExact = async (workshop: Workshop, id: string): Promise<void> => {
  expect(await workshop.end(id)).toMatchObject({ state: 'succeeded', done: ROWS, total: ROWS });
  expect(await workshop.stored(id)).toEqual({ rows: ROWS, ids: ROWS });
};

describeOnEachQueue('a run whose queue loses everything', (backend) => {
  let workshop: Workshop;
  let gate: Gate;
  beforeAll(async () => {
    workshop = await givenWorkshop(backend, SOON);
    gate = await buildGate(workshop.test.db);
  });
  afterEach(async () => {
    await gate.open();
    await workshop.rest();
    await workshop.cancelAll();
  });
  afterAll(() => workshop.close());

  it('goes on: with what is in hand, and with what only the tables know of', async () => {
    await gate.shut();
    await workshop.worker({ WORKER_CONCURRENCY: '2' });
    const id = await workshop.generate(ROWS);
    await gate.untilHeld(2);
    await workshop.queue.lose(workshop.test.db);
    await gate.open();
    await expectExact(workshop, id);
  });

  it('is taken up where it was lost before any worker saw it', async () => {
    const id = await workshop.generate(ROWS);
    await workshop.queue.lose(workshop.test.db);
    await workshop.worker();
    await expectExact(workshop, id);
  });
});

const onRedis = HAS_REDIS ? describe : describe.skip;
onRedis('a run whose Redis is down for a while', () => {
  it('goes on when it is back, empty, and so does one that was asked for meanwhile', async () => {
    const redis = await startRedis();
    const variables = { REDIS_URL: redis.url };
    const backend: Backend = {
      name: 'Redis',
      start: async () => ({ variables, lose: async () => undefined, stop: () => redis.stop() }),
    };
    const workshop = await givenWorkshop(backend, SOON);
    try {
      await workshop.worker();
      const id = await workshop.generate(ROWS);
      await workshop.until(id, ({ done }) => done > 0);
      await redis.kill();
      const meanwhile = await workshop.generate(ROWS);
      await pause(OUTAGE);
      await redis.start();
      await expectExact(workshop, id);
      await expectExact(workshop, meanwhile);
    } finally {
      await workshop.close();
    }
  });
});
