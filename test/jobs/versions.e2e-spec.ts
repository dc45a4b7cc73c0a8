import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Queue } from 'bullmq';
import { readConfig } from '../../libs/config/config.js';
import { QUEUE, queueConnection } from '../../libs/jobs/backend.js';
import { describeOnEachQueue } from '../support/redis.js';
import { until } from '../support/until.js';
import { givenWorkshop, type Workshop } from './workshop.js';

describeOnEachQueue('a job from a newer version of the program', (backend) => {
  let workshop: Workshop;
  let queue: Queue;
  beforeAll(async () => {
    workshop = await givenWorkshop(backend);
    const config = readConfig({ DATABASE_URL: workshop.test.db.url, ...workshop.queue.variables });
    queue = new Queue(QUEUE, queueConnection(config, 'worker'));
    await queue.waitUntilReady();
  });
  afterAll(async () => {
    await queue.close();
    await workshop.close();
  });

  const untilDelayed = async (jobId: string): Promise<void> => {
    let state = '';
    const isDelayed = async (): Promise<boolean> => (state = await queue.getJobState(jobId)) === 'delayed';
    await until(isDelayed, () => `the job to be delayed, which is ${state}`, 10_000);
  };

  it('is left to newer workers, and is done once one takes it', async () => {
    const id = await workshop.generate(100);
    const job = await queue.getJob(`${id}.0`);
    const payload = job?.data as { v: number };
    await job?.updateData({ ...payload, v: payload.v + 1 });
    await workshop.worker();
    await untilDelayed(`${id}.0`);
    const other = await workshop.generate(100);
    expect(await workshop.end(other)).toMatchObject({ state: 'succeeded', done: 100 });
    expect(await workshop.until(id, () => true)).toMatchObject({ state: 'queued', done: 0, error: null });
    expect(await workshop.slices(id)).toMatchObject([{ attempts: 0 }]);
    // What this version understands stands for a worker that understands more.
    await job?.updateData(payload);
    expect(await workshop.end(id)).toMatchObject({ state: 'succeeded', done: 100 });
    expect(await workshop.slices(id)).toMatchObject([{ attempts: 1 }]);
  });

  it('is left alone where this version does not know such jobs at all', async () => {
    await queue.add('brand_new', { v: 1 }, { jobId: 'new', attempts: 1, priority: 1 });
    await workshop.someWorker();
    await untilDelayed('new');
    expect(await workshop.end(await workshop.generate(100))).toMatchObject({ state: 'succeeded' });
    expect(await queue.getJob('new')).toMatchObject({ attemptsMade: 0 });
  });
});
