import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { testSettings } from '../../libs/config/test-settings.js';
import { buildGate, type Gate } from '../support/gate.js';
import { type Backend, describeOnEachQueue, HAS_REDIS, startRedis } from '../support/redis.js';
import { givenWorkshop, type Workshop } from './workshop.js';

const ROWS = testSettings().isLong ? 2_000_000 : 100_000;
const OUTAGE = testSettings().isLong ? 30_000 : 6_000;

const expectExact = async (workshop: Workshop, id: string): Promise<void> => {
  expect(await workshop.end(id)).toMatchObject({ state: 'succeeded', done: ROWS, total: ROWS });
  expect(await workshop.stored(id)).toEqual({ rows: ROWS, ids: ROWS });
};

describeOnEachQueue('a run whose queue loses everything', (backend) => {
  let workshop: Workshop;
  let gate: Gate;
  afterEach(async () => {
    await gate.remove();
    await workshop.close();
  });

  it('goes on: with what is in hand, and with what only the tables know of', async () => {
    workshop = await givenWorkshop(backend);
    gate = await buildGate(workshop.test.db);
    await gate.shut();
    await workshop.worker({ WORKER_CONCURRENCY: '2' });
    const id = await workshop.generate(ROWS);
    await gate.untilHeld(2);
    await workshop.queue.lose(workshop.test.db);
    await gate.open();
    await expectExact(workshop, id);
  });

  it('is taken up where it was lost before any worker saw it', async () => {
    workshop = await givenWorkshop(backend);
    gate = await buildGate(workshop.test.db);
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
    const workshop = await givenWorkshop(backend);
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
