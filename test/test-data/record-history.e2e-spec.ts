import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as api from '../../libs/client/generated/sdk.gen.js';
import type { RecordEvent, RecordHistoryPage } from '../../libs/client/generated/types.gen.js';
import { ask } from '../requests/hand-out.js';
import { startApi, type TestApi } from '../support/api.js';
import type { Program } from '../support/program.js';
import { givenProject, ok, problem, type TestProject } from '../support/project.js';
import { runUntil } from '../support/runs.js';
import { startWorker } from '../support/worker.js';
import { secondEnvironment, stockOf, together } from './stock.js';

const NUMBERED = [{ name: 'n', type: 'number' as const, min: 0, required: true }];

describe("a record's history", () => {
  let test: TestApi;
  let project: TestProject;
  let worker: Program;

  beforeAll(async () => {
    test = await startApi({ INLINE_DELETE_ROWS: '5' });
    project = await givenProject(test);
    worker = await startWorker(test.db.url);
  });
  afterAll(async () => {
    await worker.stop();
    await test.close();
  });

  const writer = () => project.as.writer;
  const history = async (id: string): Promise<RecordEvent[]> =>
    (await ok(api.getRecordHistory({ client: project.as.reader, path: { id } }))).data;
  const events = async (id: string) => (await history(id)).map(({ event }) => event);
  const done = async (run: Promise<{ id: string }>) => {
    const { id, state } = await runUntil(writer(), (await run).id);
    expect(state).toBe('succeeded');
    return id;
  };

  it('tells who did what, of everything that happens to single records', async () => {
    const schema = await project.schema('Account', NUMBERED, { is_reusable: false });
    const featureId = await project.feature('sign_in', [schema.id]);
    const { id } = await stockOf(test, project, schema.id).create({ n: 1 });
    const path = { id };
    const bundle = await ok(ask(project.as.reader, { featureId, envId: project.environmentId }));
    await ok(api.reactivateRecord({ client: writer(), path }));
    await ok(api.markRecordUsed({ client: writer(), path }));
    await ok(api.invalidateRecord({ client: project.as.admin, path, body: { reason: 'Closed' } }));
    await ok(api.reactivateRecord({ client: writer(), path }));
    await ok(api.updateRecord({ client: project.as.admin, path, body: { data_values: { n: 2 } } }));
    await ok(api.deleteRecord({ client: project.as.admin, path }));

    const { admin, writer: by, reader } = project.userIds;
    const own = { values_changed: false, reason: null, run_id: null, cause: null, request_id: null, bundle_id: null };
    const found = await history(id);
    expect(found).toMatchObject([
      { ...own, event: 'created', from: null, to: 'active', by, feature_id: null },
      {
        ...{ event: 'handed_out', by: reader, feature_id: featureId, feature_name: 'sign_in', from: null, to: null },
        bundle_id: bundle.bundle_id,
      },
      { ...own, event: 'reactivated', from: 'used', to: 'active', by, feature_id: featureId },
      { ...own, event: 'used', from: 'active', to: 'used', by },
      { ...own, event: 'invalidated', from: 'used', to: 'invalid', by: admin, reason: 'Closed' },
      { ...own, event: 'reactivated', from: 'invalid', to: 'active', by },
      { ...own, event: 'edited', from: 'active', to: 'active', by: admin, values_changed: true },
      { ...own, event: 'deleted', from: 'active', to: null, by: admin },
    ]);
    expect(found[1]?.request_id).not.toBeNull();
    expect(found.every(({ by_name }) => by_name !== null)).toBe(true);
    const moments = found.map(({ at }) => at);
    expect(moments).toEqual([...moments].sort());
    expect(await problem(api.getRecord({ client: writer(), path }))).toMatchObject({ status: 404 });
    const stranger = api.getRecordHistory({ client: project.as.stranger, path });
    expect(await problem(stranger)).toMatchObject({ status: 404, code: 'record.not_found' });
  });

  it('is given page by page, also where many were given the record at once', async () => {
    const schema = await project.schema('Shared', NUMBERED);
    const featureId = await project.feature('sharing', [schema.id]);
    const { id } = await stockOf(test, project, schema.id).create({ n: 1 });
    await together(24, 8, () => ok(ask(project.as.reader, { featureId, envId: project.environmentId })));
    await ok(api.markRecordUsed({ client: writer(), path: { id } }));
    const whole = await history(id);
    expect(whole).toHaveLength(26);
    expect(whole.at(-1)?.event).toBe('used');
    const paged: RecordEvent[] = [];
    for (let query: { limit: number; cursor?: string } | null = { limit: 5 }; query !== null;) {
      const page: RecordHistoryPage = await ok(
        api.getRecordHistory({ client: project.as.reader, path: { id }, query }),
      );
      paged.push(...page.data);
      query = page.next_cursor === null ? null : { limit: 5, cursor: page.next_cursor };
    }
    expect(paged).toEqual(whole);
    const odd = { client: project.as.reader, path: { id }, query: { cursor: 'x' } };
    expect(await problem(api.getRecordHistory(odd))).toMatchObject({ status: 422, code: 'list.bad_cursor' });
  });

  it('names the run and who started it, for runs over many records', async () => {
    const schema = await project.schema('Bulk', NUMBERED, { is_reusable: false });
    const envId = project.environmentId;
    const path = { schemaId: schema.id, envId };
    const made = await done(ok(api.generate({ client: project.as.admin, path, body: { count: 3 } })));
    const [record] = (await stockOf(test, project, schema.id).list()).data;
    const id = record?.id ?? '';
    const body = { project_id: project.id, environment_ids: [envId], schema_ids: [schema.id] };
    const client = writer();
    const runs = [
      await done(ok(api.bulkMarkUsed({ client, body }))),
      await done(ok(api.bulkReactivate({ client, body }))),
      await done(ok(api.bulkInvalidate({ client, body: { ...body, reason: 'Chance' } }))),
      await done(ok(api.bulkRevalidate({ client, body }))),
      await done(ok(api.bulkDelete({ client, body }))),
    ];
    const by = project.userIds.writer;
    expect(await history(id)).toMatchObject([
      { event: 'created', by: project.userIds.admin, run_id: made },
      { event: 'used', by, run_id: runs[0], cause: 'mark_used' },
      { event: 'reactivated', by, run_id: runs[1], cause: 'reactivate' },
      { event: 'invalidated', by, run_id: runs[2], cause: 'invalidate', reason: 'Chance' },
      { event: 'reactivated', by, run_id: runs[3], cause: 'revalidate' },
      { event: 'deleted', by, run_id: runs[4], cause: 'delete_records' },
    ]);
  });

  it('covers copies that replace and move', async () => {
    const fields = [
      { name: 'code', type: 'string' as const, regex: '^[a-z]{3}$', unique: true, required: true },
      ...NUMBERED,
    ];
    const schema = await project.schema('Copied', fields);
    const staging = await secondEnvironment(project);
    const { id: from } = await stockOf(test, project, schema.id).create({ code: 'abc', n: 1 });
    const { id: to } = await stockOf(test, project, schema.id, { envId: staging }).create({ code: 'abc', n: 2 });
    const body = {
      ...{ from_environment_id: project.environmentId, to_environment_ids: [staging] },
      ...{ schemas: [{ schema_id: schema.id }], move: true, on_conflict: 'replace' as const },
    };
    const run = await done(ok(api.copyRecords({ client: writer(), body })));
    const what = { by: project.userIds.writer, run_id: run, cause: 'copy' };
    expect(await history(to)).toMatchObject([{ event: 'created' }, { ...what, event: 'edited', values_changed: true }]);
    expect(await history(from)).toMatchObject([{ event: 'created' }, { ...what, event: 'deleted' }]);
  });

  it('notes leases that begin, change and end', async () => {
    const schema = await project.schema('Lent', NUMBERED, { is_reusable: false });
    const { id } = await stockOf(test, project, schema.id).create({ n: 1 });
    const set = (change: string) => test.db.query(`UPDATE test_data SET ${change} WHERE id = $1`, [id]);
    await set(`status = 'used', used_by = '${project.userIds.reader}', lease_expires_at = now() + interval '1 hour'`);
    await set(`lease_expires_at = lease_expires_at + interval '1 hour'`);
    await set(`status = 'active', used_by = NULL, lease_expires_at = NULL`);
    await set(`updated_at = now()`);
    expect(await history(id)).toMatchObject([
      { event: 'created' },
      { event: 'used', by: project.userIds.reader },
      { event: 'lease_changed' },
      { event: 'reactivated', by: null, lease_expires_at: null },
    ]);
  });

  it.each([3, 8])('outlives an environment that is deleted, in the request or by a run (%i records)', async (count) => {
    const schema = await project.schema(`Outlived ${count}`, NUMBERED);
    const featureId = await project.feature(`outliving_${count}`, [schema.id]);
    const envId = await secondEnvironment(project, `Short-lived ${count}`);
    const [record] = await stockOf(test, project, schema.id, { envId }).sample(count);
    const id = record?.id ?? '';
    const bundle = await ok(ask(project.as.reader, { featureId, envId }));
    const given = bundle.primary_data?.record_id ?? '';
    const run = await ok(api.deleteEnvironment({ client: project.as.admin, path: { id: envId } }));
    if (run) await runUntil(project.as.admin, run.id);
    await ok(api.deleteFeature({ client: project.as.admin, path: { id: featureId } }));
    expect(await events(id)).toEqual(id === given ? ['created', 'handed_out', 'deleted'] : ['created', 'deleted']);
    const [, handedOut, deleted] = await history(given);
    expect(handedOut).toMatchObject({ event: 'handed_out', feature_name: `outliving_${count}` });
    expect(deleted).toMatchObject({ event: 'deleted', by: project.userIds.admin, cause: 'delete' });
  });

  it('is as quick to write for many records after it was for one, over the same connection', async () => {
    const schema = await project.schema('Many', NUMBERED);
    const [record] = await stockOf(test, project, schema.id).sample(1);
    await test.db.query(
      `INSERT INTO test_data (stock_id, project_id, data_values, pick_key, schema_version, created_by)
       SELECT stock_id, project_id, data_values, random(), 1, created_by FROM test_data, generate_series(1, 10000) WHERE id = $1`,
      [record?.id],
    );
    // A plan is kept from the sixth time on at the latest.
    await test.db.query(
      `SET statement_timeout = 5000;
       DO $$ BEGIN
         FOR i IN 1..8 LOOP UPDATE test_data SET status_reason = i::text WHERE id = '${record?.id}'; END LOOP;
         UPDATE test_data SET status = 'used' WHERE stock_id = (SELECT stock_id FROM test_data WHERE id = '${record?.id}');
       END $$;
       RESET statement_timeout`,
    );
    expect(await events(record?.id ?? '')).toHaveLength(10);
  });

  it('cannot be changed by the API', async () => {
    const can = await test.db.query(
      `SELECT has_table_privilege('testlake_api', 'record_changes', 'UPDATE') AS update,
         has_table_privilege('testlake_api', 'record_changes', 'DELETE') AS delete,
         has_table_privilege('testlake_api', 'record_changes', 'INSERT') AS insert`,
    );
    expect(can).toEqual([{ update: false, delete: false, insert: true }]);
  });
});
