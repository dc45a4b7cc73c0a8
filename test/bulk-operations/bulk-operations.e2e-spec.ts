import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as api from '../../libs/client/generated/sdk.gen.js';
import type { StartBulkOperation } from '../../libs/client/generated/types.gen.js';
import { download, readJsonLines } from '../exports/export-file.js';
import { startApi, type TestApi } from '../support/api.js';
import { givenProject, ok, problem, type TestProject } from '../support/project.js';
import type { Program } from '../support/program.js';
import { runUntil } from '../support/runs.js';
import { startWorker } from '../support/worker.js';
import { secondEnvironment, stockOf, type TestStock } from '../test-data/stock.js';

const UNKNOWN = '0193f0a2-7c1e-7a50-9b1d-2f7a3c5e8b10';
const ACCOUNT = [
  { name: 'email', type: 'string' as const, required: true, unique: true },
  { name: 'age', type: 'number' as const, min: 0, max: 120 },
];

describe('an operation on many records', () => {
  let test: TestApi;
  let project: TestProject;
  let worker: Program;
  let staging: string;
  let names = 0;

  beforeAll(async () => {
    test = await startApi();
    project = await givenProject(test);
    staging = await secondEnvironment(project);
    // Slices that end within a stock, and begin in the next.
    worker = await startWorker(test.db.url, { SLICE_ROWS: '100' });
  });
  afterAll(async () => {
    await worker.stop();
    await test.close();
  });

  const client = () => project.as.writer;
  const over = async (run: Promise<{ id: string }>) =>
    ok(api.getRun({ client: client(), path: { id: (await runUntil(client(), (await run).id)).id } }));
  const body = (schemas: string[], more: Partial<StartBulkOperation> = {}): StartBulkOperation => ({
    project_id: project.id,
    environment_ids: [project.environmentId],
    schema_ids: schemas,
    ...more,
  });
  const states = async (stock: TestStock) => {
    const states: Record<string, number> = {};
    for (const { status } of await stock.rows()) states[status] = (states[status] ?? 0) + 1;
    return states;
  };
  /** A schema with records in Development and Staging. */
  const filled = async (fields: Parameters<TestProject['schema']>[1], development: number, elsewhere = 0) => {
    const { id } = await project.schema(`Filled ${(names += 1)}`, fields);
    const [here, there] = [stockOf(test, project, id), stockOf(test, project, id, { envId: staging })];
    if (development > 0) await here.sample(development);
    if (elsewhere > 0) await there.sample(elsewhere);
    return { id, here, there };
  };

  it('deletes what the filter names, in several schemas and environments, and frees the unique values', async () => {
    const [a, b] = [await filled(ACCOUNT, 70, 60), await filled(ACCOUNT, 80)];
    const young = await a.here.create({ email: 'young@example.com', age: 3 });
    const before = [await a.here.rows(), await a.there.rows(), await b.here.rows()].flat();
    const old = before.filter(({ data_values }) => Number(data_values['age'] ?? -1) >= 40).map(({ id }) => id);
    const filter = { values: { age: { gte: 40 } } };
    const both = { environment_ids: [project.environmentId, staging], filter };
    const dry = await over(
      ok(api.bulkDelete({ client: client(), body: body([a.id, b.id], { ...both, dry_run: true }) })),
    );
    expect(dry).toMatchObject({ state: 'succeeded', done: old.length, result: { deleted: old.length, dry_run: true } });
    expect([await a.here.rows(), await a.there.rows(), await b.here.rows()].flat()).toEqual(before);
    const run = await over(ok(api.bulkDelete({ client: client(), body: body([a.id, b.id], both) })));
    expect(run).toMatchObject({ type: 'delete_records', state: 'succeeded', done: old.length, total: old.length });
    expect(run.result).toEqual({ deleted: old.length });
    expect(old.length).toBeGreaterThan(100);
    const left = [await a.here.rows(), await a.there.rows(), await b.here.rows()].flat();
    expect(left.map(({ id }) => id)).toEqual(before.map(({ id }) => id).filter((id) => !old.includes(id)));
    const keys = await test.db.query<{ record_id: string }>('SELECT record_id FROM test_data_keys');
    expect(keys.map(({ record_id }) => record_id).sort()).toEqual(left.map(({ id }) => id).sort());
    await a.here.refuse({ email: 'young@example.com' });
    await over(ok(api.bulkDelete({ client: client(), body: body([a.id], { filter: { ids: [young.id] } }) })));
    await a.here.create({ email: 'young@example.com' });
  });

  it('works on all schemas where none is named, and on nothing that is made later', async () => {
    const own = await givenProject(test);
    const schemas = [
      await own.schema('One', ACCOUNT),
      await own.schema('Two', ACCOUNT),
      await own.schema('Old', ACCOUNT),
    ];
    const stocks = schemas.map(({ id }) => stockOf(test, own, id));
    for (const stock of stocks) await stock.sample(5);
    await ok(api.updateSchema({ client: own.as.admin, path: { id: schemas[2]!.id }, body: { status: 'archived' } }));
    const client = own.as.writer;
    const all = { project_id: own.id, environment_ids: [own.environmentId] };
    await worker.kill('SIGSTOP');
    const { id } = await ok(api.bulkMarkUsed({ client, body: all }));
    await stocks[0]!.sample(2);
    await worker.kill('SIGCONT');
    expect(await runUntil(client, id)).toMatchObject({ done: 10, total: 10, result: { used: 10 }, schema_id: null });
    expect(await Promise.all(stocks.map(states))).toEqual([{ used: 5, active: 2 }, { used: 5 }, { active: 5 }]);
  });

  it('marks active records as used, and makes used and invalid ones active again', async () => {
    const { id, here } = await filled(ACCOUNT, 90);
    const [first] = await here.rows();
    const reason = 'Closed by the bank';
    const one = { filter: { ids: [first?.id ?? ''] } };
    await over(ok(api.bulkInvalidate({ client: client(), body: { ...body([id], one), reason } })));
    expect(await ok(api.getRecord({ client: client(), path: { id: first?.id ?? '' } }))).toMatchObject({
      status: 'invalid',
      status_reason: reason,
    });
    const used = await over(ok(api.bulkMarkUsed({ client: client(), body: body([id]) })));
    expect(used).toMatchObject({ type: 'mark_used', total: 89, done: 89, result: { used: 89 }, schema_id: id });
    const whose = await test.db.query(
      `SELECT DISTINCT used_by, used_at IS NULL AS never FROM test_data WHERE status = 'used'
      AND stock_id IN (SELECT id FROM stocks WHERE schema_id = $1)`,
      [id],
    );
    expect(whose).toEqual([{ used_by: project.userIds.writer, never: false }]);
    expect((await over(ok(api.bulkMarkUsed({ client: client(), body: body([id]) })))).done).toBe(0);
    const filter = { status: ['used' as const] };
    const back = await over(ok(api.bulkReactivate({ client: client(), body: body([id], { filter }) })));
    expect(back.result).toEqual({ reactivated: 89 });
    expect(await states(here)).toEqual({ active: 89, invalid: 1 });
    await over(ok(api.bulkReactivate({ client: client(), body: body([id]) })));
    const traces = await test.db.query(
      `SELECT FROM test_data WHERE stock_id IN (SELECT id FROM stocks WHERE schema_id = $1)
       AND (status <> 'active' OR coalesce(used_at::text, used_by::text, status_reason) IS NOT NULL)`,
      [id],
    );
    expect(traces).toEqual([]);
  });

  it('checks records with the schema as it is now, and says what is wrong with them', async () => {
    const { id, here } = await filled(ACCOUNT, 0);
    const made = [];
    for (const age of [10, 20, 30, 40]) made.push(await here.create({ email: `a${age}@example.com`, age }));
    const [ten, twenty, thirty] = made;
    await ok(api.markRecordUsed({ client: client(), path: { id: ten!.id } }));
    await ok(api.invalidateRecord({ client: client(), path: { id: thirty!.id }, body: { reason: 'Odd' } }));
    const { schema_definition } = await ok(api.getSchema({ client: client(), path: { id } }));
    const [email, age] = schema_definition.fields;
    const stricter = { fields: [email!, { ...age!, name: 'years', min: 25 }] };
    const change = (definition: unknown) =>
      ok(api.updateSchema({ client: client(), path: { id }, body: { schema_definition: definition as never } }));
    await change(stricter);
    const dry = await over(ok(api.bulkRevalidate({ client: client(), body: body([id], { dry_run: true }) })));
    const figures = { valid: 2, invalid: 2, invalidated: 2, reactivated: 1 };
    expect(dry.result).toEqual({ ...figures, dry_run: true });
    expect(await states(here)).toEqual({ used: 1, active: 2, invalid: 1 });
    const run = await over(ok(api.bulkRevalidate({ client: client(), body: body([id]) })));
    expect(run).toMatchObject({ state: 'succeeded', done: 4, result: figures });
    expect(run.files).toMatchObject([{ name: 'invalid.jsonl', rows: 2 }]);
    const { text } = await download(test, client(), run.id, 'invalid.jsonl');
    const problems = [{ pointer: '/years', code: 'min', message: expect.stringMatching(/25/) }];
    const place = { schema_id: id, environment_id: project.environmentId };
    expect(readJsonLines(text)).toEqual([
      { id: ten!.id, ...place, problems },
      { id: twenty!.id, ...place, problems },
    ]);
    const after = (await here.list()).data;
    expect(after.map(({ status }) => status)).toEqual(['invalid', 'invalid', 'active', 'active']);
    expect(after.map(({ status_reason }) => status_reason)).toEqual([
      ...[10, 20].map((years) => expect.stringContaining(`not ${years}`)),
      null,
      null,
    ]);
    expect(after[3]).toMatchObject({ schema_version: 2, data_values: { email: 'a40@example.com', years: 40 } });
    await change({ fields: [email!, { ...age!, name: 'years' }] });
    const again = await over(ok(api.bulkRevalidate({ client: client(), body: body([id]) })));
    expect(again.result).toEqual({ valid: 4, invalid: 0, invalidated: 0, reactivated: 2 });
    // What had been used is not handed out again.
    expect((await here.list()).data.map(({ status, schema_version }) => [status, schema_version])).toEqual([
      ['used', 3],
      ['active', 3],
      ['active', 3],
      ['active', 3],
    ]);
  });

  it('finds references to records that are gone', async () => {
    const user = await filled(ACCOUNT, 0);
    const kept = await user.here.create({ email: 'kept@example.com' });
    const gone = await user.here.create({ email: 'gone@example.com' });
    const order = await filled([{ name: 'user', type: 'reference', reference_schema_id: user.id, required: true }], 0);
    const orders = [await order.here.create({ user: kept.id }), await order.here.create({ user: gone.id })];
    await over(ok(api.bulkDelete({ client: client(), body: body([user.id], { filter: { ids: [gone.id] } }) })));
    const run = await over(ok(api.bulkRevalidate({ client: client(), body: body([order.id]) })));
    expect(run.result).toMatchObject({ valid: 1, invalidated: 1 });
    expect(await ok(api.getRecord({ client: client(), path: { id: orders[1]!.id } }))).toMatchObject({
      status: 'invalid',
      status_reason: expect.stringContaining(gone.id),
    });
  });

  it('is started once for a key', async () => {
    const { id } = await filled(ACCOUNT, 1);
    const sent = { client: client(), body: body([id]), headers: { 'Idempotency-Key': 'bulk-1' } };
    const [first, second] = [await ok(api.bulkMarkUsed(sent)), await ok(api.bulkMarkUsed(sent))];
    expect(second.id).toBe(first.id);
    expect(await problem(api.bulkReactivate(sent))).toMatchObject({ status: 422, code: 'request.invalid' });
  });

  it('is refused where it cannot be meant, or by this person', async () => {
    const { id, here } = await filled(ACCOUNT, 3);
    const refused = (more: Partial<StartBulkOperation>, as = client()) =>
      problem(api.bulkDelete({ client: as, body: body([id], more) }));
    expect(await refused({ project_id: 'x' })).toMatchObject({ status: 422, errors: [{ pointer: '/project_id' }] });
    expect(await refused({ project_id: UNKNOWN })).toMatchObject({ status: 404, code: 'project.not_found' });
    expect(await refused({}, project.as.stranger)).toMatchObject({ status: 404, code: 'project.not_found' });
    expect(await refused({}, project.as.reader)).toMatchObject({ status: 403 });
    expect(await refused({ environment_ids: [] })).toMatchObject({
      status: 422,
      errors: [{ pointer: '/environment_ids' }],
    });
    expect(await refused({ environment_ids: [UNKNOWN] })).toMatchObject({ status: 404, code: 'environment.not_found' });
    expect(await refused({ schema_ids: [id, UNKNOWN] })).toMatchObject({ status: 404, code: 'schema.not_found' });
    const filter = { values: { size: { gt: 1 } } };
    expect(await refused({ filter })).toMatchObject({
      status: 422,
      code: 'filter.invalid',
      detail: expect.stringContaining('Filled'),
      errors: [{ pointer: '/filter/values/size', code: 'unknown_field' }],
    });
    const prod = await ok(
      api.createEnvironment({
        client: project.as.admin,
        path: { projectId: project.id },
        body: { template: 'production' },
      }),
    );
    const environment_ids = [project.environmentId, prod.id];
    expect(await refused({ environment_ids })).toMatchObject({ status: 403, code: 'project.forbidden' });
    expect(await here.rows()).toHaveLength(3);
    const elsewhere = await givenProject(test);
    const foreign = { project_id: elsewhere.id, environment_ids: [project.environmentId] };
    expect(await refused(foreign, elsewhere.as.admin)).toMatchObject({ status: 404, code: 'environment.not_found' });
    await ok(api.updateSchema({ client: project.as.admin, path: { id }, body: { status: 'archived' } }));
    expect(await refused({})).toMatchObject({ status: 409, code: 'schema.archived' });
  });
});
