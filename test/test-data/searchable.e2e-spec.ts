import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as api from '../../libs/client/generated/sdk.gen.js';
import type {
  FieldDefinitionDto,
  RecordPage,
  SchemaResponse,
  SearchRecords,
} from '../../libs/client/generated/types.gen.js';
import { testSettings } from '../../libs/config/test-settings.js';
import { readOrder } from '../../src/test-data/record-order.js';
import { recordPageSql, type RecordPageQuestion } from '../../src/test-data/record-search-query.js';
import type { KnownSearchField } from '../../src/test-data/search-fields.repository.js';
import { startApi, type TestApi } from '../support/api.js';
import type { Program } from '../support/program.js';
import { givenProject, ok, problem, type TestProject } from '../support/project.js';
import { runUntil } from '../support/runs.js';
import { startWorker } from '../support/worker.js';
import { askFor, itemsOfAll } from '../requests/hand-out.js';
import { secondEnvironment, stockOf, type TestStock } from './stock.js';

/** Above the size up to which other fields are looked at. */
const LARGE = testSettings().isLong ? 200_000 : 101_000;
const FIELDS: FieldDefinitionDto[] = [
  { name: 'name', type: 'string' },
  { name: 'age', type: 'number' },
  { name: 'born', type: 'date' },
];

