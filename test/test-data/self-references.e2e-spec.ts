import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as api from '../../libs/client/generated/sdk.gen.js';
import type { FieldDefinitionDto } from '../../libs/client/generated/types.gen.js';
import { startApi, type TestApi } from '../support/api.js';
import { givenProject, ok, problem, type TestProject } from '../support/project.js';
import type { Program } from '../support/program.js';
import { runUntil } from '../support/runs.js';
import { startWorker } from '../support/worker.js';
import { stockOf, type TestStock } from './stock.js';

const BOSS: FieldDefinitionDto = {
  ...{ name: 'boss', type: 'reference', reference_schema_id: 'self', earlier_rows: true },
};

describe('references of a schema to itself', () => {
  let test: TestApi;
  let project: TestProject;
  let worker: Program;

  beforeAll(async () => {
    test = await startApi();
    project = await givenProject(test);
    worker = await startWorker(test.db.url);
  });
  afterAll(async () => {
    await worker.stop();
    await test.close();
  });

  const generate = async ({ path }: TestStock, count: number, seed: string) => {
    const { id } = await ok(api.generate({ client: project.as.writer, path, body: { count, seed } }));
    return runUntil(project.as.reader, id);
  };
  /** Asserts that every reference names a record, of a run one before; answers how many there are. */
  const expectTrees = async (stock: TestStock, isOrdered = true): Promise<number> => {
    const rows = await stock.rows();
    const place = new Map(rows.map(({ id }, i) => [id, i]));
    const bosses = rows.flatMap(({ id, data_values }) => {
      const boss = data_values['boss'] as string | null;
      return boss === null || boss === undefined ? [] : [[id, boss] as const];
    });
    const isBefore = (boss: string, id: string) => (place.get(boss) ?? 0) < (place.get(id) ?? 0);
    const wrong = bosses.filter(([id, boss]) => !place.has(boss) || boss === id || (isOrdered && !isBefore(boss, id)));
    expect(wrong).toEqual([]);
    return bosses.length;
  };

  it('may be called self, and name earlier records of the same run', async () => {
    const schema = await project.schema('Employee', [{ name: 'name', type: 'string' }, BOSS]);
    expect(schema.schema_definition.fields[1]?.reference_schema_id).toBe(schema.id);
    const stock = stockOf(test, project, schema.id);
    expect(await generate(stock, 12_345, 'a')).toMatchObject({ state: 'succeeded', done: 12_345 });
    expect(await expectTrees(stock)).toBeGreaterThan(12_000);
  });

  it('name records that were stored, where unique values of others were taken', async () => {
    const number: FieldDefinitionDto = {
      name: 'number',
      type: 'number',
      min: 1,
      max: 9_000,
      integer: true,
      unique: true,
    };
    const schema = await project.schema('Numbered', [{ ...number, required: true }, BOSS]);
    const stock = stockOf(test, project, schema.id);
    expect(await generate(stock, 5_000, 'a')).toMatchObject({ state: 'succeeded', done: 5_000 });
    expect(await generate(stock, 4_000, 'b')).toMatchObject({ state: 'succeeded', done: 4_000 });
    expect((await stock.rows()).length).toBe(9_000);
    expect(await expectTrees(stock)).toBeGreaterThan(8_500);
  });

  it('name earlier samples', async () => {
    const code: FieldDefinitionDto = { name: 'code', type: 'string', regex: '^[a-z]$', unique: true, required: true };
    const stock = stockOf(test, project, (await project.schema('Sampled', [code, BOSS])).id);
    await stock.sample(10, 'a');
    await stock.sample(16, 'b');
    // Ids of the same millisecond are in no order.
    expect(await expectTrees(stock, false)).toBe(25);
  });

  it('are only of the schema itself, optional and not unique', async () => {
    const other = await project.schema('Other', [{ name: 'a', type: 'string' }]);
    const refused = async (rules: object, unique?: string[][]) => {
      const body = {
        name: 'Wrong',
        schema_definition: { fields: [{ ...BOSS, ...rules }], ...(unique ? { unique } : {}) },
      };
      const answer = api.createSchema({ client: project.as.admin, path: { projectId: project.id }, body });
      return (await problem(answer)).errors.map(({ code }) => code);
    };
    expect(await refused({ reference_schema_id: other.id })).toEqual(['earlier_rows.other_schema']);
    expect(await refused({ required: true })).toContain('earlier_rows.required');
    expect(await refused({ cardinality: 'one_to_one' })).toEqual(['unique.earlier_rows']);
  });

  it('cannot keep the server busy where a row needs what the first one cannot have', async () => {
    const label: FieldDefinitionDto = { name: 'label', type: 'string', expression: 'lower(boss)', required: true };
    const stock = stockOf(test, project, (await project.schema('Unmet', [BOSS, label])).id);
    expect(await stock.refuseSample({ count: 1 })).toMatchObject({ status: 409, code: 'generation.no_valid_row' });
    const { path } = stock;
    const run = api.generate({ client: project.as.writer, path, body: { count: 10 } });
    expect(await problem(run)).toMatchObject({ status: 409, code: 'generation.no_valid_row' });
  });

  it('are in no key, nor is what is made of them', async () => {
    const tag: FieldDefinitionDto = { name: 'tag', type: 'string', template: 't {boss}' };
    const no: FieldDefinitionDto = { name: 'no', type: 'number', sequence: {} };
    const schema_definition = { fields: [no, BOSS, tag], unique: [['no', 'tag']] };
    const body = { name: 'Tagged', schema_definition };
    const answer = api.createSchema({ client: project.as.admin, path: { projectId: project.id }, body });
    expect((await problem(answer)).errors).toMatchObject([{ code: 'unique.earlier_rows' }]);
  });
});
