import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as api from '../../libs/client/generated/sdk.gen.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { ok } from '../support/project.js';
import { givenWorkshop, type Workshop } from './workshop.js';

const WINDOW = 4;

// PostgreSQL may choose such a plan from whatever it knows of the tables at the moment; of these here it knows too little.
describe('the window of a run, where subqueries run again for every row that asks', () => {
  let workshop: Workshop;
  let db: TestDatabase;

  beforeAll(async () => {
    db = await createDatabase();
    const name = new URL(db.url).pathname.slice(1);
    for (const way of ['hashjoin', 'mergejoin', 'hashagg', 'sort', 'material', 'memoize']) {
      await db.query(`ALTER DATABASE ${name} SET enable_${way} = off`);
    }
    workshop = await givenWorkshop(undefined, { SLICE_ROWS: '100' }, db);
  });
  afterAll(() => workshop.close());

  it('has as many slices as it is wide, also when the run is taken up again', async () => {
    const id = await workshop.generate(5_000);
    const queued = async () => (await workshop.slices(id)).filter(({ state }) => state === 'queued').length;
    expect(await queued()).toBe(WINDOW);
    await ok(api.cancelRun({ client: workshop.client, path: { id } }));
    await ok(api.retryRun({ client: workshop.client, path: { id } }));
    expect(await queued()).toBe(WINDOW);
  });
});
