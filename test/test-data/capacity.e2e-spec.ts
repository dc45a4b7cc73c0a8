import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as api from '../../libs/client/generated/sdk.gen.js';
import type { SchemaDefinitionDto } from '../../libs/client/generated/types.gen.js';
import { startApi, type TestApi } from '../support/api.js';
import { givenProject, ok, problem, type TestProject } from '../support/project.js';
import type { Program } from '../support/program.js';
import { runUntil } from '../support/runs.js';
import { startWorker } from '../support/worker.js';
import { stockOf, type TestStock } from './stock.js';

type Field = SchemaDefinitionDto['fields'][number];

const choice = (name: string, values: number, rules: Partial<Field> = {}): Field => ({
  name,
  type: 'options',
  options: Array.from({ length: values }, (_, i) => `${name}${i + 1}`),
  ...rules,
});

describe('bulk runs and what is in use', () => {
  let test: TestApi;
  let project: TestProject;
  let worker: Program;

  beforeAll(async () => {
    test = await startApi();
    [project, worker] = await Promise.all([givenProject(test), startWorker(test.db.url)]);
  });
  afterAll(async () => {
    await worker.stop();
    await test.close();
  });

  const given = async (name: string, fields: Field[], unique: string[][] = []): Promise<TestStock> =>
    stockOf(test, project, (await project.schema(name, fields, { unique })).id);
  const start = ({ path }: TestStock, count: number, seed: string) =>
    api.generate({ client: project.as.writer, path, body: { count, seed } });
  /** Makes exactly so many rows by a run. */
  const make = async (stock: TestStock, count: number, seed: string): Promise<void> => {
    const run = await runUntil(project.as.reader, (await ok(start(stock, count, seed))).id);
    expect([run.state, run.done, run.error]).toEqual(['succeeded', count, null]);
  };
  /** The detail of the refusal. */
  const refuse = async (stock: TestStock, count: number): Promise<string> => {
    const refused = await problem(start(stock, count, 'one too many'));
    expect(refused).toMatchObject({ status: 409, code: 'generation.not_enough_values' });
    return refused.detail;
  };
  const valuesOf = async (stock: TestStock, ...names: string[]): Promise<string[]> =>
    (await stock.rows()).map(({ data_values }) => names.map((name) => data_values[name]).join());

  it('make all rows of a small space over several runs with different seeds, and refuse one more', async () => {
    const code = { name: 'code', type: 'string' as const, regex: '^[A-Z][01][0-9]$', unique: true, required: true };
    const stock = await given('Small space', [code]);
    expect(await refuse(stock, 521)).toMatch(/code.* 520 .*at most 520 .*521/);
    await make(stock, 300, 'a');
    await make(stock, 150, 'b');
    await make(stock, 69, 'c');
    expect(await refuse(stock, 2)).toMatch(/code.* 520 .* 519 .*at most 1 .*2/);
    await make(stock, 1, 'd');
    expect(await refuse(stock, 1)).toMatch(/code.* 520 .*at most 0 .*1/);
    expect(new Set(await valuesOf(stock, 'code')).size).toBe(520);
    expect(await stock.rows()).toHaveLength(520);
  });

  it('name the key with the fewest values left, which need not be the one with the fewest values', async () => {
    const fields = [choice('gate', 5, { unique: true }), choice('seat', 8, { unique: true })];
    const stock = await given('Two keys', fields);
    const path = { id: stock.path.schemaId };
    const { capacity } = await ok(api.previewSchema({ client: project.as.reader, path, body: {} }));
    expect(capacity).toEqual({
      at_least: 5,
      exact: true,
      bound_by: 'gate',
      keys: [
        { fields: ['gate'], at_least: 5, exact: true },
        { fields: ['seat'], at_least: 8, exact: true },
      ],
    });
    for (let i = 1; i <= 6; i += 1) await stock.create({ seat: `seat${i}` });
    expect(await refuse(stock, 3)).toMatch(/seat.* 8 .* 6 .*at most 2 .*3/);
    await make(stock, 2, 'any');
    expect((await valuesOf(stock, 'seat')).sort()).toEqual(Array.from({ length: 8 }, (_, i) => `seat${i + 1}`));
    expect(await refuse(stock, 1)).toMatch(/seat.* 8 .*at most 0 .*1/);
    expect(await stock.rows()).toHaveLength(8);
  });

  it('name the one of keys that share a field', async () => {
    const unique = [
      ['room', 'host'],
      ['room', 'day'],
    ];
    const stock = await given('Shared field', [choice('room', 3), choice('host', 2), choice('day', 3)], unique);
    const pairs = ['1,1', '1,2', '2,1', '2,2', '3,3'].map((pair) => pair.split(','));
    for (const [room, day] of pairs) await stock.create({ room: `room${room}`, day: `day${day}` });
    expect(await refuse(stock, 5)).toMatch(/room, day.* 9 .* 5 .*at most 4 .*5/);
    // This seed deals all four that are free.
    await make(stock, 4, 'seed 1');
    expect(new Set(await valuesOf(stock, 'room', 'day')).size).toBe(9);
    expect(await refuse(stock, 1)).toMatch(/room, day.* 9 .* 9 .*at most 0 .*1/);
  });

  it('go on where rows may have no value of a key of which all are in use', async () => {
    const stock = await given('Gaps', [choice('gate', 4, { unique: true, null_rate: 0.5 })]);
    for (let i = 1; i <= 4; i += 1) await stock.create({ gate: `gate${i}` });
    await make(stock, 1, 'seed 0');
    expect((await valuesOf(stock, 'gate')).filter((gate) => gate === '')).toHaveLength(1);
    expect(await refuse(stock, 5)).toMatch(/gate.* 4 .*at most 4 .*5/);
  });

  it('count only values that can be made: not those of an earlier definition', async () => {
    const n: Field = { name: 'n', type: 'number', min: 1, max: 10, unique: true, required: true };
    const stock = await given('Changed', [n]);
    await make(stock, 8, 'a');
    const body = { schema_definition: { fields: [{ ...n, min: 9, max: 15 }] } };
    await ok(api.updateSchema({ client: project.as.writer, path: { id: stock.path.schemaId }, body }));
    const kept = (await valuesOf(stock, 'n')).filter((value) => Number(value) >= 9).length;
    expect(await refuse(stock, 8 - kept)).toMatch(new RegExp(`n has 7 .* ${kept} .*at most ${7 - kept} `));
    await make(stock, 7 - kept, 'b');
    expect(await refuse(stock, 1)).toMatch(/n has 7 .* 7 .*at most 0 /);
  });

  it('count only values that can be made: not typed-in ones that no row would have', async () => {
    const stock = await given('Typed in', [{ name: 'code', type: 'string', regex: '^[A-B][0-9]', unique: true }]);
    for (const code of ['A0-special', 'B9-special', 'A5']) await stock.create({ code });
    expect(await refuse(stock, 20)).toMatch(/code has 20 .* 1 .*at most 19 /);
    await make(stock, 19, 'a');
  });

  it('count only records that can be named: not those that were handed out for good', async () => {
    const user = await given('User', [{ name: 'name', type: 'string' }]);
    const users = await user.sample(6);
    const reference = { reference_schema_id: user.path.schemaId, cardinality: 'one_to_one' as const, required: true };
    const profile = await given('Profile', [{ name: 'user', type: 'reference', ...reference }]);
    for (const { id } of users.slice(0, 4)) {
      await profile.create({ user: id });
      await ok(api.markRecordUsed({ client: project.as.writer, path: { id } }));
    }
    await profile.create({ user: users[4]?.id });
    expect(await refuse(profile, 2)).toMatch(/user has 2 .* 1 .*at most 1 /);
    await make(profile, 1, 'a');
    expect(await refuse(profile, 1)).toMatch(/user has 2 .* 2 .*at most 0 /);
  });

  it('use every value of several keys over many runs and calls', async () => {
    const n = { name: 'n', type: 'number' as const, min: 1, max: 60, unique: true };
    const stock = await given('Together', [choice('gate', 60, { unique: true }), n]);
    for (const [i, count] of [20, 15, 1, 12, 1].entries()) await make(stock, count, `run ${i}`);
    for (const [i, count] of [5, 3, 2, 1].entries()) await stock.sample(count, `call ${i}`);
    for (const name of ['gate', 'n']) expect(new Set(await valuesOf(stock, name)).size).toBe(60);
    expect(await refuse(stock, 1)).toMatch(/(gate|n) has 60 .* 60 .*at most 0 /);
    expect(await stock.refuseSample({ count: 1 })).toMatchObject({ code: 'generation.not_enough_values' });
  });

  it('leave out values that break a rule, which no other draw could mend', async () => {
    const fields = [{ name: 'n', type: 'number' as const, min: 1, max: 3_000, unique: true, required: true }];
    const rules = [{ check: 'n != 7', message: 'not seven' }];
    const body = { name: 'But one', schema_definition: { fields, rules } };
    const { id } = await ok(api.createSchema({ client: project.as.admin, path: { projectId: project.id }, body }));
    const stock = stockOf(test, project, id);
    await make(stock, 2_990, 'a');
    await stock.sample(9, 'b');
    const values = await valuesOf(stock, 'n');
    expect([new Set(values).size, values.includes('7')]).toEqual([2_999, false]);
    expect(await stock.refuseSample({ count: 1 })).toMatchObject({ status: 409 });
  });

  it('count what binds, and not what follows from it in an older form', async () => {
    const u = (regex: string) => ({ name: 'u', type: 'string' as const, regex, unique: true, required: true });
    const mail = { name: 'mail', type: 'string' as const, template: '{u}@x.com', unique: true };
    const stock = await given('Carried', [u('^[A-C]$'), mail]);
    await make(stock, 3, 'a');
    const body = { schema_definition: { fields: [u('^[D-F]$'), mail] } };
    await ok(api.updateSchema({ client: project.as.writer, path: { id: stock.path.schemaId }, body }));
    await make(stock, 2, 'b');
    await stock.sample(1);
    expect((await valuesOf(stock, 'mail')).length).toBe(6);
  });
});
