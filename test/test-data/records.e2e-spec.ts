import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as api from '../../libs/client/generated/sdk.gen.js';
import type { SchemaResponse } from '../../libs/client/generated/types.gen.js';
import { startApi, type TestApi } from '../support/api.js';
import { givenProject, ok, problem, type TestProject } from '../support/project.js';
import { fieldsOf, SAMPLES } from '../schemas/shopfast.js';
import { secondEnvironment, statusOf, stockOf, type TestStock } from './stock.js';

describe('records', () => {
  let test: TestApi;
  let project: TestProject;
  let user: SchemaResponse;

  beforeAll(async () => {
    test = await startApi();
    project = await givenProject(test);
    user = await project.schema('User', fieldsOf('User'));
  });
  afterAll(() => test.close());

  const get = (id: string) => api.getRecord({ client: project.as.reader, path: { id } });
  const put = (id: string, data_values: Record<string, unknown>) =>
    api.updateRecord({ client: project.as.writer, path: { id }, body: { data_values } });
  const markUsed = (id: string) => api.markRecordUsed({ client: project.as.writer, path: { id } });
  const reactivate = (id: string) => api.reactivateRecord({ client: project.as.writer, path: { id } });
  /** A stock of texts under the field `text`. */
  const texts = async (name: string, values: string[] = []): Promise<TestStock> => {
    const schema = await project.schema(name, [{ name: 'text', type: 'string' }]);
    const stock = stockOf(test, project, schema.id);
    for (const text of values) await stock.create({ text });
    return stock;
  };
  const listed = async (stock: TestStock, search: string) =>
    (await stock.list({ search })).data.map(({ data_values }) => data_values['text']);

  it('are stored with the values of the example as they were given', async () => {
    const stock = stockOf(test, project, user.id);
    for (const values of SAMPLES['User'] ?? []) {
      const record = await stock.create(values);
      expect(record).toMatchObject({
        schema_id: user.id,
        environment_id: project.environmentId,
        data_values: values,
        status: 'active',
        is_used: false,
        used_at: null,
        used_by: null,
        feature_id: null,
        run_id: null,
        schema_version: 1,
        created_by: project.userIds.writer,
      });
      expect(await ok(get(record.id))).toEqual(record);
    }
    expect(await stock.rows()).toHaveLength(3);
  });

  it('answer with their fields in the order of the definition, whatever the order they came in', async () => {
    const stock = stockOf(test, project, user.id);
    const order = ['username', 'email', 'password', 'first_name', 'last_name', 'age'];
    const reversed = Object.fromEntries(Object.entries(SAMPLES['User']?.[0] ?? {}).reverse());
    const record = await stock.create(reversed);
    expect(Object.keys(record.data_values)).toEqual(order);
    expect(Object.keys((await ok(get(record.id))).data_values)).toEqual(order);
    expect(Object.keys((await ok(put(record.id, reversed))).data_values)).toEqual(order);
    expect(Object.keys((await stock.list()).data.at(-1)?.data_values ?? {})).toEqual(order);
  });

  it('are refused with every rule that they break, and nothing is stored', async () => {
    const stock = stockOf(test, project, user.id);
    const before = await stock.rows();
    const values = { username: 'a b', email: 'nobody', password: 'short', first_name: 7, age: 121, nick: 'x' };
    const refused = await stock.refuse(values);
    expect(refused).toMatchObject({ status: 422, code: 'record.invalid' });
    expect(refused.errors.map(({ pointer, code }) => [pointer, code])).toEqual([
      ['/data_values/username', 'regex'],
      ['/data_values/email', 'regex'],
      ['/data_values/password', 'regex'],
      ['/data_values/first_name', 'type'],
      ['/data_values/last_name', 'required'],
      ['/data_values/age', 'max'],
      ['/data_values/nick', 'unknown_field'],
    ]);
    const details = (refused.errors as { detail?: string }[]).map(({ detail }) => detail);
    expect(details[0]).toContain('{3,20}');
    expect(details[5]).toContain('120');
    expect(await stock.rows()).toEqual(before);
  });

  it('are refused where the request itself does not fit', async () => {
    const { path } = stockOf(test, project, user.id);
    const bodies: [unknown, string][] = [
      [{}, '/data_values'],
      [{ data_values: null }, '/data_values'],
      [{ data_values: [] }, '/data_values'],
      [{ data_values: 'text' }, '/data_values'],
      [{ data_values: {}, status: 'used' }, '/status'],
      [{ data_values: { username: 'nul\0' } }, '/data_values/username'],
      [{ data_values: { username: '\ud800' } }, '/data_values/username'],
    ];
    for (const [body, pointer] of bodies) {
      const refused = await problem(api.createRecord({ client: project.as.writer, path, body: body as never }));
      expect(refused.status).toBe(422);
      expect(refused.errors.map((error) => error.pointer)).toContain(pointer);
    }
    const client = project.as.writer;
    const nowhere = { ...path, envId: '00000000-0000-7000-8000-000000000000' };
    expect(await statusOf(api.createRecord({ client, path: nowhere, body: { data_values: {} } }))).toBe(404);
    expect(await statusOf(api.createRecord({ client, path: { ...path, envId: 'x' }, body: { data_values: {} } }))).toBe(
      422,
    );
  });

  it('keep null and absence of what is not required', async () => {
    const { age: _, ...required } = SAMPLES['User']?.[0] ?? {};
    const stock = stockOf(test, project, user.id);
    const absent = await stock.create(required);
    expect(absent.data_values).toEqual(required);
    const withNull = await stock.create({ ...required, age: null });
    expect(withNull.data_values).toEqual({ ...required, age: null });
  });

  it.each([
    ['umlauts and emoji', 'Zoë 👩‍👩‍👧‍👦 Ñandú \u{1F600}'],
    ['quotes and backslashes', `"it's" \\ \\n \\u0041 'x'`],
    ['line ends and tabs', 'a\r\nb\tc\u2028d'],
    ['right-to-left and combining marks', 'שלום e\u0301 \u202e'],
    ['what looks like code', `{"$ref": "#"}'); DROP TABLE test_data; --`],
    ['spaces at both ends', '  x  '],
    ['no character', ''],
    ['10,000 characters', 'ä'.repeat(10_000)],
  ])('round-trip %s', async (name, text) => {
    const stock = await texts(`Round trip of ${name}`);
    const { id } = await stock.create({ text });
    expect((await ok(get(id))).data_values).toEqual({ text });
    expect((await stock.list()).data[0]?.data_values).toEqual({ text });
  });

  it('are listed by their status', async () => {
    const stock = await texts('By status', ['a', 'b', 'c']);
    const [a, b] = (await stock.list()).data;
    await ok(markUsed(a?.id ?? ''));
    await test.db.query(`UPDATE test_data SET status = 'invalid' WHERE id = $1`, [b?.id]);
    const by = async (status: 'active' | 'used' | 'invalid') =>
      (await stock.list({ status })).data.map(({ data_values }) => data_values['text']);
    expect(await by('active')).toEqual(['c']);
    expect(await by('used')).toEqual(['a']);
    expect(await by('invalid')).toEqual(['b']);
    const { path } = stock;
    const bad = api.listRecords({ client: project.as.reader, path, query: { status: 'gone' as never } });
    expect(await problem(bad)).toMatchObject({ status: 422, errors: [{ parameter: 'status' }] });
  });

  it('are searched for in their values, not in their keys, without regard to case', async () => {
    const stock = await texts('Searched', ['100%', '1000', 'a_b', 'axb', 'C:\\dir', 'ÄPFEL', 'text']);
    expect(await listed(stock, '%')).toEqual(['100%']);
    expect(await listed(stock, '_')).toEqual(['a_b']);
    expect(await listed(stock, '\\')).toEqual(['C:\\dir']);
    expect(await listed(stock, 'c:\\D')).toEqual(['C:\\dir']);
    expect(await listed(stock, 'äpfel')).toEqual(['ÄPFEL']);
    expect(await listed(stock, 'TEX')).toEqual(['text']);
    expect(await listed(stock, '100')).toEqual(['100%', '1000']);
    expect(await listed(stock, "'")).toEqual([]);
  });

  it('are found by numbers and booleans too', async () => {
    const schema = await project.schema('Typed', [
      { name: 'n', type: 'number' },
      { name: 'b', type: 'boolean' },
    ]);
    const stock = stockOf(test, project, schema.id);
    await stock.create({ n: 12.5, b: true });
    await stock.create({ n: 7, b: null });
    expect((await stock.list({ search: '12.5' })).data).toHaveLength(1);
    expect((await stock.list({ search: 'TRUE' })).data).toHaveLength(1);
    expect((await stock.list({ search: 'null' })).data).toEqual([]);
  });

  it('are not searched for in a stock of more than 100,000', async () => {
    const stock = await texts('Large', ['needle']);
    await test.db.query(
      `INSERT INTO test_data (stock_id, project_id, data_values, pick_key, schema_version, created_by)
       SELECT s.id, s.project_id, '{"text": "hay"}', random(), 1, $2
       FROM stocks AS s, generate_series(1, 99999) WHERE s.schema_id = $1`,
      [stock.path.schemaId, project.userIds.writer],
    );
    expect(await listed(stock, 'needle')).toEqual(['needle']);
    await stock.create({ text: 'one more' });
    const query = { search: 'needle' };
    const refused = await problem(api.listRecords({ client: project.as.reader, path: stock.path, query }));
    expect(refused).toMatchObject({ status: 422, code: 'search.stock_too_large', errors: [{ parameter: 'search' }] });
    expect(refused.detail).toContain('100000');
    expect((await stock.list({ limit: 100 })).data).toHaveLength(100);
  });

  it('are listed page by page, each once, while others come and go', async () => {
    const stock = await texts('Paged', ['0', '1', '2', '3', '4', '5', '6']);
    const seen: unknown[] = [];
    let cursor: string | undefined;
    do {
      const page = await stock.list({ limit: 2, ...(cursor ? { cursor } : {}) });
      seen.push(...page.data.map(({ data_values }) => data_values['text']));
      if (seen.length === 2) await stock.create({ text: '7' });
      if (seen.length === 4)
        await ok(api.deleteRecord({ client: project.as.writer, path: { id: page.data[1]?.id ?? '' } }));
      cursor = page.next_cursor ?? undefined;
    } while (cursor);
    expect(seen).toEqual(['0', '1', '2', '3', '4', '5', '6', '7']);
    const both = await stock.list({ limit: 1, status: 'active', search: '7' });
    expect(both).toMatchObject({ data: [{ data_values: { text: '7' } }], next_cursor: null });
    for (const query of [{ limit: 0 }, { limit: 101 }, { cursor: 'x' }, { search: '' }]) {
      expect(await statusOf(api.listRecords({ client: project.as.reader, path: stock.path, query }))).toBe(422);
    }
  });

  it('are replaced as a whole by an update, under the rules of the schema', async () => {
    const stock = stockOf(test, project, user.id);
    const [john, jane] = SAMPLES['User'] ?? [];
    const { id } = await stock.create(john ?? {});
    const { age: _, ...younger } = jane ?? {};
    expect((await ok(put(id, younger))).data_values).toEqual(younger);
    const refused = await problem(put(id, { ...younger, age: 5 }));
    expect(refused).toMatchObject({ status: 422, errors: [{ pointer: '/data_values/age', code: 'min' }] });
    expect((await ok(get(id))).data_values).toEqual(younger);
  });

  it('are gone when they are deleted', async () => {
    const stock = await texts('Deleted', ['a']);
    const id = (await stock.list()).data[0]?.id ?? '';
    expect(await statusOf(api.deleteRecord({ client: project.as.writer, path: { id } }))).toBe(204);
    expect(await problem(get(id))).toMatchObject({ status: 404, code: 'record.not_found' });
    expect(await statusOf(api.deleteRecord({ client: project.as.writer, path: { id } }))).toBe(404);
    expect(await stock.rows()).toEqual([]);
  });

  it('are marked as used, by one of many at once, and become active again', async () => {
    const stock = await texts('Used', ['a']);
    const id = (await stock.list()).data[0]?.id ?? '';
    const statuses = await Promise.all(Array.from({ length: 10 }, () => statusOf(markUsed(id))));
    expect(statuses.sort()).toEqual([200, ...Array(9).fill(409)]);
    const used = await ok(get(id));
    expect(used).toMatchObject({ status: 'used', is_used: true, used_by: project.userIds.writer });
    expect(used.used_at).not.toBeNull();
    expect(await problem(markUsed(id))).toMatchObject({ status: 409, code: 'record.not_active' });
    expect(await ok(reactivate(id))).toMatchObject({ status: 'active', is_used: false, used_by: null, used_at: null });
    expect(await problem(reactivate(id))).toMatchObject({ status: 409, code: 'record.active' });
    await test.db.query(`UPDATE test_data SET status = 'invalid' WHERE id = $1`, [id]);
    expect(await problem(markUsed(id))).toMatchObject({ status: 409, code: 'record.not_active' });
    expect((await ok(reactivate(id))).status).toBe('active');
  });

  it('of one environment are not seen in another', async () => {
    const schema = await project.schema('Two places', [{ name: 'text', type: 'string' }]);
    const staging = stockOf(test, project, schema.id, { envId: await secondEnvironment(project) });
    await stockOf(test, project, schema.id).create({ text: 'here' });
    expect((await staging.list()).data).toEqual([]);
    await staging.create({ text: 'there' });
    expect((await staging.list()).data).toHaveLength(1);
  });

  it('are read-only while their environment is archived', async () => {
    const schema = await project.schema('Archived place', [{ name: 'text', type: 'string' }]);
    const envId = await secondEnvironment(project, 'Old');
    const stock = stockOf(test, project, schema.id, { envId });
    const { id } = await stock.create({ text: 'a' });
    const body = { status: 'archived' as const };
    await ok(api.updateEnvironment({ client: project.as.admin, path: { id: envId }, body }));
    const refused = [
      api.createRecord({ client: project.as.writer, path: stock.path, body: { data_values: { text: 'b' } } }),
      put(id, { text: 'b' }),
      markUsed(id),
      api.deleteRecord({ client: project.as.writer, path: { id } }),
      api.generateSample({ client: project.as.writer, path: stock.path, body: { count: 1 } }),
      api.generate({ client: project.as.writer, path: stock.path, body: { count: 1 } }),
    ];
    for (const answer of refused)
      expect(await problem(answer)).toMatchObject({ status: 409, code: 'environment.archived' });
    expect(await stock.rows()).toMatchObject([{ id, status: 'active', data_values: { text: 'a' } }]);
  });

  it('of an archived schema keep their values', async () => {
    const stock = await texts('Archived schema', ['a']);
    const id = (await stock.list()).data[0]?.id ?? '';
    const path = { id: stock.path.schemaId };
    await ok(api.updateSchema({ client: project.as.writer, path, body: { status: 'archived' } }));
    expect(await problem(put(id, { text: 'b' }))).toMatchObject({ status: 409, code: 'schema.archived' });
  });
});
