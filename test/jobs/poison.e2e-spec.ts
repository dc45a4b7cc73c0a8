import { afterEach, beforeEach, expect, it } from '@jest/globals';
import * as api from '../../libs/client/generated/sdk.gen.js';
import { ok } from '../support/project.js';
import { describeOnEachQueueIfLong } from '../support/redis.js';
import { givenWorkshop, type Workshop } from './workshop.js';

const ROWS = 20_000;
const NUMBERED = [{ name: 'n', type: 'number' as const, sequence: { start: 0 }, required: true }];

describeOnEachQueueIfLong('a run with a part that always fails', (backend) => {
  let workshop: Workshop;
  beforeEach(async () => {
    workshop = await givenWorkshop(backend);
  });
  afterEach(() => workshop.close());

  it('fails with the reason, keeps nobody waiting meanwhile, and does only what is missing when it is retried', async () => {
    const id = await workshop.generate(ROWS, NUMBERED);
    await workshop.test.db.query(`
      CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE 'row 12345 is poison'; END $$;
      CREATE TRIGGER refuse BEFORE INSERT ON test_data FOR EACH ROW
        WHEN (NEW.run_id = '${id}' AND NEW.data_values ->> 'n' = '12345') EXECUTE FUNCTION refuse();`);
    await workshop.worker();
    const other = await workshop.generate(ROWS);
    expect(await workshop.end(other)).toMatchObject({ state: 'succeeded', done: ROWS });
    const failed = await workshop.end(id);
    expect(failed).toMatchObject({ state: 'failed', done: ROWS - 5_000 });
    expect(failed.error).toBe('Slice 2 failed: row 12345 is poison');
    expect((await workshop.slices(id)).map(({ state, attempts }) => [state, attempts])).toEqual([
      ['done', 1],
      ['done', 1],
      ['running', 5],
      ['done', 1],
    ]);
    expect(await workshop.stored(id)).toMatchObject({ rows: failed.done });
    await workshop.test.db.query('DROP TRIGGER refuse ON test_data');
    await ok(api.retryRun({ client: workshop.client, path: { id } }));
    expect(await workshop.end(id)).toMatchObject({ state: 'succeeded', done: ROWS, error: null });
    expect(await workshop.stored(id)).toEqual({ rows: ROWS, ids: ROWS });
    expect((await workshop.slices(id)).map(({ attempts }) => attempts)).toEqual([1, 1, 6, 1]);
  });
});
