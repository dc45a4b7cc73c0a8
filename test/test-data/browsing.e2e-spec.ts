import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as api from '../../libs/client/generated/sdk.gen.js';
import type { RecordFilter, RecordPage, SearchRecords } from '../../libs/client/generated/types.gen.js';
import { startApi, type TestApi } from '../support/api.js';
import { givenProject, ok, problem, type TestProject } from '../support/project.js';
import { stockOf, type TestStock } from './stock.js';

/** Names that mean something elsewhere: to SQL, JavaScript, JSON pointers or paths. */
const HOSTILE = ['constructor', 'a.b', 'x-y', 'toString', 'data_values', 'SELECT 1', 'hasOwnProperty'];
const INJECTIONS = ["' OR 1=1 --", '"; DROP TABLE test_data; --', "') OR ('1'='1", '$1', '\\', '%', "'::uuid"];

describe('browsing records', () => {
  let test: TestApi;
  let project: TestProject;
  let stock: TestStock;
  let names = 0;

  beforeAll(async () => {
    test = await startApi();
    project = await givenProject(test);
    const schema = await project.schema('Person', [
      { name: 'name', type: 'string' },
      { name: 'age', type: 'number' },
      { name: 'born', type: 'date' },
      { name: 'tags', type: 'array', items: { type: 'string' } },
    ]);
    stock = stockOf(test, project, schema.id);
    await stock.create({ name: 'ann', age: 30, born: '1990-01-01', tags: ['x'] });
    await stock.create({ name: 'Bob', age: 7, born: '2010-01-01T10:00:00+02:00' });
    await stock.create({ name: 'émile', age: 30, born: '1980-05-05', tags: ['x', 'y'] });
    await stock.create({ name: 'dora' });
  });
  afterAll(() => test.close());

  const search = (body: SearchRecords, on = stock): Promise<RecordPage> =>
    ok(api.searchRecords({ client: project.as.reader, path: on.path, body }));
  const refuse = (body: SearchRecords, on = stock) =>
    problem(api.searchRecords({ client: project.as.reader, path: on.path, body }));
  const namesOf = ({ data }: RecordPage): unknown[] => data.map(({ data_values }) => data_values['name']);
  const found = async (filter: RecordFilter, sort?: string) =>
    namesOf(await search({ filter, ...(sort ? { sort } : {}) }));
  /** All pages of one record each. */
  const paged = async (body: SearchRecords, on = stock): Promise<unknown[]> => {
    const all: unknown[] = [];
    for (let cursor: string | null | undefined = undefined; cursor !== null;) {
      const page: RecordPage = await search({ ...body, limit: 1, ...(cursor ? { cursor } : {}) }, on);
      all.push(...namesOf(page));
      cursor = page.next_cursor;
    }
    return all;
  };

  it('finds them by their fields', async () => {
    expect(await found({ values: { age: { eq: 30 } } })).toEqual(['ann', 'émile']);
    expect(await found({ values: { age: { gte: 7, lt: 30 } } })).toEqual(['Bob']);
    expect(await found({ values: { age: { exists: false } } })).toEqual(['dora']);
    expect(await found({ values: { name: { in: ['ann', 'dora'] }, age: { ne: 7 } } })).toEqual(['ann', 'dora']);
    expect(await found({ values: { name: { contains: 'OR' } } })).toEqual(['dora']);
    expect(await found({ values: { tags: { contains: 'y' } } })).toEqual(['émile']);
    expect(await found({ values: { born: { eq: '2010-01-01T08:00:00Z' } } })).toEqual(['Bob']);
  });

  it('puts them in order by fields, records without a value last, and pages through ties', async () => {
    expect(await found({}, 'values.age')).toEqual(['Bob', 'ann', 'émile', 'dora']);
    expect(await found({}, '-values.age')).toEqual(['dora', 'émile', 'ann', 'Bob']);
    expect(await found({}, 'values.name')).toEqual(['Bob', 'ann', 'dora', 'émile']);
    expect(await found({}, 'values.born')).toEqual(['émile', 'ann', 'Bob', 'dora']);
    for (const sort of [
      'values.age',
      '-values.age',
      'values.name',
      'values.born',
      '-created_at',
      'status',
      '-used_at',
    ]) {
      expect([sort, await paged({ sort })]).toEqual([sort, await found({}, sort)]);
    }
  });

  it('finds and sorts them by what they are to the product', async () => {
    const schema = await project.schema('Used', [{ name: 'name', type: 'string' }]);
    const own = stockOf(test, project, schema.id);
    const made = [];
    for (const name of ['a', 'b', 'c']) made.push(await own.create({ name }));
    const [a, b, c] = made.map(({ id }) => id) as [string, string, string];
    await ok(api.markRecordUsed({ client: project.as.writer, path: { id: c } }));
    await ok(api.markRecordUsed({ client: project.as.writer, path: { id: a } }));
    await ok(api.invalidateRecord({ client: project.as.writer, path: { id: b }, body: { reason: 'gone' } }));
    const list = async (query: Parameters<TestStock['list']>[0]) => namesOf(await own.list(query));
    expect(await list({ sort: 'used_at' })).toEqual(['c', 'a', 'b']);
    expect(await list({ sort: '-used_at', status: 'used' })).toEqual(['a', 'c']);
    expect(await list({ sort: 'status' })).toEqual(['b', 'a', 'c']);
    expect(await list({ sort: '-created_at' })).toEqual(['c', 'b', 'a']);
    expect(await list({ used_by: project.userIds.writer })).toEqual(['a', 'c']);
    expect(await list({ used_by: project.userIds.reader })).toEqual([]);
    const middle = made[1]?.created_at ?? '';
    expect(await list({ created_before: middle })).toEqual(['a']);
    expect(await list({ created_from: middle })).toEqual(['b', 'c']);
    const unknown = { feature_id: project.id, run_id: project.id };
    expect(await list({ feature_id: unknown.feature_id })).toEqual([]);
    expect(await list({ run_id: unknown.run_id })).toEqual([]);
    expect(namesOf(await search({ filter: { ids: [c, a] }, sort: '-created_at' }, own))).toEqual(['c', 'a']);
  });

  it('keeps its place when records come and go, and refuses a cursor from another order', async () => {
    const schema = await project.schema('Moving', [{ name: 'name', type: 'string' }]);
    const own = stockOf(test, project, schema.id);
    for (const name of ['b', 'd', 'f']) await own.create({ name });
    const first = await search({ sort: 'values.name', limit: 2 }, own);
    expect(namesOf(first)).toEqual(['b', 'd']);
    await own.create({ name: 'a' });
    await own.create({ name: 'e' });
    await ok(api.deleteRecord({ client: project.as.writer, path: { id: first.data[1]?.id ?? '' } }));
    const cursor = first.next_cursor ?? '';
    expect(namesOf(await search({ sort: 'values.name', cursor }, own))).toEqual(['e', 'f']);
    for (const sort of ['-values.name', 'created_at', 'status', undefined]) {
      const refused = await refuse({ cursor, ...(sort ? { sort } : {}) }, own);
      expect(refused).toMatchObject({ status: 422, code: 'list.bad_cursor', errors: [{ parameter: 'cursor' }] });
    }
    const forged = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url');
    const { id } = first.data[0] ?? { id: '' };
    const field = `values.${schema.schema_definition.fields[0]?.id}`;
    for (const bad of [
      '',
      'x',
      forged(field, id),
      forged(field, id, 'NaN'),
      forged(field, id, '1e9', 'x'),
      forged(field, "'", '0', 'x'),
    ]) {
      expect((await refuse({ sort: 'values.name', cursor: bad }, own)).status).toBe(422);
    }
    expect((await refuse({ sort: 'values.name', cursor: forged(field, id, '0', '\u0000') }, own)).status).toBe(422);
    expect(namesOf(await search({ sort: 'values.name', cursor: forged(field, id, '0', "' OR 1=1") }, own))).toEqual([
      'a',
      'b',
      'e',
      'f',
    ]);
  });

  it.each(HOSTILE)('takes a field called %s for nothing else', async (name) => {
    const schema = await project.schema(`Hostile ${(names += 1)}`, [
      { name, type: 'string', searchable: true },
      { name: 'name', type: 'string' },
    ]);
    const own = stockOf(test, project, schema.id);
    for (const value of ['b', 'a']) await own.create({ [name]: value, name: value });
    await own.create({ name: 'none' });
    expect(namesOf(await search({ filter: { values: { [name]: { eq: 'a' } } } }, own))).toEqual(['a']);
    expect(namesOf(await search({ filter: { values: { [name]: { exists: false } } } }, own))).toEqual(['none']);
    expect(await paged({ sort: `values.${name}` }, own)).toEqual(['a', 'b', 'none']);
    const body = {
      project_id: project.id,
      environment_ids: [project.environmentId],
      schema_ids: [schema.id],
      filter: { values: { [name]: { eq: 'a' } } },
    };
    // A condition that was lost on the way would mean all records.
    const run = await ok(api.bulkMarkUsed({ client: project.as.writer, body }));
    const [{ params } = { params: {} }] = await test.db.query<{ params: object }>(
      'SELECT params FROM job_runs WHERE id = $1',
      [run.id],
    );
    expect(params).toMatchObject({ filter: { values: { [name]: { eq: 'a' } } } });
  });

  it('takes what is put into SQL elsewhere for texts', async () => {
    const schema = await project.schema('Texts', [{ name: 'name', type: 'string', searchable: true }]);
    const own = stockOf(test, project, schema.id);
    for (const name of INJECTIONS) await own.create({ name });
    for (const text of INJECTIONS) {
      expect(namesOf(await search({ filter: { values: { name: { eq: text } } } }, own))).toEqual([text]);
      expect(namesOf(await search({ filter: { values: { name: { in: [text] } } } }, own))).toEqual([text]);
      expect(namesOf(await search({ filter: { values: { name: { contains: text } } } }, own))).toContain(text);
      expect((await refuse({ filter: { values: { [text]: { eq: 1 } } } }, own)).code).toBe('filter.invalid');
      expect((await refuse({ sort: `values.${text}` }, own)).code).toBe('sort.invalid');
      expect((await refuse({ sort: text }, own)).code).toBe('sort.invalid');
    }
    expect(await own.rows()).toHaveLength(INJECTIONS.length);
  });

  it('says what is wrong with a search', async () => {
    const bad: [SearchRecords, string][] = [
      [{ filter: { values: { nick: { eq: 1 } } } }, '/filter/values/nick'],
      [{ filter: { values: { age: { gt: 'x' } } } }, '/filter/values/age/gt'],
      [{ filter: { values: { age: { like: 1 } } } } as never, '/filter/values/age/like'],
      [{ filter: { statuses: ['active'] } } as never, '/filter/statuses'],
      [{ filter: { status: ['gone'] } } as never, '/filter/status'],
    ];
    for (const [body, pointer] of bad) expect((await refuse(body)).errors).toMatchObject([{ pointer }]);
    expect(await refuse({ sort: 'values.tags' })).toMatchObject({ code: 'sort.invalid', status: 422 });
    expect(await refuse({ filter_id: project.id })).toMatchObject({ code: 'filter.not_found', status: 404 });
  });

  it('finds records of older versions by the names that fields have now', async () => {
    const schema = await project.schema('Renamed', [
      { name: 'name', type: 'string', searchable: true },
      { name: 'age', type: 'number' },
    ]);
    const own = stockOf(test, project, schema.id);
    await own.create({ name: 'old', age: 1 });
    const [name, age] = schema.schema_definition.fields;
    const schema_definition = {
      fields: [
        { ...name!, name: 'called' },
        { ...age!, name: 'years' },
      ],
    };
    await ok(api.updateSchema({ client: project.as.admin, path: { id: schema.id }, body: { schema_definition } }));
    await own.create({ called: 'new', years: 2 });
    const years = async (body: SearchRecords) =>
      (await search(body, own)).data.map(({ data_values }) => data_values['years'] ?? data_values['age']);
    expect(await years({ filter: { values: { called: { eq: 'old' } } } })).toEqual([1]);
    expect(await years({ filter: { values: { years: { gte: 1 } } }, sort: '-values.years' })).toEqual([2, 1]);
    expect(await years({ sort: 'values.called' })).toEqual([2, 1]);
  });
});
