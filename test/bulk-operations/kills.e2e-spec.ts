import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import * as api from '../../libs/client/generated/sdk.gen.js';
import { givenWorkshop, type Workshop } from '../jobs/workshop.js';
import { ok } from '../support/project.js';
import { describeOnEachQueueIfLong } from '../support/redis.js';
import { SOON } from '../support/worker.js';
import { stockOf } from '../test-data/stock.js';

const ROWS = 10_000;
const SLICES = { SLICE_ROWS: '500' };
const EMAIL = [{ name: 'email', type: 'string' as const, required: true, unique: true }];

describeOnEachQueueIfLong('an operation on many records', (backend) => {
  let workshop: Workshop;
  let schemaId: string;

  beforeAll(async () => {
    workshop = await givenWorkshop(backend, SOON);
  });
  beforeEach(async () => {
    await workshop.someWorker(SLICES);
    const run = await workshop.end(await workshop.generate(ROWS, EMAIL));
    schemaId = run.schema_id ?? '';
  });
  afterEach(() => workshop.cancelAll());
  afterAll(() => workshop.close());

  const as = () => workshop.client;
  const envId = () => workshop.project.environmentId;
  const body = () => ({ project_id: workshop.project.id, environment_ids: [envId()], schema_ids: [schemaId] });
  const stock = () => ok(api.getStock({ client: as(), path: { schemaId, envId: envId() } }));

  it('that is killed twice ends with every record done once', async () => {
    const { id } = await ok(api.bulkDelete({ client: as(), body: body() }));
    for (const rows of [1_000, 4_000]) {
      expect((await workshop.until(id, ({ done }) => done >= rows)).state).toBe('running');
      await workshop.rest();
      const { active } = await stock();
      expect(await stockOf(workshop.test, workshop.project, schemaId).rows()).toHaveLength(active);
      await workshop.worker(SLICES);
    }
    expect(await workshop.end(id)).toMatchObject({ state: 'succeeded', done: ROWS, result: { deleted: ROWS } });
    expect(await stock()).toMatchObject({ total: 0 });
    expect(await workshop.test.db.query('SELECT FROM test_data_keys')).toEqual([]);
  }, 120_000);

  it('that is cancelled has done what it says, and the rest when it is retried', async () => {
    const reason = 'Closed';
    const { id } = await ok(api.bulkInvalidate({ client: as(), body: { ...body(), reason } }));
    await workshop.until(id, ({ done }) => done >= 1_000);
    const { done } = await ok(api.cancelRun({ client: as(), path: { id } }));
    expect(done).toBeLessThan(ROWS);
    // What is in hand then is rolled back.
    await workshop.rest('SIGTERM');
    expect(await stock()).toMatchObject({ invalid: done, active: ROWS - done });
    await ok(api.retryRun({ client: as(), path: { id } }));
    await workshop.worker(SLICES);
    expect(await workshop.end(id)).toMatchObject({ state: 'succeeded', done: ROWS, result: { invalidated: ROWS } });
    expect(await stock()).toMatchObject({ invalid: ROWS, active: 0 });
  });
});
