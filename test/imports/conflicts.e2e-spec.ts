import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as api from '../../libs/client/generated/sdk.gen.js';
import { startApi, type TestApi } from '../support/api.js';
import { givenProject, ok, type TestProject } from '../support/project.js';
import type { Program } from '../support/program.js';
import { startWorker } from '../support/worker.js';
import { importing } from './importing.js';

const FIELDS = [
  { name: 'login', type: 'string' as const, unique: true, required: true },
  { name: 'code', type: 'number' as const, unique: true },
  { name: 'note', type: 'string' as const },
];

describe('rows whose unique values others have', () => {
  let test: TestApi;
  let project: TestProject;
  let worker: Program;
  let schemas = 0;

  beforeAll(async () => {
    test = await startApi({ SLICE_ROWS: '1000' });
    project = await givenProject(test);
    worker = await startWorker(test.db.url, { SLICE_ROWS: '1000' });
  });
  afterAll(async () => {
    await worker.stop();
    await test.close();
  });

  /** A stock with two records. */
  const given = async () => {
    const { id } = await project.schema(`Keyed ${(schemas += 1)}`, FIELDS);
    const path = { schemaId: id, envId: project.environmentId };
    const records = [];
    for (const data_values of [
      { login: 'a@x', code: 1, note: 'old' },
      { login: 'b@x', code: 2, note: 'old' },
    ]) {
      records.push((await ok(api.createRecord({ client: project.as.writer, path, body: { data_values } }))).id);
    }
    return { into: importing(test, project, id), records, path };
  };
  const keysOf = async (schemaId: string) =>
    test.db.query<{ value: string; note: string }>(
      `SELECT kept.value, record.data_values ->> 'note' AS note
       FROM stocks AS stock JOIN stock_keys AS key ON key.stock_id = stock.id
       JOIN test_data_keys AS kept ON kept.key_id = key.id JOIN test_data AS record ON record.id = kept.record_id
       WHERE stock.schema_id = $1 ORDER BY kept.value COLLATE "C"`,
      [schemaId],
    );
  const notes = async (into: Awaited<ReturnType<typeof given>>['into']) =>
    (await into.values()).map(({ login, code, note }) => [login, code, note].join(' ')).sort();

  /** In the file: c is there twice; a takes the free code 3; d has the login of nobody and the code of b; e meets two at once. */
  const FILE = 'login,code,note\nc@x,5,first\na@x,3,new\nc@x,6,second\nd@x,2,new\na@x,2,two\ne@x,1,free\n';

  it('are refused, each with the key', async () => {
    const { into } = await given();
    const run = await into.run(FILE);
    expect(run).toMatchObject({ done: 1, rejected: 5, result: { inserted: 1, replaced: 0, skipped: 0 } });
    const rejected = await into.download(run.id, 'rejected.csv');
    expect(rejected.split('\n').slice(1, -1)).toEqual([
      '3,"another record has the same login",a@x,3,new',
      '4,"another record has the same login",c@x,6,second',
      '5,"another record has the same code",d@x,2,new',
      '6,"another record has the same login, and the same code",a@x,2,two',
      '7,"another record has the same code",e@x,1,free',
    ]);
    expect(await notes(into)).toEqual(['a@x 1 old', 'b@x 2 old', 'c@x 5 first']);
  });

  it('are skipped', async () => {
    const { into } = await given();
    const run = await into.run(FILE, { on_conflict: 'skip' });
    expect(run).toMatchObject({
      state: 'succeeded',
      done: 6,
      rejected: 0,
      result: { inserted: 1, skipped: 5 },
      files: [],
    });
    expect(await notes(into)).toEqual(['a@x 1 old', 'b@x 2 old', 'c@x 5 first']);
  });

  it.each([false, true])('replace these records, which keep their ids (all or nothing: %s)', async (whole) => {
    const { into, records, path } = await given();
    await ok(api.markRecordUsed({ client: project.as.writer, path: { id: records[0] ?? '' } }));
    const file = whole ? FILE.replace('a@x,2,two\n', '') : FILE;
    const run = await into.run(file, { on_conflict: 'replace', ...(whole ? { mode: 'all_or_nothing' } : {}) });
    expect(run).toMatchObject({
      error: null,
      done: 5,
      rejected: whole ? 0 : 1,
      result: { inserted: 2, replaced: 3, skipped: 0 },
    });
    // The code 1, which a has given up, went to a new record.
    expect(await notes(into)).toEqual(['a@x 3 new', 'c@x 6 second', 'd@x 2 new', 'e@x 1 free']);
    const client = project.as.reader;
    expect(await ok(api.getRecord({ client, path: { id: records[0] ?? '' } }))).toMatchObject({
      status: 'used',
      data_values: { login: 'a@x', code: 3, note: 'new' },
    });
    expect((await ok(api.getRecord({ client, path: { id: records[1] ?? '' } }))).data_values).toMatchObject({
      login: 'd@x',
    });
    expect(await keysOf(path.schemaId)).toEqual([
      { value: '"a@x"', note: 'new' },
      { value: '"c@x"', note: 'second' },
      { value: '"d@x"', note: 'new' },
      { value: '"e@x"', note: 'free' },
      { value: '1', note: 'free' },
      { value: '2', note: 'new' },
      { value: '3', note: 'new' },
      { value: '6', note: 'second' },
    ]);
  });

  it.each(['reject', 'skip', 'replace'] as const)(
    'are told by a dry run, which changes nothing (%s)',
    async (on_conflict) => {
      const { into, path } = await given();
      const before = [await into.values(), await keysOf(path.schemaId)];
      // Over two slices: what the second one meets is in the first.
      const filler = Array.from({ length: 1_500 }, (_, i) => `f${i}@x,${100 + i},f\n`).join('');
      const [head, ...rows] = FILE.split(/(?<=\n)/);
      const file = `${head}${rows[0]}${filler}${rows.slice(1).join('')}`;
      const dry = await into.run(file, { on_conflict, dry_run: true });
      expect([await into.values(), await keysOf(path.schemaId)]).toEqual(before);
      const real = await into.run(file, { on_conflict });
      const { inserted, replaced, skipped } = real.result;
      expect(dry).toMatchObject({ state: 'succeeded', done: real.done, rejected: real.rejected });
      expect(dry.result).toMatchObject({ inserted, replaced, skipped, dry_run: true });
      expect(dry.files).toEqual(real.files);
      if (real.rejected > 0) {
        expect(await into.download(dry.id, 'rejected.csv')).toBe(await into.download(real.id, 'rejected.csv'));
      }
    },
  );

  it('keep a file out as a whole where all or nothing is wanted', async () => {
    const { into } = await given();
    const run = await into.run(FILE, { mode: 'all_or_nothing' });
    expect(run).toMatchObject({ state: 'failed', done: 0, rejected: 5, error: expect.stringContaining('5 of 6 rows') });
    expect(run.files).toMatchObject([{ name: 'rejected.csv', rows: 5 }]);
    expect(await into.values()).toHaveLength(2);
    await ok(api.retryRun({ client: project.as.writer, path: { id: run.id } }));
    const fine = await into.run('login,code\nz@x,9\ny@x,8\n', { mode: 'all_or_nothing' });
    expect(fine).toMatchObject({ state: 'succeeded', done: 2, rejected: 0 });
  });

  it('go to one of two imports at once', async () => {
    const { id } = await project.schema('Shared', FIELDS.slice(0, 1));
    const into = importing(test, project, id);
    const file = (from: number) => `login\n${Array.from({ length: 6_000 }, (_, i) => `u${from + i}@x\n`).join('')}`;
    const runs = await Promise.all([
      into.run(file(0)),
      into.run(file(3_000)),
      into.run(file(1_000), { mode: 'all_or_nothing', on_conflict: 'skip' }),
    ]);
    expect(runs.map(({ state }) => state)).toEqual(['succeeded', 'succeeded', 'succeeded']);
    const logins = (await into.values()).map(({ login }) => login);
    expect(new Set(logins).size).toBe(9_000);
    expect(logins).toHaveLength(9_000);
    expect(runs.reduce((sum, { result }) => sum + Number(result.inserted), 0)).toBe(9_000);
  });
});