describe('searchable fields', () => {
  let test: TestApi;
  let project: TestProject;
  let worker: Program;
  let names = 0;

  beforeAll(async () => {
    test = await startApi();
    project = await givenProject(test);
    worker = await startWorker(test.db.url, { SLICE_ROWS: '100' });
  });
  afterAll(async () => {
    await worker.stop();
    await test.close();
  });

  const client = () => project.as.admin;
  const search = (stock: TestStock, body: SearchRecords): Promise<RecordPage> =>
    ok(api.searchRecords({ client: project.as.reader, path: stock.path, body }));
  const refuse = (stock: TestStock, body: SearchRecords) =>
    problem(api.searchRecords({ client: project.as.reader, path: stock.path, body }));
  const define = (id: string, fields: FieldDefinitionDto[]) =>
    ok(api.updateSchema({ client: client(), path: { id }, body: { schema_definition: { fields } } }));
  const make = async (fields: FieldDefinitionDto[]): Promise<[SchemaResponse, TestStock]> => {
    const schema = await project.schema(`Schema ${(names += 1)}`, fields);
    return [schema, stockOf(test, project, schema.id)];
  };
  const searchable = (schema: SchemaResponse, ...wanted: string[]) =>
    schema.schema_definition.fields.map((field) => ({ ...field, searchable: wanted.includes(field.name) }));
  const indexRuns = async (schema_id: string) =>
    (await ok(api.listRuns({ client: client(), query: { schema_id, type: 'index' } }))).data;
  /** Waits for the latest run that makes fields of the schema searchable. */
  const indexed = async (schemaId: string) => {
    const [run] = await indexRuns(schemaId);
    return runUntil(client(), run?.id ?? '');
  };
  /** What is kept for searching, by the record. */
  const kept = (schemaId: string) =>
    test.db.query<{ name: string | null; text: string; number: string }>(
      `SELECT record.data_values ->> 'name' AS name, value.text, value.number FROM search_values AS value
       JOIN search_fields AS field ON field.no = value.field_no LEFT JOIN test_data AS record ON record.id = value.record_id
       WHERE field.schema_id = $1 ORDER BY value.number, value.text, value.record_id`,
      [schemaId],
    );
  /** Fills a stock behind the API's back, quickly; the triggers see it. */
  const fill = async ({ path }: TestStock, count: number) => {
    await test.db.query(
      `INSERT INTO stocks (project_id, schema_id, environment_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
      [project.id, path.schemaId, path.envId],
    );
    await test.db.query(
      `INSERT INTO test_data (id, stock_id, project_id, data_values, pick_key, schema_version, created_by)
       SELECT uuidv7(), stock.id, stock.project_id, jsonb_build_object('name', 'n' || i, 'age', i % 1000,
         'born', to_char(date '2000-01-01' + i % 5000, 'YYYY-MM-DD')), random(), 1, $3
       FROM stocks AS stock, generate_series(1, $4) AS i WHERE stock.schema_id = $1 AND stock.environment_id = $2`,
      [path.schemaId, path.envId, project.userIds.admin, count],
    );
    await test.db.query('ANALYZE test_data');
    await test.db.query('ANALYZE search_values');
  };

  it('are fields of the schema itself with single values, ten at most', async () => {
    const refused = async (fields: unknown) =>
      (await problem(api.createSchema({
        client: client(), path: { projectId: project.id }, body: { name: 'Odd', schema_definition: { fields } as never },
      }))).errors; // prettier-ignore
    const list = { name: 'tags', type: 'array', items: { type: 'string' }, searchable: true };
    expect(await refused([list])).toMatchObject([{ code: 'searchable.not_applicable' }]);
    const inner = { name: 'a', type: 'object', fields: [{ name: 'b', type: 'string', searchable: true }] };
    expect(await refused([inner])).toMatchObject([{ code: 'searchable.nested' }]);
    const many = Array.from({ length: 11 }, (_, i) => ({ name: `f${i}`, type: 'string', searchable: true }));
    expect(await refused(many)).toMatchObject([
      { code: 'searchable.too_many', pointer: '/schema_definition/fields/10/searchable' },
    ]);
  });

  it('are made so by a run where there are records, in all environments, and kept up from then on', async () => {
    const [schema, stock] = await make(FIELDS);
    const there = stockOf(test, project, schema.id, { envId: await secondEnvironment(project) });
    for (let i = 0; i < 120; i += 1) await (i % 3 === 0 ? there : stock).create({ name: `a${i}`, age: i });
    await stock.create({ age: 500 });
    await define(schema.id, searchable(schema, 'name'));
    expect(await indexed(schema.id)).toMatchObject({ state: 'succeeded', total: 121, done: 121, schema_id: schema.id });
    const rows = await kept(schema.id);
    expect(rows).toHaveLength(121);
    for (const { name, text, number } of rows)
      expect([text, number]).toEqual(name === null ? ['', 'NaN'] : [name, '0']);
    const made = await there.create({ name: 'new' });
    await ok(api.updateRecord({ client: client(), path: { id: made.id }, body: { data_values: { name: 'changed' } } }));
    await ok(api.deleteRecord({ client: client(), path: { id: (await stock.rows())[0]!.id } }));
    expect((await kept(schema.id)).map(({ text }) => text)).toEqual(
      (await kept(schema.id)).map(({ name }) => name ?? ''),
    );
    expect(await kept(schema.id)).toHaveLength(121);
    const found = await search(there, { filter: { values: { name: { eq: 'changed' } } } });
    expect(found.data.map(({ id }) => id)).toEqual([made.id]);
    expect((await search(stock, { filter: { values: { name: { eq: 'changed' } } } })).data).toEqual([]);
    // Bulk loads, too.
    const { id } = await ok(api.generate({ client: client(), path: stock.path, body: { count: 120 } }));
    await runUntil(client(), id);
    expect(await kept(schema.id)).toHaveLength(241);
  });

  it('are so no more when the definition says so, or the field or the schema is deleted', async () => {
    const [schema, stock] = await make(searchable(await project.schema('Model', FIELDS), 'name', 'age'));
    for (let i = 0; i < 5; i += 1) await stock.create({ name: `x${i}`, age: i });
    expect(await indexRuns(schema.id)).toEqual([]);
    expect(await kept(schema.id)).toHaveLength(10);
    const count = async () => (await test.db.query<{ n: number }>(
      'SELECT count(*)::integer AS n FROM search_values WHERE stock_id = (SELECT id FROM stocks WHERE schema_id = $1)', [schema.id]))[0]?.n; // prettier-ignore
    await define(schema.id, searchable(schema, 'age'));
    expect(await indexed(schema.id)).toMatchObject({ state: 'succeeded', result: { removed: 5 } });
    expect([await count(), (await kept(schema.id)).length]).toEqual([5, 5]);
    // Another type is another order.
    const fields = searchable(schema, 'age').map((field) =>
      field.name === 'age' ? { id: field.id!, name: 'age', type: 'string' as const, searchable: true } : field,
    );
    await define(schema.id, fields);
    await indexed(schema.id);
    expect((await kept(schema.id)).map(({ text }) => text)).toEqual(['0', '1', '2', '3', '4']);
    await ok(api.deleteSchema({ client: client(), path: { id: schema.id } }));
    expect(await test.db.query('SELECT FROM search_fields WHERE schema_id = $1', [schema.id])).toEqual([]);
    expect(
      await test.db.query(
        'SELECT FROM search_values AS value WHERE NOT EXISTS (SELECT FROM test_data WHERE id = record_id)',
      ),
    ).toEqual([]);
  });

  it('answer at any size, by an index, where others are refused and the answer says what to do', async () => {
    const [schema, stock] = await make(FIELDS.map((field) => ({ ...field, searchable: field.name === 'name' })));
    await fill(stock, LARGE);
    const found = await search(stock, { filter: { values: { name: { in: ['n7', 'n100999'] } } } });
    expect(found.data.map(({ data_values }) => data_values['name'])).toEqual(['n7', 'n100999']);
    const refused = await refuse(stock, {
      filter: { values: { age: { eq: 7 }, name: { contains: 'n7' } } },
      sort: 'values.born',
    });
    expect(refused).toMatchObject({ status: 422, code: 'search.stock_too_large' });
    expect(refused.errors).toMatchObject(
      ['age', 'name', 'born'].map((name) => ({ parameter: `values.${name}`, code: 'not_searchable' })),
    );
    expect(refused.detail).toContain('age is not searchable: set `searchable` to true');
    expect((await problem(api.listRecords({ client: client(), path: stock.path, query: { search: 'n7' } }))).code).toBe(
      'search.stock_too_large',
    );
    await worker.stop();
    await define(schema.id, searchable(schema, 'name', 'age', 'born'));
    const building = await refuse(stock, { filter: { values: { age: { eq: 7 } } } });
    const [run] = await indexRuns(schema.id);
    expect(building.errors).toMatchObject([{ parameter: 'values.age', code: 'index_building' }]);
    expect(building.detail).toContain(run?.id);
    // Made while the run waits, changed while it goes on, and killed on the way.
    const early = await stock.create({ name: 'early', age: 2_000 });
    worker = await startWorker(test.db.url, { SLICE_ROWS: '20000' });
    await runUntil(client(), run?.id ?? '', ({ done }) => done > 0);
    await worker.kill('SIGKILL');
    await ok(
      api.updateRecord({
        client: client(),
        path: { id: early.id },
        body: { data_values: { name: 'early', age: 3_000 } },
      }),
    );
    worker = await startWorker(test.db.url, { SLICE_ROWS: '20000' });
    expect(await runUntil(client(), run?.id ?? '')).toMatchObject({ state: 'succeeded', done: LARGE + 1 });
    const [counted] = await test.db.query(
      'SELECT count(*)::integer AS n, count(DISTINCT field_no)::integer AS fields FROM search_values WHERE stock_id = (SELECT id FROM stocks WHERE schema_id = $1)',
      [schema.id],
    );
    expect(counted).toEqual({ n: 3 * (LARGE + 1), fields: 3 });
    await test.db.query('ANALYZE search_values');
    const oldest = await search(stock, {
      sort: '-values.age',
      limit: 3,
      filter: { values: { age: { exists: true } } },
    });
    expect(oldest.data.map(({ data_values }) => data_values['age'])).toEqual([3_000, 999, 999]);
    await expectIndexes(schema.id, stock);
    await expectFinds(schema.id, stock);
  }, 120_000);

  /** The plans of the statements that the API runs, at this size. */
  const expectIndexes = async (schemaId: string, stock: TestStock) => {
    const { schema_definition: definition } = await ok(api.getSchema({ client: client(), path: { id: schemaId } }));
    const fields = await test.db.query<KnownSearchField & object>('SELECT * FROM search_fields WHERE schema_id = $1', [
      schemaId,
    ]);
    const [{ id: stockId } = { id: '' }] = await test.db.query<{ id: string }>(
      'SELECT id FROM stocks WHERE schema_id = $1',
      [schemaId],
    );
    const plan = async (
      filter: RecordPageQuestion['filters'][number],
      sort: string,
      after: RecordPageQuestion['after'] = null,
    ) => {
      const { text, values } = recordPageSql({
        definition: definition as never,
        names: [],
        searchable: new Map(fields.map((field) => [field.field_id, field])),
        filters: [filter],
        text: null,
        order: readOrder(sort, definition as never),
        projectId: project.id,
        stockId,
        after,
        limit: 51,
      });
      const [row] = await test.db.query<{ 'QUERY PLAN': [{ Plan: object; 'Execution Time': number }] }>(
        `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${text}`,
        values,
      );
      const [{ Plan, ...rest }] = row!['QUERY PLAN'];
      return { text: JSON.stringify(Plan), blocks: blocksOf(Plan), time: rest['Execution Time'] };
    };
    const { id } = (await stock.list({ limit: 1 })).data[0]!;
    const plans = await Promise.all([
      plan({ values: { name: { eq: 'n777' } } }, 'created_at'),
      plan({ values: { age: { eq: 77 }, born: { lt: '2000-02-01' } } }, 'created_at'),
      plan({}, 'values.age'),
      plan({ values: { age: { gte: 500 } } }, '-values.age'),
      plan({}, 'values.born', { values: [String(Date.parse('2010-01-01') / 1000), ''], id }),
    ]);
    for (const { text, blocks } of plans) {
      expect(text).toContain('search_values_order_idx');
      expect(text).not.toContain('Seq Scan');
      // A stock of this size has more than ten thousand.
      expect(blocks).toBeLessThan(3_000);
    }
  };

  /** Hand-outs with filters find records wherever they are. */
  const expectFinds = async (schemaId: string, stock: TestStock) => {
    // No point is near enough to both ends that they are seen from there.
    const ends = ['first', 'last'].map((name) => ({ name, age: 7, born: '2001-02-03' }));
    for (const [pick, values] of ends.entries()) {
      const { id } = await stock.create(values);
      await test.db.query('UPDATE test_data SET pick_key = $2 WHERE id = $1', [id, pick]);
    }
    const featureId = await project.feature('Found', [schemaId]);
    const place = { featureId, envId: project.environmentId };
    const ask = (filter: object) => {
      const body = { fallback: 'fail' as const, lease_seconds: 600, filters: { [schemaId]: filter as never } };
      return askFor(project.as.writer, place, body);
    };
    for (const values of ends) {
      const given = itemsOfAll(await ok(ask({ age: { lte: 7 }, name: { in: [values.name, 'nobody'] } })));
      expect(given).toMatchObject([{ data: values, source: 'stock' }]);
      expect(await problem(ask({ name: { eq: values.name } }))).toMatchObject({ status: 409 });
    }
  };
});

function blocksOf(plan: object): number {
  const { 'Shared Hit Blocks': hit = 0, 'Shared Read Blocks': read = 0 } = plan as Record<string, number>;
  return hit + read;
}
