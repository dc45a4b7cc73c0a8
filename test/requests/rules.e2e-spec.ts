import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as api from '../../libs/client/generated/sdk.gen.js';
import { startApi, type TestApi } from '../support/api.js';
import { givenProject, ok, problem, type TestProject } from '../support/project.js';
import { secondEnvironment, statusOf, stockOf } from '../test-data/stock.js';
import { ask, countsOf, itemsOf, requestsOf } from './hand-out.js';

const TEXT = [{ name: 'text', type: 'string' as const, required: true }];
const NOBODY = '00000000-0000-7000-8000-000000000000';

describe('asking for data', () => {
  let test: TestApi;
  let project: TestProject;
  let made = 0;

  beforeAll(async () => {
    test = await startApi();
    project = await givenProject(test);
  });
  afterAll(() => test.close());

  const given = async (...reusable: boolean[]) => {
    made += 1;
    const schemas = [];
    for (const [i, is_reusable] of reusable.entries()) {
      schemas.push(await project.schema(`Schema ${made}.${i}`, TEXT, { is_reusable }));
    }
    const ids = schemas.map(({ id }) => id);
    return { ids, featureId: await project.feature(`feature_${made}`, ids), envId: project.environmentId };
  };
  const stock = (schemaId: string | undefined, envId = project.environmentId) =>
    stockOf(test, project, schemaId ?? '', { envId });
  const record = async (id: string) => ok(api.getRecord({ client: project.as.reader, path: { id } }));

  it('leaves a reusable record active and notes its use', async () => {
    const { ids, featureId, envId } = await given(true);
    const { id } = await stock(ids[0]).create({ text: 'a' });
    const bundles = [];
    for (let i = 0; i < 3; i += 1) bundles.push(await ok(ask(project.as.reader, { featureId, envId })));
    expect(bundles.map(({ primary_data }) => primary_data?.record_id)).toEqual([id, id, id]);
    expect(await record(id)).toMatchObject({ status: 'active', is_used: false, used_by: null, feature_id: null });
    const rows = await requestsOf(test, featureId);
    expect(rows.map((row) => [row.bundle_id, row.provided_data_id, row.source])).toEqual(
      bundles.map(({ bundle_id }) => [bundle_id, id, 'stock']),
    );
  });

  it('uses a single-use record up, for the caller and the feature, and then makes new ones', async () => {
    const { ids, featureId, envId } = await given(false);
    const { id } = await stock(ids[0]).create({ text: 'a' });
    const first = await ok(ask(project.as.reader, { featureId, envId }));
    expect(first.primary_data).toMatchObject({ record_id: id, data: { text: 'a' }, source: 'stock' });
    const used = { status: 'used', is_used: true, used_by: project.userIds.reader, feature_id: featureId };
    const taken = await record(id);
    expect(taken).toMatchObject(used);
    expect(taken.used_at).not.toBeNull();
    const second = await ok(ask(project.as.writer, { featureId, envId }));
    expect(second.primary_data?.source).toBe('generated');
    expect(second.primary_data?.record_id).not.toBe(id);
    const generated = await record(second.primary_data?.record_id ?? '');
    expect(generated).toMatchObject({ ...used, used_by: project.userIds.writer });
    await ok(api.reactivateRecord({ client: project.as.writer, path: { id } }));
    const third = await ok(ask(project.as.reader, { featureId, envId }));
    expect(third.primary_data).toMatchObject({ record_id: id, source: 'stock' });
    expect((await requestsOf(test, featureId)).map(({ source }) => source)).toEqual(['stock', 'generated', 'stock']);
  });

  it('never hands out used or invalid records', async () => {
    const { ids, featureId, envId } = await given(true);
    const used = await stock(ids[0]).create({ text: 'used' });
    const invalid = await stock(ids[0]).create({ text: 'invalid' });
    await ok(api.markRecordUsed({ client: project.as.writer, path: { id: used.id } }));
    await test.db.query(`UPDATE test_data SET status = 'invalid' WHERE id = $1`, [invalid.id]);
    const { primary_data } = await ok(ask(project.as.reader, { featureId, envId }));
    expect(primary_data?.source).toBe('generated');
    expect([used.id, invalid.id]).not.toContain(primary_data?.record_id);
  });

  it('takes what is in stock and makes what is not, under one bundle id', async () => {
    const { ids, featureId, envId } = await given(true, false, true);
    await stock(ids[1]).create({ text: 'there' });
    const bundle = await ok(ask(project.as.reader, { featureId, envId }));
    expect(itemsOf(bundle).map(({ schema_id, source }) => [schema_id, source])).toEqual([
      [ids[0], 'generated'],
      [ids[1], 'stock'],
      [ids[2], 'generated'],
    ]);
    const rows = await requestsOf(test, featureId);
    expect(rows).toHaveLength(3);
    expect(new Set(rows.map(({ bundle_id }) => bundle_id))).toEqual(new Set([bundle.bundle_id]));
    const bySchema = new Map(rows.map((row) => [row.schema_id, [row.provided_data_id, row.source]]));
    for (const item of itemsOf(bundle)) {
      expect(bySchema.get(item.schema_id)).toEqual([item.record_id, item.source]);
    }
  });

  it('answers with one schema alone where it would stand in the bundle', async () => {
    const { ids, featureId, envId } = await given(true, false, true);
    for (const id of ids) await stock(id).create({ text: 'a' });
    const primary = await ok(ask(project.as.reader, { featureId, envId, schemaId: ids[0] ?? '' }));
    expect(primary).toMatchObject({ primary_data: { schema_id: ids[0], source: 'stock' }, secondary_data: [] });
    const secondary = await ok(ask(project.as.reader, { featureId, envId, schemaId: ids[1] ?? '' }));
    expect(secondary).toMatchObject({ primary_data: null, secondary_data: [{ schema_id: ids[1], source: 'stock' }] });
    const generated = await ok(ask(project.as.reader, { featureId, envId, schemaId: ids[1] ?? '' }));
    expect(generated).toMatchObject({ primary_data: null, secondary_data: [{ source: 'generated' }] });
    const { secondary_data } = await ok(ask(project.as.reader, { featureId, envId }));
    expect(secondary_data.map(({ schema_id }) => schema_id)).toEqual([ids[1], ids[2]]);
    expect(await requestsOf(test, featureId)).toHaveLength(6);
  });

  it('follows a change of the primary schema', async () => {
    const { ids, featureId, envId } = await given(true, true);
    await ok(api.setPrimarySchema({ client: project.as.writer, path: { featureId, schemaId: ids[1] ?? '' } }));
    const bundle = await ok(ask(project.as.reader, { featureId, envId }));
    expect(itemsOf(bundle).map(({ schema_id }) => schema_id)).toEqual([ids[1], ids[0]]);
  });

  it('keeps environments apart', async () => {
    const { ids, featureId, envId } = await given(false);
    const staging = await secondEnvironment(project);
    await stock(ids[0]).create({ text: 'dev' });
    const { primary_data } = await ok(ask(project.as.reader, { featureId, envId: staging }));
    expect(primary_data?.source).toBe('generated');
    expect(await stock(ids[0]).rows()).toMatchObject([{ status: 'active', data_values: { text: 'dev' } }]);
    expect((await ok(ask(project.as.reader, { featureId, envId }))).primary_data?.data).toEqual({ text: 'dev' });
  });

  it('is refused with the reason, and leaves no trace', async () => {
    const { ids, featureId, envId } = await given(false);
    await stock(ids[0]).create({ text: 'a' });
    const empty = await project.feature('without_schema', []);
    const stranger = await givenProject(test);
    const other = await given(true);
    const before = await countsOf(test);
    const { reader } = project.as;
    const cases = [
      [ask(reader, { featureId: empty, envId }), 409, 'feature.no_schema'],
      [ask(reader, { featureId: empty, envId, schemaId: ids[0] ?? '' }), 404, 'feature.schema_not_assigned'],
      [ask(reader, { featureId, envId, schemaId: other.ids[0] ?? '' }), 404, 'feature.schema_not_assigned'],
      [ask(reader, { featureId, envId: NOBODY }), 404, 'environment.not_found'],
      [ask(reader, { featureId, envId: stranger.environmentId }), 404, 'environment.not_found'],
      [ask(stranger.as.admin, { featureId, envId: stranger.environmentId }), 404, 'feature.not_found'],
      [ask(project.as.stranger, { featureId, envId }), 404, 'feature.not_found'],
      [ask(reader, { featureId: NOBODY, envId }), 404, 'feature.not_found'],
      [ask(test.anonymous, { featureId, envId }), 401, undefined],
      [ask(reader, { featureId, envId: 'dev' }), 422, 'request.invalid'],
    ] as const;
    for (const [answer, status, code] of cases) {
      expect(await problem(answer as never)).toMatchObject({ status, ...(code ? { code } : {}) });
    }
    expect(await countsOf(test)).toEqual(before);
  });

  it('is refused where something is archived, with and without stock', async () => {
    const { ids, featureId, envId } = await given(false, false);
    await stock(ids[0]).create({ text: 'a' });
    const { admin, reader } = project.as;
    const schema = (status: 'active' | 'archived') =>
      ok(api.updateSchema({ client: admin, path: { id: ids[1] ?? '' }, body: { status } }));
    const feature = (status: 'active' | 'archived') =>
      ok(api.updateFeature({ client: admin, path: { id: featureId }, body: { status } }));
    const place = (status: 'active' | 'archived') =>
      ok(api.updateProject({ client: admin, path: { id: project.id }, body: { status } }));
    const before = await countsOf(test);
    for (const [archive, code] of [
      [schema, 'schema'],
      [feature, 'feature'],
      [place, 'project'],
    ] as const) {
      await archive('archived');
      for (const key of [undefined, `archived-${code}`]) {
        const refused = await problem(ask(reader, { featureId, envId, ...(key ? { key } : {}) }));
        expect(refused).toMatchObject({ status: 409, code: `${code}.archived` });
      }
      await archive('active');
    }
    const old = await secondEnvironment(project, 'Old');
    await ok(api.updateEnvironment({ client: admin, path: { id: old }, body: { status: 'archived' } }));
    const refused = await problem(ask(reader, { featureId, envId: old }));
    expect(refused).toMatchObject({ status: 409, code: 'environment.archived' });
    expect(await countsOf(test)).toEqual(before);
    const bundle = await ok(ask(reader, { featureId, envId, key: 'archived-schema' }));
    expect(bundle.primary_data?.source).toBe('stock');
  });

  it('needs write in a protected environment', async () => {
    const { featureId } = await given(true);
    const path = { projectId: project.id };
    const body = { name: 'Live', is_protected: true };
    const { id: envId } = await ok(api.createEnvironment({ client: project.as.admin, path, body }));
    expect(await problem(ask(project.as.reader, { featureId, envId }))).toMatchObject({ status: 403 });
    expect(await statusOf(ask(project.as.writer, { featureId, envId }))).toBe(200);
  });

  it('is not to be stored by anybody on the way, and not done by HEAD', async () => {
    const { ids, featureId, envId } = await given(false);
    const { response } = await ask(project.as.reader, { featureId, envId });
    expect(response?.headers.get('cache-control')).toContain('no-store');
    const one = await ask(project.as.reader, { featureId, envId, schemaId: ids[0] ?? '' });
    expect(one.response?.headers.get('cache-control')).toContain('no-store');
    const before = await countsOf(test);
    for (const rest of ['', `/${ids[0]}`]) {
      const url = `${test.url}/api/v1/features/${featureId}/environments/${envId}/request-data${rest}`;
      expect((await fetch(url, { method: 'HEAD' })).status).toBe(405);
    }
    expect(await countsOf(test)).toEqual(before);
  });

  it('shows records of an older version of the schema as they are', async () => {
    const { ids, featureId, envId } = await given(true);
    await stock(ids[0]).create({ text: 'old' });
    const path = { id: ids[0] ?? '' };
    const body = { field_name: 'first', field_type: 'boolean' as const, display_order: 0 };
    await ok(api.createField({ client: project.as.writer, path, body }));
    const bundle = await ok(ask(project.as.reader, { featureId, envId }));
    expect(bundle.primary_data).toMatchObject({ data: { text: 'old' }, source: 'stock' });
  });
});
