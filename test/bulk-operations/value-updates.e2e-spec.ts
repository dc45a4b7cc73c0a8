import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as api from '../../libs/client/generated/sdk.gen.js';
import type { StartValueUpdate } from '../../libs/client/generated/types.gen.js';
import { startApi, type TestApi } from '../support/api.js';
import { givenProject, ok, problem, type TestProject } from '../support/project.js';
import type { Program } from '../support/program.js';
import { runUntil } from '../support/runs.js';
import { startWorker } from '../support/worker.js';
import { send } from '../http/raw.js';
import { stockOf, type TestStock } from '../test-data/stock.js';

const PERSON = [
  { name: 'first', type: 'string' as const, required: true, max: 10 },
  { name: 'country', type: 'string' as const },
  { name: 'email', type: 'string' as const, template: '{first}@test.com' },
  { name: 'age', type: 'number' as const, min: 0, max: 120 },
  { name: 'limit', type: 'number' as const },
  { name: 'constructor', type: 'boolean' as const },
];

describe('setting values of many records', () => {
  let test: TestApi;
  let project: TestProject;
  let worker: Program;
  let names = 0;

  beforeAll(async () => {
    test = await startApi();
    project = await givenProject(test);
    worker = await startWorker(test.db.url);
  });
  afterAll(async () => {
    await worker.stop();
    await test.close();
  });

  const client = () => project.as.writer;
  const body = (
    stock: TestStock,
    more: Partial<StartValueUpdate> & Pick<StartValueUpdate, 'values'>,
  ): StartValueUpdate => ({
    project_id: project.id,
    environment_ids: [project.environmentId],
    schema_ids: [stock.path.schemaId],
    ...more,
  });
  const update = async (stock: TestStock, more: Partial<StartValueUpdate> & Pick<StartValueUpdate, 'values'>) => {
    const { id } = await ok(api.bulkUpdate({ client: client(), body: body(stock, more) }));
    await runUntil(client(), id);
    return ok(api.getRun({ client: client(), path: { id } }));
  };
  const filled = async (schema: Parameters<TestProject['schema']>, rows: object[]) => {
    const { id } = await project.schema(`${schema[0]} ${(names += 1)}`, schema[1], schema[2]);
    const stock = stockOf(test, project, id);
    for (const row of rows) await stock.create(row as Record<string, unknown>);
    return stock;
  };
  const values = async (stock: TestStock) => (await stock.rows()).map(({ data_values }) => data_values);
  const lines = async (runId: string): Promise<{ id: string; problems: { code: string; pointer: string }[] }[]> => {
    const link = await ok(api.linkRunFile({ client: client(), path: { id: runId }, body: { name: 'rejected.jsonl' } }));
    const { pathname, search } = new URL(link.url, 'http://x');
    const { text } = await send(test, 'GET', pathname + search);
    return text.trim().split('\n').map((line) => JSON.parse(line) as never); // prettier-ignore
  };

  it('sets them in what the filter names, makes anew what is made of them, and takes away what is null', async () => {
    const rows = ['a', 'b', 'c', 'd', 'e'].map((first, i) => ({ first, age: i, country: 'UK', constructor: true }));
    const stock = await filled(['Person', PERSON], rows);
    const before = await values(stock);
    const filter = { values: { age: { gte: 1 } } };
    const dry = await update(stock, { filter, values: { first: 'zoe' }, dry_run: true });
    expect(dry).toMatchObject({ type: 'set_values', state: 'succeeded', done: 4, total: 4, rejected: 0 });
    expect(dry.result).toMatchObject({ updated: 4, dry_run: true });
    expect(await values(stock)).toEqual(before);
    const run = await update(stock, { filter, values: { first: 'zoe', country: null, constructor: false } });
    expect(run).toMatchObject({
      state: 'succeeded',
      done: 4,
      total: 4,
      rejected: 0,
      result: { updated: 4, unchanged: 0 },
    });
    const zoe = { first: 'zoe', email: 'zoe@test.com', country: null, constructor: false };
    expect(await values(stock)).toEqual([before[0], ...before.slice(1).map((old) => ({ ...old, ...zoe }))]);
    expect((await update(stock, { filter, values: zoe })).result).toMatchObject({ updated: 0, unchanged: 4 });
  });

  it('leaves records as they are that would break a rule of several fields or a reference, and lists them', async () => {
    const users = await filled(['User', [{ name: 'n', type: 'string' }]], [{ n: 'x' }]);
    const { id: schemaId } = await ok(
      api.createSchema({
        client: project.as.admin,
        path: { projectId: project.id },
        body: {
          name: 'Ruled',
          schema_definition: {
            fields: [
              { name: 'age', type: 'number', min: 0 },
              { name: 'limit', type: 'number' },
              { name: 'user', type: 'reference', reference_schema_id: users.path.schemaId },
            ],
            rules: [{ check: 'age <= limit', message: 'age is over the limit' }],
          },
        },
      }),
    );
    const stock = stockOf(test, project, schemaId);
    const made = [];
    for (const limit of [5, 50, 7, 70, 9]) made.push(await stock.create({ age: 1, limit }));
    const run = await update(stock, { values: { age: 10 } });
    expect(run).toMatchObject({ state: 'succeeded', done: 2, rejected: 3, total: 5, result: { updated: 2 } });
    expect((await values(stock)).map(({ age }) => age)).toEqual([1, 10, 1, 10, 1]);
    const told = await lines(run.id);
    expect(told.map(({ id }) => id)).toEqual([made[0]?.id, made[2]?.id, made[4]?.id]);
    expect(told[0]?.problems).toMatchObject([{ code: 'rule', pointer: '/age' }]);
    const dangling = await update(stock, { values: { user: project.id } });
    expect(dangling).toMatchObject({ done: 0, rejected: 5 });
    expect((await lines(dangling.id))[0]?.problems).toMatchObject([{ code: 'reference', pointer: '/user' }]);
  });

  it('keeps what is unique: the first record gets the value, the others keep theirs', async () => {
    const fields = [
      { name: 'code', type: 'string' as const, unique: true },
      { name: 'area', type: 'string' as const },
      { name: 'no', type: 'number' as const },
    ];
    const rows = [1, 2, 3, 4].map((no) => ({ code: `c${no}`, area: no < 3 ? 'a' : 'b', no: no % 2 }));
    const stock = await filled(['Keyed', fields, { unique: [['area', 'no']] }], rows);
    const one = await update(stock, { values: { code: 'same' }, filter: { values: { area: { eq: 'b' } } } });
    expect(one).toMatchObject({ done: 1, rejected: 1, result: { updated: 1 } });
    expect((await values(stock)).map(({ code }) => code)).toEqual(['c1', 'c2', 'same', 'c4']);
    expect((await lines(one.id))[0]?.problems).toMatchObject([{ code: 'unique' }]);
    const all = await update(stock, { values: { area: 'a' } });
    expect(all).toMatchObject({ done: 2, rejected: 2, result: { updated: 0, unchanged: 2 } });
    // What was given up is free, and what was kept is not.
    await stock.create({ code: 'c3', area: 'c', no: 1 });
    expect(await stock.refuse({ code: 'c4', area: 'c', no: 0 })).toMatchObject({ code: 'record.duplicate' });
    expect(await stock.refuse({ code: 'new', area: 'b', no: 1 })).toMatchObject({ code: 'record.duplicate' });
    const keys = await test.db.query<{ n: number }>('SELECT count(*)::integer AS n FROM test_data_keys');
    expect(keys[0]?.n).toBe(10);
    const dry = await update(stock, {
      values: { code: 'once' },
      dry_run: true,
      filter: { values: { area: { eq: 'a' } } },
    });
    expect(dry.done + dry.rejected).toBe(2);
    await stock.create({ code: 'once', area: 'd', no: 0 });
  });

  it('refuses values that no record could have, before it starts', async () => {
    const stock = await filled(['Person', PERSON], [{ first: 'a' }]);
    const refused = async (given: Record<string, unknown>) =>
      (await problem(api.bulkUpdate({ client: client(), body: body(stock, { values: given }) }))).errors;
    expect(await refused({})).toMatchObject([{ pointer: '/values', code: 'empty' }]);
    expect(await refused({ age: 121 })).toMatchObject([{ pointer: '/values/age', code: 'max' }]);
    expect(await refused({ nick: 1 })).toMatchObject([{ pointer: '/values/nick', code: 'unknown_field' }]);
    expect(await refused({ first: null })).toMatchObject([{ pointer: '/values/first', code: 'required' }]);
  });
});
