import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { testSettings } from '../../libs/config/test-settings.js';
import * as api from '../../libs/client/generated/sdk.gen.js';
import { givenProject, ok, type TestProject } from '../support/project.js';
import { describeOnEachQueue } from '../support/redis.js';
import { runUntil } from '../support/runs.js';
import { givenWorkshop, NARROW, wide, type Workshop } from './workshop.js';

const LARGE = testSettings().isLong ? 10_000_000 : 1_000_000;
const TRIES = testSettings().isLong ? 50 : 5;

describeOnEachQueue('a small run beside a large one of another project', (backend) => {
  let workshop: Workshop;
  let other: TestProject;
  let schemaId: string;
  beforeAll(async () => {
    workshop = await givenWorkshop(backend);
    other = await givenProject(workshop.test);
    schemaId = (await other.schema('Small', NARROW)).id;
    await workshop.worker();
  });
  afterEach(() => workshop.cancelAll());
  afterAll(() => workshop.close());

  /** Milliseconds from the request to the end of a run of 100 rows. */
  const small = async (): Promise<number> => {
    const client = other.as.writer;
    const asked = Date.now();
    const path = { schemaId, envId: other.environmentId };
    const { id } = await ok(api.generate({ client, path, body: { count: 100 } }));
    expect(await runUntil(client, id)).toMatchObject({ state: 'succeeded', done: 100 });
    return Date.now() - asked;
  };
  const measure = async (large: string[]): Promise<number[]> => {
    for (const id of large) await workshop.until(id, ({ state }) => state === 'running');
    const waits: number[] = [];
    for (let i = 0; i < TRIES; i += 1) waits.push(await small());
    const states = await Promise.all(large.map(async (id) => (await workshop.until(id, () => true)).state));
    // Otherwise nothing was measured.
    expect(states).toContain('running');
    return waits;
  };

  it('ends within two seconds', async () => {
    const waits = await measure([await workshop.generate(LARGE)]);
    expect(Math.max(...waits)).toBeLessThan(2_000);
  });

  it('ends within two seconds beside three of them, one with wide rows', async () => {
    const large = [
      await workshop.generate(LARGE),
      await workshop.generate(LARGE),
      await workshop.generate(LARGE / 20, wide(40)),
    ];
    const waits = await measure(large);
    expect(Math.max(...waits)).toBeLessThan(2_000);
  });
});
