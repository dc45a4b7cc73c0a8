import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApi, type TestApi } from '../support/api.js';
import type { Program } from '../support/program.js';
import { startWorker } from '../support/worker.js';
import { answersOf, readGuide, stepsOf, withoutIds } from './guide.js';

describe('the guide', () => {
  let test: TestApi;
  let worker: Program;

  beforeAll(async () => {
    test = await startApi();
    worker = await startWorker(test.db.url);
  });
  afterAll(async () => {
    await worker.stop();
    await test.close();
  });

  it('shows what TestLake answers', async () => {
    const steps = stepsOf(await readGuide());
    const answers = await answersOf(steps, test.url);
    expect(answers).toHaveLength(steps.length);
    const shown = steps.map(({ requests, answers }) => ({ requests, answers: withoutIds(answers ?? '') }));
    const given = steps.map(({ requests }, i) => ({ requests, answers: withoutIds(answers[i] ?? '') }));
    expect(given).toEqual(shown);
    // The page is long: half a minute on two processors that have nothing else to do.
  }, 300_000);
});
