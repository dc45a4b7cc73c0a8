import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as api from '../../libs/client/generated/sdk.gen.js';
import type { RunResponse, StartComparison } from '../../libs/client/generated/types.gen.js';
import { download } from '../exports/export-file.js';
import { startApi, type TestApi } from '../support/api.js';
import { givenProject, ok, problem, type TestProject } from '../support/project.js';
import type { Program } from '../support/program.js';
import { runUntil } from '../support/runs.js';
import { startWorker } from '../support/worker.js';
import { secondEnvironment, stockOf, type TestStock } from '../test-data/stock.js';

interface Difference {
  schema: string;
  difference: string;
  key: Record<string, unknown> | null;
  here: string | null;
  there: string | null;
  changed: Record<string, [unknown, unknown]> | null;
}
type Values = Record<string, unknown>;

describe('comparing two environments', () => {
  let test: TestApi;
  let worker: Program;
  let project: TestProject;
  let staging: string;
  let users: string;

  beforeAll(async () => {
    test = await startApi();
    worker = await startWorker(test.db.url);
    project = await givenProject(test);
    staging = await secondEnvironment(project);
    users = await schema('User', [
      { name: 'email', type: 'string', unique: true },
      { name: 'age', type: 'number' },
      { name: 'home', type: 'object', fields: [{ name: 'city', type: 'string' }] },
    ]);
  });
  afterAll(async () => {
    await worker.stop();
    await test.close();
  });

  const schema = async (...given: Parameters<TestProject['schema']>) => (await project.schema(...given)).id;
  const sides = (schemaId: string): [TestStock, TestStock] => [
    stockOf(test, project, schemaId),
    stockOf(test, project, schemaId, { envId: staging }),
  ];
  /** Makes records on both sides; answers their ids. */
  const fill = async (schemaId: string, here: Values[], there: Values[]): Promise<[string[], string[]]> => {
    const make = async (stock: TestStock, all: Values[]): Promise<string[]> => {
      const ids: string[] = [];
      for (const values of all) ids.push((await stock.create(values)).id);
      return ids;
    };
    const [left, right] = sides(schemaId);
    return [await make(left, here), await make(right, there)];
  };
  const order = (schemas?: StartComparison['schemas']): StartComparison => ({
    from_environment_id: project.environmentId,
    to_environment_id: staging,
    ...(schemas ? { schemas } : {}),
  });
  const start = (body: StartComparison) =>
    api.compareEnvironments({ client: project.as.reader, path: { projectId: project.id }, body });
  const compare = async (
    schemas?: StartComparison['schemas'],
  ): Promise<{ run: RunResponse; differences: Difference[] }> => {
    const { id } = await ok(start(order(schemas)));
    const run = await runUntil(project.as.reader, id);
    if (run.state !== 'succeeded') throw new Error(`${run.state}: ${run.error}`);
    const { text } = await download(test, project.as.reader, id, 'differences.jsonl');
    const differences = text.split('\n').filter(Boolean);
    return { run, differences: differences.map((line) => JSON.parse(line) as Difference) };
  };
  const byKey = (all: Difference[]) => all.sort((a, b) => (JSON.stringify(a.key) < JSON.stringify(b.key) ? -1 : 1));

  it('tells which records are only here, only there and different, and how', async () => {
    const [here, there] = await fill(
      users,
      [
        { email: 'same@x.io', age: 1, home: { city: null } },
        { email: 'changed@x.io', age: 2, home: { city: 'Rome' } },
        { email: 'here@x.io' },
        { email: 'more@x.io', age: 4 },
        { age: 5 },
      ],
      [
        { email: 'there@x.io' },
        { email: 'changed@x.io', age: 3, home: { city: 'Rome' } },
        { email: 'same@x.io', age: 1, home: {} },
        { email: 'more@x.io', age: null, home: { city: 'Oslo' } },
      ],
    );
    const { run, differences } = await compare([{ schema_id: users }]);
    const line = { schema: 'User', here: null, there: null, changed: null };
    expect(byKey(differences)).toEqual(
      [
        { ...line, difference: 'without_key', key: null, here: here[4] },
        {
          ...{ ...line, difference: 'different', key: { email: 'changed@x.io' } },
          ...{ here: here[1], there: there[1], changed: { age: [2, 3] } },
        },
        { ...line, difference: 'only_here', key: { email: 'here@x.io' }, here: here[2] },
        {
          ...{ ...line, difference: 'different', key: { email: 'more@x.io' }, here: here[3], there: there[3] },
          changed: { age: [4, null], home: [null, { city: 'Oslo' }] },
        },
        { ...line, difference: 'only_there', key: { email: 'there@x.io' }, there: there[0] },
      ].sort((a, b) => (JSON.stringify(a.key) < JSON.stringify(b.key) ? -1 : 1)),
    );
    const figures = {
      ...{ same: 1, different: 2, only_here: 1, only_there: 1, without_key_here: 1, without_key_there: 0 },
      ...{ duplicates_here: 0, duplicates_there: 0 },
    };
    expect(run).toMatchObject({ type: 'compare', schema_id: users, environment_id: null, total: 9, done: 9 });
    expect((await ok(api.getRun({ client: project.as.reader, path: { id: run.id } }))).result).toEqual({
      ...figures,
      file: 'differences.jsonl',
      schemas: [{ schema_id: users, name: 'User', key: ['email'], ...figures, ignored_references: [] }],
    });
  });

  it('compares by the key and for the fields and records that were asked for', async () => {
    const { run, differences } = await compare([
      { schema_id: users, key: ['age'], ignore: ['email', 'home'], filter: { values: { age: { lte: 3 } } } },
    ]);
    expect(run.result).toMatchObject({ same: 1, different: 0, only_here: 1, only_there: 1 });
    expect(byKey(differences).map(({ key }) => key)).toEqual([{ age: 2 }, { age: 3 }]);
  });

  it('reports records that share a key with one that was compared', async () => {
    const id = await schema('Visit', [
      { name: 'place', type: 'string' },
      { name: 'day', type: 'number' },
      { name: 'guests', type: 'number' },
    ]);
    const visit = (place: string, day: number, guests: number) => ({ place, day, guests });
    const [here, there] = await fill(
      id,
      [visit('a', 1, 1), visit('a', 1, 2), visit('a', 1, 3), visit('b', 1, 1)],
      [visit('a', 1, 1), visit('a', 1, 9), visit('b', 1, 1), visit('b', 1, 1)],
    );
    const { run, differences } = await compare([{ schema_id: id, key: ['place', 'day'] }]);
    expect(run.result).toMatchObject({ same: 2, different: 0, duplicates_here: 2, duplicates_there: 2 });
    const told = differences.map(({ difference, key, here, there }) => ({ difference, key, here, there }));
    expect(told).toHaveLength(3);
    expect(told).toEqual(
      expect.arrayContaining([
        { difference: 'duplicate', key: { place: 'a', day: 1 }, here: here[1], there: there[1] },
        { difference: 'duplicate', key: { place: 'a', day: 1 }, here: here[2], there: null },
        { difference: 'duplicate', key: { place: 'b', day: 1 }, here: null, there: there[3] },
      ]),
    );
  });

  it('compares references by the key of what they point at, wherever they are', async () => {
    const product = await schema('Product', [{ name: 'sku', type: 'string', unique: true }]);
    const log = await schema('Log', [{ name: 'text', type: 'string' }]);
    const reference = (name: string, reference_schema_id: string) => ({
      ...{ name, reference_schema_id },
      type: 'reference' as const,
    });
    const sale = await schema('Sale', [
      { name: 'no', type: 'number', unique: true },
      reference('main', product),
      reference('log', log),
      { name: 'all', type: 'array', items: { type: 'reference', reference_schema_id: product } },
      {
        ...{ name: 'lines', type: 'array' },
        items: { type: 'object', fields: [reference('product', product), { name: 'count', type: 'number' }] },
      },
    ]);
    const [ours, theirs] = await fill(product, [{ sku: 'A' }, { sku: 'B' }], [{ sku: 'B' }, { sku: 'A' }]);
    const [[ourLog], [theirLog]] = await fill(log, [{ text: 'x' }], [{ text: 'y' }]);
    const [a, b] = ours;
    const [thereB, thereA] = theirs;
    const sold = (no: number, main: unknown, log: unknown, all: unknown[], lines: unknown[]) => ({
      ...{ no, main, log, all, lines },
    });
    await fill(
      sale,
      [sold(1, a, ourLog, [a, b], [{ product: b, count: 1 }]), sold(2, a, ourLog, [a, b], [{ product: b, count: 1 }])],
      [
        sold(1, thereA, theirLog, [thereA, thereB], [{ product: thereB, count: 1 }]),
        sold(2, thereB, theirLog, [thereB, thereA], [{ product: thereA, count: 1 }]),
      ],
    );
    const { run, differences } = await compare([{ schema_id: sale }]);
    expect(run.result).toMatchObject({ same: 1, different: 1, schemas: [{ ignored_references: ['log'] }] });
    expect(differences).toEqual([
      expect.objectContaining({
        key: { no: 2 },
        changed: {
          main: ['A', 'B'],
          all: [
            ['A', 'B'],
            ['B', 'A'],
          ],
          lines: [[{ product: 'B', count: 1 }], [{ product: 'A', count: 1 }]],
        },
      }),
    ]);
    const two = await compare([{ schema_id: product }, { schema_id: sale, key: ['main'] }]);
    expect(two.run).toMatchObject({ schema_id: null, total: 8, done: 8 });
    expect(two.run.result).toMatchObject({
      schemas: [
        { name: 'Product', same: 2 },
        { name: 'Sale', key: ['main'] },
      ],
    });
  });

  it('takes a value for the same that was stored under an earlier name', async () => {
    const { id, schema_definition: definition } = await project.schema('Renamed', [
      { name: 'code', type: 'string', unique: true },
      { name: 'old', type: 'string' },
    ]);
    const [left, right] = sides(id);
    await left.create({ code: 'c', old: 'v' });
    const [code, old] = definition.fields;
    const fields = [
      { ...code, name: 'number', type: 'string' as const },
      { ...old, name: 'new', type: 'string' as const },
    ];
    const body = { schema_definition: { fields } };
    await ok(api.updateSchema({ client: project.as.writer, path: { id }, body }));
    await right.create({ number: 'c', new: 'v' });
    const { run } = await compare([{ schema_id: id }]);
    expect(run.result).toMatchObject({ same: 1, schemas: [{ key: ['number'] }] });
  });

  it('refuses what cannot be compared, and says where', async () => {
    const keyless = await schema('Keyless', [{ name: 'tags', type: 'array', items: { type: 'string' } }]);
    const refuse = async (schemas: StartComparison['schemas']) => {
      const { status, code, errors } = await problem(start(order(schemas)));
      return { status, code, pointers: errors.map(({ pointer }) => pointer) };
    };
    expect(await refuse([{ schema_id: users }, { schema_id: keyless }])).toEqual({
      ...{ status: 422, code: 'comparison.no_key' },
      pointers: ['/schemas/1/key'],
    });
    expect(await refuse([{ schema_id: keyless, key: ['tags'], ignore: ['none'] }])).toMatchObject({
      ...{ status: 422, code: 'comparison.invalid' },
      pointers: ['/schemas/0/ignore/0', '/schemas/0/key/0'],
    });
    expect(await refuse([{ schema_id: users, filter: { values: { none: { eq: 1 } } } }])).toMatchObject({
      pointers: ['/schemas/0/filter/values/none'],
    });
    // All schemas of the project, one of which has no key.
    expect(await refuse(undefined)).toMatchObject({ status: 422, code: 'comparison.no_key' });
    const same = { ...order(), to_environment_id: project.environmentId };
    expect((await problem(start(same))).errors).toMatchObject([{ pointer: '/to_environment_id' }]);
    const other = await givenProject(test);
    const foreign = { ...order(), to_environment_id: other.environmentId };
    expect(await problem(start(foreign))).toMatchObject({ status: 404, code: 'environment.not_found' });
    const schemas = [{ schema_id: (await other.schema('Foreign', [{ name: 'a', type: 'string' }])).id }];
    expect(await problem(start(order(schemas)))).toMatchObject({ status: 404, code: 'schema.not_found' });
  });

  it('finds nothing different in a hundred thousand records but what is', async () => {
    const id = await schema('Many', [
      { name: 'email', type: 'string', format: 'email', unique: true },
      { name: 'age', type: 'number', min: 1, max: 99, integer: true },
    ]);
    for (const [envId, count] of [
      [project.environmentId, 50_000],
      [staging, 49_990],
    ] as const) {
      const path = { schemaId: id, envId };
      const run = await ok(api.generate({ client: project.as.writer, path, body: { count, seed: 'same' } }));
      expect((await runUntil(project.as.writer, run.id)).state).toBe('succeeded');
    }
    const { run, differences } = await compare([{ schema_id: id }]);
    expect(run).toMatchObject({ total: 99_990, done: 99_990 });
    expect(run.result).toMatchObject({ same: 49_990, different: 0, only_here: 10, only_there: 0 });
    expect(differences).toHaveLength(10);
  });
});
