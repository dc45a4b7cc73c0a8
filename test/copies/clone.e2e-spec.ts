import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as api from '../../libs/client/generated/sdk.gen.js';
import type { CloneEnvironment, CloneResponse } from '../../libs/client/generated/types.gen.js';
import { startApi, type TestApi } from '../support/api.js';
import { givenProject, ok, problem, type TestProject } from '../support/project.js';
import type { Program } from '../support/program.js';
import { runUntil } from '../support/runs.js';
import { startWorker } from '../support/worker.js';
import { givenEnvironment, keysOf, recordsOf, typeIn } from './places.js';

const HOSTILE = ['plain', 'tab\tnew\nline "quoted" \\ back', 'bell\u0007 del\u007f', 'é ü 漢字 😀', '\u2028 line'];

describe('a clone of an environment', () => {
  let test: TestApi;
  let project: TestProject;
  const workers: Program[] = [];
  let names = 0;

  const start = async (): Promise<Program> => {
    const worker = await startWorker(test.db.url, { SLICE_ROWS: '2000' });
    workers.push(worker);
    return worker;
  };
  const clone = async (
    id: string,
    body: Partial<CloneEnvironment> = {},
    as = project.as.writer,
  ): Promise<CloneResponse> =>
    ok(api.cloneEnvironment({ client: as, path: { id }, body: { name: `Clone ${(names += 1)}`, ...body } }));
  const filled = async (id: string, body: Partial<CloneEnvironment> = {}): Promise<string> => {
    const { environment, run } = await clone(id, { include_data: true, ...body });
    const ended = await runUntil(project.as.reader, run?.id ?? '');
    expect(ended).toMatchObject({ state: 'succeeded', type: 'clone', error: null, environment_id: environment.id });
    return environment.id;
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

  it('is there at once, with the health of the features where that is wanted', async () => {
    const feature = await project.feature('login', []);
    await test.db.query(
      `UPDATE feature_environment_status SET is_working = false, error_message = 'down', last_tested_at = now()
       WHERE feature_id = $1`,
      [feature],
    );
    const answer = await api.cloneEnvironment({
      client: project.as.writer,
      path: { id: project.environmentId },
      body: { name: 'Healthy copy', slug: 'healthy', color: '#112233', include_feature_status: true },
    });
    expect(answer.response?.status).toBe(201);
    const made = answer.data as CloneResponse;
    expect(answer.response?.headers.get('location')).toBe(`/api/v1/environments/${made.environment.id}`);
    expect(made).toMatchObject({
      run: null,
      environment: { name: 'Healthy copy', slug: 'healthy', color: '#112233', is_default: false, is_protected: false },
    });
    const statuses = (environment: string) =>
      test.db.query(
        `SELECT feature_id, is_working, error_message, last_tested_at FROM feature_environment_status
         WHERE environment_id = $1 ORDER BY feature_id`,
        [environment],
      );
    expect(await statuses(made.environment.id)).toEqual(await statuses(project.environmentId));
    expect(await statuses((await clone(project.environmentId)).environment.id)).toEqual([]);
    const taken = api.cloneEnvironment({
      client: project.as.writer,
      path: { id: project.environmentId },
      body: { name: 'Again', slug: 'healthy' },
    });
    expect(await problem(taken)).toMatchObject({ status: 409, code: 'environment.slug_taken' });
  });

  it('has every record as it is, under an id of its own, and its unique values', async () => {
    const from = await givenEnvironment(project);
    const schema = await project.schema(
      'Unique',
      [
        { name: 'code', type: 'string', required: true, unique: true },
        { name: 'kind', type: 'options', options: ['a', 'b'] },
        { name: 'long', type: 'string' },
      ],
      { unique: [['kind', 'long']] },
    );
    const longs = ['x'.repeat(499), 'y'.repeat(600), '😀'.repeat(249), '😀'.repeat(300), 'é'.repeat(400)];
    await typeIn(project.as.writer, schema.id, from, [
      ...HOSTILE.map((code) => ({ code })),
      ...longs.map((long, i) => ({ code: `long ${i}`, kind: 'a', long })),
      { code: 'null', kind: null },
    ]);
    await test.db.query(
      `UPDATE test_data SET status = 'used', used_at = now(), used_by = $1, feature_id = $1 WHERE data_values ->> 'code' = 'plain'`,
      [project.userIds.reader],
    );
    await test.db.query(
      `UPDATE test_data SET status = 'used', used_at = now(), lease_expires_at = now() + interval '1 h'
       WHERE data_values ->> 'code' = 'null'`,
    );
    await test.db.query(`UPDATE test_data SET status = 'invalid' WHERE data_values ->> 'code' = 'long 0'`);
    const to = await filled(from);
    const [before, after] = [await recordsOf(test, schema.id, from), await recordsOf(test, schema.id, to)];
    const told = (all: typeof before) =>
      all
        .map(
          ({ data_values, status, used_at, used_by, feature_id, pick_key, schema_version, created_by, created_at }) => [
            data_values,
            status,
            used_at,
            used_by,
            feature_id,
            pick_key,
            schema_version,
            created_by,
            created_at,
          ],
        )
        .sort((a, b) => (JSON.stringify(a[0]) < JSON.stringify(b[0]) ? -1 : 1));
    const leaseless = before.map((record) =>
      record.lease_expires_at ? { ...record, status: 'active', used_at: null, used_by: null } : record,
    );
    expect(told(after)).toEqual(told(leaseless));
    expect(after.filter(({ lease_expires_at }) => lease_expires_at)).toEqual([]);
    expect(after.filter(({ id }) => before.some((record) => record.id === id))).toEqual([]);
    // Each value is taken by the record that has it, written as if it had been typed in there.
    const owners = new Map(after.map((record) => [record.id, record.data_values['code']]));
    const original = new Map(before.map((record) => [record.id, record.data_values['code']]));
    const keys = async (place: string, ids: Map<string, unknown>) =>
      (await keysOf(test, schema.id, place)).map(({ value, record_id }) => [value, ids.get(record_id)]);
    expect(await keys(to, owners)).toEqual(await keys(from, original));
    for (const code of HOSTILE) {
      const again = api.createRecord({
        client: project.as.writer,
        path: { schemaId: schema.id, envId: to },
        body: { data_values: { code } },
      });
      expect(await problem(again)).toMatchObject({ status: 409 });
    }
    const reset = await recordsOf(test, schema.id, await filled(from, { records: 'reset' }));
    expect(new Set(reset.map(({ status }) => status))).toEqual(new Set(['active', 'invalid']));
    expect(reset.filter(({ used_at, used_by, feature_id }) => used_at ?? used_by ?? feature_id)).toEqual([]);
  });

  it('leads references to copies: in lists and objects, to itself, in circles and over older versions', async () => {
    const from = await givenEnvironment(project);
    const user = await project.schema('User', [{ name: 'email', type: 'string', required: true, unique: true }]);
    const fields = [
      { name: 'no', type: 'number' as const, required: true, unique: true },
      { name: 'user', type: 'reference' as const, reference_schema_id: user.id, required: true },
      {
        name: 'lines',
        type: 'array' as const,
        items: {
          type: 'object' as const,
          fields: [{ name: 'gift_to', type: 'reference' as const, reference_schema_id: user.id }],
        },
      },
    ];
    const order = await project.schema('Order', fields);
    const [ada, bob] = (await typeIn(project.as.writer, user.id, from, [
      { email: 'ada@x.io' },
      { email: 'bob@x.io' },
    ])) as [string, string];
    const [first] = await typeIn(project.as.writer, order.id, from, [
      { no: 1.5, user: ada, lines: [{ gift_to: bob }, {}, { gift_to: ada.toUpperCase() }] },
    ]);
    const renamed = fields.map((field, i) => ({ ...order.schema_definition.fields[i], ...field }));
    const buyer = renamed.map((field) => (field.name === 'user' ? { ...field, name: 'buyer' } : field));
    const self = { name: 'previous', type: 'reference' as const, reference_schema_id: order.id };
    await ok(
      api.updateSchema({
        client: project.as.admin,
        path: { id: order.id },
        body: { schema_definition: { fields: [...buyer, self] } },
      }),
    );
    await typeIn(project.as.writer, order.id, from, [{ no: 2, buyer: bob, previous: first }]);
    const to = await filled(from);
    const people = new Map(
      (await recordsOf(test, user.id, to)).map(({ id, data_values }) => [data_values['email'], id]),
    );
    const orders = await recordsOf(test, order.id, to);
    const [ada2, bob2] = [people.get('ada@x.io'), people.get('bob@x.io')];
    expect([ada, bob]).not.toContain(ada2);
    const one = orders.find(({ data_values }) => data_values['no'] === 1.5);
    expect(one?.data_values).toEqual({ no: 1.5, user: ada2, lines: [{ gift_to: bob2 }, {}, { gift_to: ada2 }] });
    const two = orders.find(({ data_values }) => data_values['no'] === 2);
    expect(two?.data_values).toEqual({ no: 2, buyer: bob2, previous: one?.id });
    expect(await keysOf(test, order.id, to)).toEqual([
      { value: '1.5', record_id: one?.id },
      { value: '2', record_id: two?.id },
    ]);
  });

  it('ends with the exact records when workers are killed in the middle', async () => {
    const from = await givenEnvironment(project);
    const parent = await project.schema('Killed parent', [
      { name: 'code', type: 'string', required: true, unique: true },
    ]);
    const child = await project.schema('Killed child', [
      { name: 'parent', type: 'reference', reference_schema_id: parent.id, required: true },
      { name: 'name', type: 'string' },
    ]);
    for (const schema of [parent, child]) {
      const path = { schemaId: schema.id, envId: from };
      const { id } = await ok(api.generate({ client: project.as.writer, path, body: { count: 40_000 } }));
      expect(await runUntil(project.as.reader, id)).toMatchObject({ state: 'succeeded' });
    }
    const { environment, run } = await clone(from, { include_data: true });
    const id = run?.id ?? '';
    for (let kills = 1; kills <= 2; kills += 1) {
      await runUntil(project.as.reader, id, ({ done }) => done >= kills * 10_000);
      await workers.at(-1)?.kill('SIGKILL');
      await start();
    }
    const ended = await runUntil(project.as.reader, id);
    expect(ended).toMatchObject({ state: 'succeeded', total: 80_000, done: 80_000, result: { copied: 80_000 } });
    const to = environment.id;
    expect(await recordsOf(test, parent.id, to)).toHaveLength(40_000);
    expect(await keysOf(test, parent.id, to)).toHaveLength(40_000);
    const [children] = await test.db.query<{ count: string; lost: string }>(
      `SELECT count(*), count(*) FILTER (WHERE parent.id IS NULL) AS lost
       FROM test_data AS record JOIN stocks AS stock ON stock.id = record.stock_id
       LEFT JOIN (test_data AS parent JOIN stocks AS own ON own.id = parent.stock_id AND own.environment_id = $2)
         ON parent.id = (record.data_values ->> 'parent')::uuid
       WHERE stock.schema_id = $1 AND stock.environment_id = $2`,
      [child.id, to],
    );
    expect(children).toEqual({ count: '40000', lost: '0' });
  });

  it('is made once for each Idempotency-Key', async () => {
    const [first, again] = await Promise.all(
      [1, 2].map(() =>
        ok(
          api.cloneEnvironment({
            client: project.as.writer,
            path: { id: project.environmentId },
            body: { name: 'Once', include_data: true },
            headers: { 'Idempotency-Key': 'once' },
          }),
        ),
      ),
    );
    expect(again?.environment.id).toBe(first?.environment.id);
    expect(again?.run?.id).toBe(first?.run?.id);
  });

  it('needs admin for the records of a protected environment, and is protected itself', async () => {
    const from = await givenEnvironment(project, true);
    const refused = api.cloneEnvironment({
      client: project.as.writer,
      path: { id: from },
      body: { name: 'Refused', include_data: true },
    });
    expect(await problem(refused)).toMatchObject({ status: 403 });
    const empty = await clone(from);
    expect(empty).toMatchObject({ run: null, environment: { is_protected: true } });
    const { run } = await clone(from, { include_data: true }, project.as.admin);
    expect(await runUntil(project.as.admin, run?.id ?? '')).toMatchObject({ state: 'succeeded', total: 0, done: 0 });
  });
});
