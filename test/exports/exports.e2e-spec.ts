import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as api from '../../libs/client/generated/sdk.gen.js';
import type { StartExport } from '../../libs/client/generated/types.gen.js';
import { startApi, type TestApi } from '../support/api.js';
import { givenProject, ok, problem, type TestProject } from '../support/project.js';
import type { Program } from '../support/program.js';
import { runUntil } from '../support/runs.js';
import { startWorker } from '../support/worker.js';
import { secondEnvironment, stockOf, type TestStock } from '../test-data/stock.js';
import { exportFile, readCsv, readJsonLines } from './export-file.js';

describe('exporting', () => {
  let test: TestApi;
  let project: TestProject;
  let stock: TestStock;
  const workers: Program[] = [];

  beforeAll(async () => {
    test = await startApi();
    workers.push(await startWorker(test.db.url));
    project = await givenProject(test);
    const fields = [
      { name: 'name', type: 'string' as const },
      { name: 'age', type: 'number' as const },
    ];
    stock = stockOf(test, project, (await project.schema('Some "Ünits"\\..\r\nX: y', fields)).id);
    for (let age = 1; age <= 9; age += 1) await stock.create({ name: `n${age}`, age });
  });
  afterAll(async () => {
    await Promise.all(workers.map((worker) => worker.stop()));
    await test.close();
  });

  const as = () => project.as.reader;
  const start = (body: StartExport) => api.exportRecords({ client: as(), path: stock.path, body });

  it('takes those records and fields that were asked for', async () => {
    const [used] = await stock.rows();
    await ok(api.markRecordUsed({ client: project.as.writer, path: { id: used?.id ?? '' } }));
    const filter = { status: ['active' as const], values: { age: { lte: 4 } } };
    const file = await exportFile(test, as(), stock.path, { format: 'csv', filter, fields: ['age', 'name'] });
    expect(file.text).toBe('name,age\nn2,2\nn3,3\nn4,4\n');
    const only = await exportFile(test, as(), stock.path, { format: 'jsonl', filter, fields: ['age'] });
    expect(only.text).toBe('{"age":2}\n{"age":3}\n{"age":4}\n');
    await ok(api.reactivateRecord({ client: project.as.writer, path: { id: used?.id ?? '' } }));
  });

  it('puts id, state and time in front where they are wanted', async () => {
    const csv = await exportFile(test, as(), stock.path, { format: 'csv', with_meta: true });
    const json = await exportFile(test, as(), stock.path, { format: 'jsonl', with_meta: true });
    const ids = (await stock.rows()).map(({ id }) => id);
    expect(readCsv(csv).map(({ _id }) => _id)).toEqual(ids);
    expect(readJsonLines(json.text).map(({ _id }) => _id)).toEqual(ids);
    expect(readJsonLines(json.text)[0]).toEqual({
      ...{ _id: ids[0], _status: 'active', name: 'n1', age: 1 },
      _created_at: readCsv(csv)[0]?._created_at,
    });
    expect(Number.isNaN(Date.parse(readCsv(csv)[0]?._created_at ?? ''))).toBe(false);
  });

  it('names its file with letters, digits and dashes, whatever the schema is called', async () => {
    const { name, disposition, run } = await exportFile(test, as(), stock.path, { format: 'csv' });
    expect(name).toMatch(/^some-units-x-y-[a-z0-9-]+\.neutralised\.csv$/);
    expect(disposition).toBe(`attachment; filename="${name}"`);
    const whole = await ok(api.getRun({ client: as(), path: { id: run.id } }));
    expect(whole.files).toEqual([expect.objectContaining({ name, media_type: 'text/csv', rows: 9 })]);
  });

  it('gives a file without rows where there is no record', async () => {
    const path = { ...stock.path, envId: await secondEnvironment(project, 'Empty') };
    const { text, run } = await exportFile(test, as(), path, { format: 'csv' });
    expect(text).toBe('name,age\n');
    expect(run).toMatchObject({ total: 0, done: 0 });
    expect((await exportFile(test, as(), path, { format: 'jsonl' })).text).toBe('');
  });

  it('puts values under the names that their fields have now', async () => {
    const { id, schema_definition: definition } = await project.schema('Renamed', [
      { name: 'a', type: 'string' },
      { name: 'b', type: 'string' },
      { name: 'c', type: 'string' },
    ]);
    const renamed = stockOf(test, project, id);
    await renamed.create({ a: 'first', b: 'second', c: 'third' });
    const [a, b] = definition.fields;
    // The names change places; c goes, and another c comes.
    const swapped = [
      { ...a, name: 'b', type: 'string' as const },
      { ...b, name: 'a', type: 'string' as const },
    ];
    for (const fields of [swapped, [...swapped, { name: 'c', type: 'string' as const }]]) {
      const body = { schema_definition: { fields } };
      await ok(api.updateSchema({ client: project.as.writer, path: { id }, body }));
    }
    await renamed.create({ b: 'one', a: 'two', c: 'three' });
    const csv = await exportFile(test, as(), renamed.path, { format: 'csv' });
    expect(csv.text).toBe('b,a,c\nfirst,second,\none,two,three\n');
    const json = await exportFile(test, as(), renamed.path, { format: 'jsonl' });
    expect(json.text).toBe('{"b":"first","a":"second"}\n{"b":"one","a":"two","c":"three"}\n');
  });

  it('neutralises what was a text when the record was made', async () => {
    const { id, schema_definition: definition } = await project.schema('Retyped', [{ name: 'n', type: 'string' }]);
    const retyped = stockOf(test, project, id);
    await retyped.create({ n: "-2+3+cmd|' /C calc'!A0" });
    const fields = definition.fields.map((field) => ({ ...field, type: 'number' as const }));
    const body = { schema_definition: { fields } };
    await ok(api.updateSchema({ client: project.as.writer, path: { id }, body }));
    await retyped.create({ n: -2 });
    const { text } = await exportFile(test, as(), retyped.path, { format: 'csv' });
    expect(text).toBe("n\n'-2+3+cmd|' /C calc'!A0\n-2\n");
  });

  it('refuses what does not fit the schema or the format, and says where', async () => {
    const pointers = async (body: StartExport) => (await problem(start(body))).errors.map(({ pointer }) => pointer);
    expect(await pointers({ format: 'csv', fields: ['name', 'nmae'] })).toEqual(['/fields/1']);
    expect(await pointers({ format: 'csv', filter: { values: { nmae: { eq: 1 } } } })).toEqual(['/filter/values/nmae']);
    expect(await pointers({ format: 'jsonl', delimiter: ';' })).toEqual(['/delimiter']);
    expect(await pointers({ format: 'xlsx' as never })).toEqual(['/format']);
    expect(await pointers({ format: 'csv', delimiter: "'); --" as never })).toEqual(['/delimiter']);
  });

  it('fails with the reason where its filter fits no more', async () => {
    const { id } = await project.schema('Changing', [
      { name: 'gone', type: 'string' },
      { name: 'stays', type: 'string' },
    ]);
    await Promise.all(workers.splice(0).map((worker) => worker.stop()));
    const path = { schemaId: id, envId: project.environmentId };
    const filter = { values: { gone: { eq: 'x' } } };
    const run = await ok(api.exportRecords({ client: as(), path, body: { format: 'csv', filter } }));
    const body = { schema_definition: { fields: [{ name: 'stays', type: 'string' as const }] } };
    await ok(api.updateSchema({ client: project.as.writer, path: { id }, body }));
    workers.push(await startWorker(test.db.url));
    const over = await runUntil(as(), run.id);
    expect(over).toMatchObject({ state: 'failed', done: 0 });
    expect(over.error).toContain('/filter/values/gone');
  });

  it('starts once for each key', async () => {
    const body = { format: 'csv' as const };
    const headers = { 'Idempotency-Key': 'export-once' };
    const [first, again] = [
      await ok(api.exportRecords({ client: as(), path: stock.path, body, headers })),
      await ok(api.exportRecords({ client: as(), path: stock.path, body, headers })),
    ];
    expect(again.id).toBe(first.id);
    expect((await runUntil(as(), first.id)).state).toBe('succeeded');
  });

  it('needs write in a protected environment, and none that is archived', async () => {
    const envId = await secondEnvironment(project, 'Guarded');
    const change = (body: { is_protected?: boolean; status?: 'archived' }) =>
      ok(api.updateEnvironment({ client: project.as.admin, path: { id: envId }, body }));
    const path = { ...stock.path, envId };
    const body = { format: 'csv' as const };
    await change({ is_protected: true });
    expect(await problem(api.exportRecords({ client: as(), path, body }))).toMatchObject({ status: 403 });
    await ok(api.exportRecords({ client: project.as.writer, path, body }));
    await change({ status: 'archived' });
    expect(await problem(api.exportRecords({ client: project.as.writer, path, body }))).toMatchObject({
      status: 409,
      code: 'environment.archived',
    });
  });
});
