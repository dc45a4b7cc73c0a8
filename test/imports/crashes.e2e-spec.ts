import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { testSettings } from '../../libs/config/test-settings.js';
import * as api from '../../libs/client/generated/sdk.gen.js';
import type { SchemaDefinitionDto } from '../../libs/client/generated/types.gen.js';
import { givenWorkshop, type Workshop } from '../jobs/workshop.js';
import { ok } from '../support/project.js';
import { peakMegabytes } from '../../libs/process/peak-memory.js';
import { describeOnEachQueueIfLong } from '../support/redis.js';
import { until } from '../support/until.js';
import { SOON } from '../support/worker.js';
import { importing, type TestImport } from './importing.js';

const { isLong } = testSettings();
const ROWS = isLong ? 2_000_000 : 30_000;
const SETTINGS = { ...SOON, SLICE_ROWS: isLong ? '5000' : '2500' };
const PLAIN = [
  { name: 'login', type: 'string' as const, required: true },
  { name: 'age', type: 'number' as const, max: 120 },
];
const KEYED = [{ ...PLAIN[0]!, unique: true }, PLAIN[1]!];

/** Every thousandth row is refused. */
const FILE = `login,age\n${Array.from({ length: ROWS }, (_, i) => `user${i},${i % 1_000 === 999 ? 121 : i % 100}\n`).join('')}`;
const GOOD = ROWS - ROWS / 1_000;

describeOnEachQueueIfLong('an import that is disturbed', (backend) => {
  let workshop: Workshop;
  let schemas = 0;

  beforeAll(async () => {
    workshop = await givenWorkshop(backend, SETTINGS);
  });
  afterEach(() => workshop.cancelAll());
  afterAll(() => workshop.close());

  const given = async (fields: typeof PLAIN): Promise<TestImport> => {
    const { id } = await workshop.project.schema(`Disturbed ${(schemas += 1)}`, fields);
    return importing(workshop.test, workshop.project, id);
  };
  const rowsOf = async (runId: string) => {
    const text = `SELECT count(*)::integer AS rows, count(DISTINCT data_values ->> 'login')::integer AS logins FROM test_data WHERE run_id = $1`;
    return (await workshop.test.db.query<{ rows: number; logins: number }>(text, [runId]))[0];
  };
  const whole = async (into: TestImport, runId: string): Promise<void> => {
    const run = await workshop.end(runId);
    expect(run).toMatchObject({ error: null, state: 'succeeded', total: ROWS, done: GOOD, rejected: ROWS / 1_000 });
    expect(await rowsOf(runId)).toEqual({ rows: GOOD, logins: GOOD });
    const rejected = (await into.download(runId, 'rejected.csv')).split('\n').slice(1, -1);
    expect(rejected.map((line) => Number(line.split(',')[0])).sort((a, b) => a - b)).toEqual(
      Array.from({ length: ROWS / 1_000 }, (_, i) => (i + 1) * 1_000 + 1),
    );
  };

  it.each([
    ['without unique fields', PLAIN],
    ['with one', KEYED],
  ] as const)('stores every row once where its workers are killed: %s', async (_, fields) => {
    const into = await given([...fields]);
    await workshop.someWorker();
    const { id } = await into.start(FILE);
    let done = 0;
    for (let kills = 0; kills < 2; kills += 1) {
      const run = await workshop.until(id, (now) => now.done > done);
      expect(run.state).toBe('running');
      done = run.done;
      await workshop.rest();
      await workshop.worker();
    }
    await whole(into, id);
  });

  it('stores all or nothing where its worker is killed in the middle', async () => {
    const into = await given(KEYED);
    await workshop.someWorker();
    const { id } = await into.start(FILE.replaceAll(',121\n', ',1\n'), { mode: 'all_or_nothing' });
    await workshop.until(id, (run) => run.done > 0);
    expect(await into.values()).toEqual([]);
    await workshop.rest();
    expect(await into.values()).toEqual([]);
    await workshop.worker();
    expect(await workshop.end(id)).toMatchObject({ state: 'succeeded', done: ROWS, rejected: 0 });
    expect(await rowsOf(id)).toEqual({ rows: ROWS, logins: ROWS });
  });

  it('stops within two seconds when it is cancelled, though it is all in one piece', async () => {
    const into = await given(KEYED);
    await workshop.someWorker();
    const { id } = await into.start(FILE, { mode: 'all_or_nothing' });
    await workshop.until(id, (run) => run.done > 0);
    const cancelled = await ok(api.cancelRun({ client: workshop.client, path: { id } }));
    expect(cancelled).toMatchObject({ state: 'cancelled', done: 0 });
    const { db } = workshop.test;
    const [clock] = await db.query<{ now: Date }>('SELECT clock_timestamp() AS now');
    const older = `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND xact_start < $1`;
    const areOver = async (): Promise<boolean> => (await db.query(older, [clock?.now])).length === 0;
    await until(areOver, 'the end of what was going on when it was cancelled', 2_000);
    expect(await into.values()).toEqual([]);
  });

  const changing = async () => {
    const { id } = await workshop.project.schema(`Changing ${(schemas += 1)}`, PLAIN);
    const into = importing(workshop.test, workshop.project, id);
    // Nobody takes the run up before the schema has changed.
    await workshop.rest();
    const run = await into.start(FILE);
    const change = async (fields: SchemaDefinitionDto['fields']): Promise<void> => {
      const client = workshop.project.as.admin;
      await ok(api.updateSchema({ client, path: { id }, body: { schema_definition: { fields } } }));
      await workshop.worker();
    };
    return { into, run, change };
  };

  it('goes on as it began where the schema changes', async () => {
    const { into, run, change } = await changing();
    await change([{ ...PLAIN[0]! }, { name: 'age', type: 'number', max: 10 }]);
    await whole(into, run.id);
  });

  it('ends where the keys of the schema change', async () => {
    const { run, change } = await changing();
    await change([...PLAIN, { name: 'code', type: 'string', unique: true }]);
    const ended = await workshop.end(run.id);
    expect(ended).toMatchObject({ state: 'failed', error: expect.stringContaining('unique keys') });
    expect((await rowsOf(run.id))?.rows).toBe(ended.done);
  });

  // Other systems do not tell.
  const itOnLinux = process.platform === 'linux' ? it : it.skip;

  itOnLinux('holds no file in memory', async () => {
    const into = await given(PLAIN);
    const worker = await workshop.someWorker();
    // Twenty million rows in the long form; in the short one, a file that is itself larger than what is allowed.
    const more = FILE.slice('login,age\n'.length);
    const padding = `,${'x'.repeat(10_000)}\n`;
    const file = isLong
      ? [FILE, ...Array<string>(9).fill(more)]
      : [
          'login,age,note\n',
          ...more
            .split('\n')
            .slice(0, -1)
            .map((line) => line + padding),
        ];
    expect(await into.run(new Blob(file), { ignore_unknown: true })).toMatchObject({ state: 'succeeded' });
    expect(peakMegabytes(worker.pid)).toBeLessThan(300);
    expect(peakMegabytes(workshop.test.program.pid)).toBeLessThan(300);
  });
});
