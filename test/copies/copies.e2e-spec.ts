import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as api from '../../libs/client/generated/sdk.gen.js';
import type { SchemaResponse } from '../../libs/client/generated/types.gen.js';
import { startApi, type TestApi } from '../support/api.js';
import { givenProject, ok, problem, type TestProject } from '../support/project.js';
import type { Program } from '../support/program.js';
import { runUntil } from '../support/runs.js';
import { startWorker } from '../support/worker.js';
import { copy, givenEnvironment, keysOf, recordsOf, skippedOf, typeIn } from './places.js';

const NUMBERED = [
  { name: 'no', type: 'number' as const, required: true },
  { name: 'note', type: 'string' as const },
];

describe('a copy between environments', () => {
  let test: TestApi;
  let project: TestProject;
  const workers: Program[] = [];
  let names = 0;

  const start = async (): Promise<void> => {
    workers.push(await startWorker(test.db.url, { SLICE_ROWS: '2000' }));
  };
  const values = async (schema: SchemaResponse, place: string): Promise<Record<string, unknown>[]> =>
    (await recordsOf(test, schema.id, place)).map(({ data_values }) => data_values);
  const numbers = async (schema: SchemaResponse, place: string): Promise<unknown[]> =>
    (await values(schema, place)).map(({ no }) => no).sort((a, b) => Number(a) - Number(b));
  const numbered = async (count: number): Promise<{ schema: SchemaResponse; from: string }> => {
    const schema = await project.schema(`Numbered ${(names += 1)}`, NUMBERED);
    const from = await givenEnvironment(project);
    await typeIn(
      project.as.writer,
      schema.id,
      from,
      Array.from({ length: count }, (_, no) => ({ no })),
    );
    return { schema, from };
  };

  beforeAll(async () => {
    test = await startApi({ SLICE_ROWS: '2000' });
    project = await givenProject(test);
    await start();
  });
  afterAll(async () => {
    await Promise.all(workers.map((worker) => worker.stop()));
    await test.close();
  });

  it('copies what a filter means, up to a limit, into several environments', async () => {
    const { schema, from } = await numbered(10);
    const [one, two] = [await givenEnvironment(project), await givenEnvironment(project)];
    const body = {
      from_environment_id: from,
      to_environment_ids: [one, two],
      filter: { values: { no: { gte: 3 } } },
      limit: 4,
    };
    const dry = await copy(project.as.writer, { ...body, dry_run: true });
    expect(dry).toMatchObject({ state: 'succeeded', done: 0, result: { records: 8, schemas: { [schema.name]: 4 } } });
    expect(await numbers(schema, one)).toEqual([]);
    const run = await copy(project.as.writer, body);
    expect(run).toMatchObject({
      state: 'succeeded',
      type: 'copy',
      total: 8,
      done: 8,
      rejected: 0,
      result: { copied: 8 },
    });
    for (const place of [one, two]) expect(await numbers(schema, place)).toEqual([3, 4, 5, 6]);
    expect(await numbers(schema, from)).toHaveLength(10);
  });

  it('copies the sample of a seed, the same each time', async () => {
    const { schema, from } = await numbered(40);
    const sampled = async (seed: number): Promise<unknown[]> => {
      const place = await givenEnvironment(project);
      const sample = { size: 12, seed };
      await copy(project.as.writer, { from_environment_id: from, to_environment_ids: [place], sample });
      return numbers(schema, place);
    };
    const [first, again, other] = [await sampled(1), await sampled(1), await sampled(2)];
    expect(first).toHaveLength(12);
    expect(again).toEqual(first);
    expect(other).toHaveLength(12);
    expect(other).not.toEqual(first);
  });

  it('skips records whose unique values are in use, replaces those that have them, or fails', async () => {
    const schema = await project.schema('Keyed', [
      { name: 'email', type: 'string', required: true, unique: true },
      { name: 'badge', type: 'number', unique: true },
      { name: 'note', type: 'string' },
    ]);
    const [from, to] = [await givenEnvironment(project), await givenEnvironment(project)];
    const client = project.as.writer;
    const [, , split] = await typeIn(client, schema.id, from, [
      { email: 'new@x.io', badge: 1, note: 'from' },
      { email: 'same@x.io', badge: 2, note: 'from' },
      { email: 'left@x.io', badge: 4, note: 'from' },
    ]);
    const [same, left] = await typeIn(client, schema.id, to, [
      { email: 'same@x.io', badge: 3, note: 'to' },
      { email: 'left@x.io', badge: 5, note: 'to' },
      { email: 'right@x.io', badge: 4, note: 'to' },
    ]);
    const body = { from_environment_id: from, to_environment_ids: [to] };
    const empty = await givenEnvironment(project);
    const dry = await copy(client, { ...body, to_environment_ids: [to, empty], dry_run: true });
    expect(dry).toMatchObject({ state: 'succeeded', done: 0, result: { records: 6, conflicts: 2 } });
    expect(await recordsOf(test, schema.id, to)).toHaveLength(3);
    expect(await recordsOf(test, schema.id, empty)).toEqual([]);
    const failed = await copy(client, { ...body, on_conflict: 'fail' });
    expect(failed).toMatchObject({ state: 'failed', done: 0 });
    expect(failed.error).toContain('of Keyed has a value of a unique field (email; badge) that is in use there');
    expect(await recordsOf(test, schema.id, to)).toHaveLength(3);

    const replaced = await copy(client, { ...body, on_conflict: 'replace' });
    expect(replaced).toMatchObject({
      state: 'succeeded',
      done: 2,
      rejected: 1,
      result: { copied: 1, replaced: 1, skipped: 1 },
    });
    expect(await skippedOf(test, client, replaced.id)).toMatchObject([
      { schema: 'Keyed', environment_id: to, record_id: split, code: 'conflict' },
    ]);
    const after = await recordsOf(test, schema.id, to);
    const byEmail = new Map(after.map((record) => [record.data_values['email'], record]));
    expect(byEmail.get('same@x.io')).toMatchObject({ id: same, data_values: { badge: 2, note: 'from' } });
    expect(byEmail.get('left@x.io')).toMatchObject({ id: left, data_values: { badge: 5, note: 'to' } });
    expect(byEmail.get('new@x.io')?.data_values).toEqual({ email: 'new@x.io', badge: 1, note: 'from' });
    // Badge 3 is free again, 2 is not.
    await typeIn(client, schema.id, to, [{ email: 'three@x.io', badge: 3 }]);
    const taken = api.createRecord({
      client,
      path: { schemaId: schema.id, envId: to },
      body: { data_values: { email: 'two@x.io', badge: 2 } },
    });
    expect(await problem(taken)).toMatchObject({ status: 409 });

    const skipped = await copy(client, body);
    expect(skipped).toMatchObject({ state: 'succeeded', done: 0, rejected: 3, result: { copied: 0, skipped: 3 } });
    expect(await recordsOf(test, schema.id, to)).toHaveLength(5);
  });

  it('points copied records at copied ones, at those with the same unique value, or at none', async () => {
    const client = project.as.writer;
    const user = await project.schema('Person', [
      { name: 'email', type: 'string', required: true, unique: true },
      { name: 'country', type: 'string' },
    ]);
    const order = await project.schema('Purchase', [
      { name: 'no', type: 'number', required: true },
      { name: 'user', type: 'reference', reference_schema_id: user.id, required: true },
      { name: 'friends', type: 'array', items: { type: 'reference', reference_schema_id: user.id }, min_items: 0 },
      { name: 'giver', type: 'object', fields: [{ name: 'user', type: 'reference', reference_schema_id: user.id }] },
    ]);
    const [from, to] = [await givenEnvironment(project), await givenEnvironment(project)];
    const [copied, there, nowhere] = (await typeIn(client, user.id, from, [
      { email: 'copied@x.io', country: 'UK' },
      { email: 'there@x.io', country: 'IE' },
      { email: 'nowhere@x.io', country: 'IE' },
    ])) as [string, string, string];
    const [namesake] = await typeIn(client, user.id, to, [{ email: 'there@x.io' }]);
    const orders = await typeIn(client, order.id, from, [
      { no: 1, user: copied, friends: [nowhere, there, copied], giver: { user: nowhere } },
      { no: 2, user: there, giver: { user: copied } },
      { no: 3, user: nowhere },
    ]);
    const run = await copy(client, {
      from_environment_id: from,
      to_environment_ids: [to],
      schemas: [{ schema_id: order.id }, { schema_id: user.id, filter: { values: { country: { eq: 'UK' } } } }],
    });
    expect(run).toMatchObject({ state: 'succeeded', done: 3, rejected: 1 });
    const [copy2] = (await recordsOf(test, user.id, to)).filter(
      ({ data_values }) => data_values['email'] === 'copied@x.io',
    );
    const made = (await values(order, to)).sort((a, b) => Number(a['no']) - Number(b['no']));
    expect(made).toEqual([
      { no: 1, user: copy2?.id, friends: [namesake, copy2?.id], giver: {} },
      { no: 2, user: namesake, giver: { user: copy2?.id } },
    ]);
    expect(await skippedOf(test, client, run.id)).toMatchObject([
      {
        schema: 'Purchase',
        record_id: orders[2],
        code: 'reference',
        detail: '/user refers to a record that was not copied',
      },
    ]);
  });

  it('keeps references to records of the same schema, also where these come later or are not copied', async () => {
    const client = project.as.writer;
    const schema = await project.schema('Employee', [{ name: 'no', type: 'number', required: true }]);
    await ok(
      api.updateSchema({
        client: project.as.admin,
        path: { id: schema.id },
        body: {
          schema_definition: {
            fields: [
              ...schema.schema_definition.fields,
              { name: 'boss', type: 'reference', reference_schema_id: schema.id },
            ],
          },
        },
      }),
    );
    const [from, to] = [await givenEnvironment(project), await givenEnvironment(project)];
    const [first, second, third] = await typeIn(client, schema.id, from, [{ no: 1 }, { no: 2 }, { no: 3 }]);
    const bosses = [
      [first, 1, second],
      [second, 2, third],
      [third, 3, third],
    ] as const;
    for (const [id = '', no, boss] of bosses) {
      await ok(api.updateRecord({ client, path: { id }, body: { data_values: { no, boss } } }));
    }
    const run = await copy(client, {
      from_environment_id: from,
      to_environment_ids: [to],
      filter: { values: { no: { lte: 2 } } },
    });
    expect(run).toMatchObject({ state: 'succeeded', done: 2, rejected: 0 });
    const made = await recordsOf(test, schema.id, to);
    const two = made.find(({ data_values }) => data_values['no'] === 2);
    expect(made.map(({ data_values }) => data_values)).toEqual([{ no: 1, boss: two?.id }, { no: 2 }]);
  });

  it('leaves out references to records that will be skipped themselves', async () => {
    const client = project.as.writer;
    const office = await project.schema('Office', [{ name: 'city', type: 'string', required: true }]);
    const worker = await project.schema('Worker', [{ name: 'no', type: 'number', required: true }]);
    const fields = [
      ...worker.schema_definition.fields,
      { name: 'office', type: 'reference' as const, reference_schema_id: office.id, required: true },
      { name: 'boss', type: 'reference' as const, reference_schema_id: worker.id },
    ];
    await ok(
      api.updateSchema({ client: project.as.admin, path: { id: worker.id }, body: { schema_definition: { fields } } }),
    );
    const [from, to] = [await givenEnvironment(project), await givenEnvironment(project)];
    const [here, gone] = await typeIn(client, office.id, from, [{ city: 'Here' }, { city: 'Gone' }]);
    const [one = ''] = await typeIn(client, worker.id, from, [{ no: 1, office: here }]);
    const [two, three] = await typeIn(client, worker.id, from, [
      { no: 2, office: gone },
      { no: 3, office: here },
    ]);
    await ok(
      api.updateRecord({ client, path: { id: one }, body: { data_values: { no: 1, office: here, boss: two } } }),
    );
    await typeIn(client, worker.id, from, [
      { no: 4, office: here, boss: two },
      { no: 5, office: here, boss: three },
    ]);
    const run = await copy(client, {
      from_environment_id: from,
      to_environment_ids: [to],
      schemas: [{ schema_id: worker.id }, { schema_id: office.id, filter: { values: { city: { eq: 'Here' } } } }],
    });
    expect(run).toMatchObject({ state: 'succeeded', done: 5, rejected: 1 });
    const made = await recordsOf(test, worker.id, to);
    const idOf = (no: number) => made.find(({ data_values }) => data_values['no'] === no)?.id;
    expect(made.map(({ data_values }) => [data_values['no'], data_values['boss']])).toEqual([
      [1, undefined],
      [3, undefined],
      [4, undefined],
      [5, idOf(3)],
    ]);
  });

  it('moves records with their unique values, exactly once, also when its worker is killed', async () => {
    const schema = await project.schema('Moved', [
      { name: 'code', type: 'string', required: true, unique: true },
      { name: 'age', type: 'number', min: 1, max: 99 },
    ]);
    const [from, to] = [await givenEnvironment(project), await givenEnvironment(project)];
    const path = { schemaId: schema.id, envId: from };
    const { id } = await ok(api.generate({ client: project.as.writer, path, body: { count: 30_000 } }));
    await runUntil(project.as.writer, id);
    await test.db.query(
      `UPDATE test_data SET status = 'used', lease_expires_at = now() + interval '1 hour' WHERE id IN (SELECT id FROM test_data WHERE run_id = $1 LIMIT 5)`,
      [id],
    );
    const before = await values(schema, from);
    const move = await ok(
      api.copyRecords({
        client: project.as.writer,
        body: { from_environment_id: from, to_environment_ids: [to], move: true },
      }),
    );
    await runUntil(project.as.writer, move.id, ({ done }) => done > 4_000);
    await workers.at(-1)?.kill('SIGKILL');
    await start();
    const run = await runUntil(project.as.writer, move.id);
    expect(run).toMatchObject({ state: 'succeeded', total: 29_995, done: 29_995 });
    const [left, moved] = [await values(schema, from), await values(schema, to)];
    expect(left).toHaveLength(5);
    const codes = (all: Record<string, unknown>[]) => all.map(({ code }) => code).sort();
    expect(codes([...left, ...moved])).toEqual(codes(before));
    expect(await keysOf(test, schema.id, from)).toHaveLength(5);
    expect(await keysOf(test, schema.id, to)).toHaveLength(29_995);
  });

  it('asks for what it needs', async () => {
    const { schema, from } = await numbered(1);
    const [to, guarded] = [await givenEnvironment(project), await givenEnvironment(project, true)];
    const refused = async (body: object, client = project.as.writer) =>
      problem(api.copyRecords({ client, body: { from_environment_id: from, to_environment_ids: [to], ...body } }));
    expect(await refused({ to_environment_ids: [guarded] })).toMatchObject({ status: 403 });
    expect(await refused({ from_environment_id: guarded, move: true })).toMatchObject({ status: 403 });
    const named = async (body: object) => {
      const { status, errors } = await refused(body);
      return { status, errors: errors.map(({ pointer, code }) => `${pointer} ${code}`) };
    };
    const wrong = (...errors: string[]) => ({ status: 422, errors });
    expect(await named({ from_environment_id: 'x' })).toEqual(wrong('/from_environment_id is_uuid'));
    expect(await named({ to_environment_ids: [to, from] })).toEqual(wrong('/to_environment_ids/1 same_environment'));
    expect(await named({ move: true, to_environment_ids: [to, guarded] })).toEqual(
      wrong('/to_environment_ids array_max_size'),
    );
    expect(await named({ filter: { values: { nope: { eq: 1 } } } })).toEqual(
      wrong('/filter/values/nope unknown_field'),
    );
    expect(await named({ schemas: [{ schema_id: schema.id, filter: { values: { no: { gt: 'x' } } } }] })).toEqual(
      wrong('/schemas/0/filter/values/no/gt value'),
    );
    const mask = { [schema.name]: { no: 'email', nope: 'auto', note: 'sha' }, Other: {} };
    expect(await named({ mask })).toEqual(
      wrong(
        `/mask/${schema.name}/no type`,
        `/mask/${schema.name}/nope unknown_field`,
        `/mask/${schema.name}/note method`,
        '/mask/Other unknown_schema',
      ),
    );
    const elsewhere = await givenProject(test);
    expect(await refused({ to_environment_ids: [elsewhere.environmentId] })).toMatchObject({ status: 404 });
    expect(await refused({}, project.as.stranger)).toMatchObject({ status: 404, code: 'environment.not_found' });
    expect(await refused({}, project.as.reader)).toMatchObject({ status: 403 });
  });
});
