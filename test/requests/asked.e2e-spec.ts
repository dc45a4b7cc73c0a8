import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as api from '../../libs/client/generated/sdk.gen.js';
import type { Client } from '../../libs/client/generated/client/index.js';
import { startApi, type TestApi } from '../support/api.js';
import { givenProject, ok, problem, type TestProject } from '../support/project.js';
import { secondEnvironment, stockOf, together } from '../test-data/stock.js';
import { ask, requestsOf } from './hand-out.js';

const NUMBERED = [{ name: 'n', type: 'number' as const, min: 0, required: true }];

describe('what one person asks of another', () => {
  let test: TestApi;
  let project: TestProject;
  let things = 0;

  beforeAll(async () => {
    test = await startApi();
    project = await givenProject(test);
  });
  afterAll(() => test.close());

  const prepare = async (is_reusable = false) => {
    const no = (things += 1);
    const { id: schemaId } = await project.schema(`Asked ${no}`, NUMBERED, { is_reusable });
    return { schemaId, featureId: await project.feature(`asking_${no}`, [schemaId]), envId: project.environmentId };
  };
  type Place = Awaited<ReturnType<typeof prepare>>;
  const create = ({ featureId, envId, schemaId }: Place, client: Client = project.as.reader, request_notes?: string) =>
    ok(
      api.createRequest({
        ...{ client, path: { featureId, envId } },
        body: { schema_id: schemaId, ...(request_notes === undefined ? {} : { request_notes }) },
      }),
    );
  const fulfill = (id: string, body = {}, client: Client = project.as.writer) =>
    api.fulfillRequest({ client, path: { id }, body });
  const read = (id: string) => ok(api.getRequest({ client: project.as.reader, path: { id } }));
  const record = (id: string | null) => ok(api.getRecord({ client: project.as.reader, path: { id: id ?? '' } }));

  it('is fulfilled from stock, with a chosen record, or with a new one', async () => {
    const place = await prepare();
    const { schemaId, featureId } = place;
    const [first, second] = await stockOf(test, project, schemaId).sample(2);
    const asked = await create(place, project.as.reader, 'One with a large n');
    expect(asked).toMatchObject({
      ...{ status: 'pending', bundle_id: null, request_notes: 'One with a large n', took_ms: null, fulfilled_at: null },
      ...{ requested_by: project.userIds.reader, schema_name: 'Asked 1', feature_name: 'asking_1' },
      ...{ environment_name: 'Development', provided_data_id: null, responded_by: null },
    });
    const body = { record_id: second?.id ?? '', response_notes: 'The only one' };
    const answered = await ok(fulfill(asked.id, body));
    expect(answered).toMatchObject({
      ...{ status: 'fulfilled', provided_data_id: second?.id, source: 'stock', response_notes: 'The only one' },
      ...{ responded_by: project.userIds.writer, data: second?.data_values },
    });
    const took = new Date(answered.responded_at ?? 0).getTime() - new Date(asked.requested_at).getTime();
    expect(answered.took_ms).toBe(took);
    const use = { status: 'used', used_by: project.userIds.reader, feature_id: featureId };
    expect(await record(second?.id ?? '')).toMatchObject(use);

    const drawn = await ok(fulfill((await create(place)).id));
    expect(drawn).toMatchObject({ provided_data_id: first?.id, source: 'stock' });
    const { id } = await create(place);
    expect(await problem(fulfill(id))).toMatchObject({ status: 409, code: 'stock.empty' });
    const made = await ok(fulfill(id, { generate: true }));
    expect(made).toMatchObject({ status: 'fulfilled', source: 'generated' });
    expect(await record(made.provided_data_id)).toMatchObject(use);

    const client = project.as.reader;
    const usage = await ok(api.getSchemaUsage({ client, path: { id: schemaId } }));
    expect(usage.total).toEqual({ handed_out: 3, from_stock: 2, generated: 1 });
    const past = await ok(api.getRecordHistory({ client, path: { id: made.provided_data_id ?? '' } }));
    expect(past.data).toMatchObject([
      { event: 'created', by: project.userIds.writer },
      { event: 'handed_out', by: project.userIds.reader, request_id: id, bundle_id: null, feature_id: featureId },
    ]);
    expect(past.data).toHaveLength(2);
  });

  it('leaves a reusable record active', async () => {
    const place = await prepare(true);
    const { id } = await stockOf(test, project, place.schemaId).create({ n: 1 });
    for (let i = 0; i < 2; i += 1) {
      const answered = await ok(fulfill((await create(place)).id, i === 0 ? { record_id: id } : {}));
      expect(answered).toMatchObject({ provided_data_id: id, data: { n: 1 } });
    }
    expect((await record(id)).status).toBe('active');
  });

  it('is answered by one of two who answer at once', async () => {
    const place = await prepare();
    await stockOf(test, project, place.schemaId).sample(40);
    for (let round = 0; round < 5; round += 1) {
      const { id } = await create(place);
      const reject = { client: project.as.admin, path: { id }, body: { response_notes: 'No' } };
      const answers = await together(8, 8, async (i) => (i === 7 ? api.rejectRequest(reject) : fulfill(id)));
      const statuses = answers.map(({ response }) => response?.status).sort();
      expect(statuses).toEqual([200, ...Array(7).fill(409)]);
      for (const { error } of answers) {
        if (error) expect(error).toMatchObject({ code: 'request.not_pending' });
      }
    }
    // Nothing was taken for those who came too late.
    const rows = await requestsOf(test, place.featureId);
    const given = rows.filter(({ status }) => status === 'fulfilled');
    const stock = await stockOf(test, project, place.schemaId).rows();
    expect(stock.filter(({ status }) => status === 'used').map(({ id }) => id)).toEqual(
      given.map((row) => row.provided_data_id).sort(),
    );
  });

  it('is rejected with a reason, or withdrawn by who asked', async () => {
    const place = await prepare();
    const [a, b] = [await create(place), await create(place)];
    const reject = { client: project.as.writer, path: { id: a.id }, body: { response_notes: 'Use the fixtures' } };
    const rejected = await ok(api.rejectRequest(reject));
    expect(rejected).toMatchObject({ status: 'rejected', response_notes: 'Use the fixtures', fulfilled_at: null });
    expect(rejected.took_ms).toBeGreaterThanOrEqual(0);
    const path = { id: b.id };
    const other = await problem(api.withdrawRequest({ client: project.as.admin, path }));
    expect(other).toMatchObject({ status: 403, code: 'request.not_yours' });
    const withdrawn = await ok(api.withdrawRequest({ client: project.as.reader, path }));
    expect(withdrawn).toMatchObject({ status: 'withdrawn', responded_by: project.userIds.reader });
    for (const id of [a.id, b.id]) {
      expect(await problem(fulfill(id))).toMatchObject({ status: 409, code: 'request.not_pending' });
    }
    expect(await problem(fulfill(a.id, {}, project.as.reader))).toMatchObject({ status: 403 });
  });

  it('names what is wrong with an answer', async () => {
    const place = await prepare();
    const stock = stockOf(test, project, place.schemaId);
    const [used, free] = await stock.sample(2);
    await ok(api.markRecordUsed({ client: project.as.writer, path: { id: used?.id ?? '' } }));
    const { id } = await create(place);
    const inactive = await problem(fulfill(id, { record_id: used?.id }));
    expect(inactive).toMatchObject({ status: 409, code: 'record.not_active' });
    const elsewhere = await prepare();
    const { id: foreign } = await stockOf(test, project, elsewhere.schemaId).create({ n: 1 });
    expect(await problem(fulfill(id, { record_id: foreign }))).toMatchObject({ status: 404, code: 'record.not_found' });
    const both = await problem(fulfill(id, { record_id: free?.id, generate: true }));
    expect(both).toMatchObject({ status: 422, errors: [{ pointer: '/generate' }] });
    const unassigned = { ...place, schemaId: elsewhere.schemaId };
    const body = { schema_id: unassigned.schemaId };
    const refused = api.createRequest({ client: project.as.reader, path: place, body });
    expect(await problem(refused)).toMatchObject({ status: 404, code: 'feature.schema_not_assigned' });
    expect((await read(id)).status).toBe('pending');
  });

  it('can be asked for in a protected environment by those who may only read there', async () => {
    const place = await prepare();
    const envId = await secondEnvironment(project, 'Protected');
    const client = project.as.admin;
    await ok(api.updateEnvironment({ client, path: { id: envId }, body: { is_protected: true } }));
    const there = { ...place, envId };
    await stockOf(test, project, place.schemaId, { envId }).sample(1);
    expect(await problem(ask(project.as.reader, there))).toMatchObject({ status: 403 });
    const { id } = await create(there);
    expect((await ok(fulfill(id))).status).toBe('fulfilled');
    const late = await create(there);
    await ok(api.updateEnvironment({ client, path: { id: envId }, body: { status: 'archived' } }));
    expect(await problem(fulfill(late.id))).toMatchObject({ status: 409, code: 'environment.archived' });
    const again = api.createRequest({ client: project.as.reader, path: there, body: { schema_id: place.schemaId } });
    expect(await problem(again)).toMatchObject({ status: 409, code: 'environment.archived' });
  });

  it('has one effect for each idempotency key', async () => {
    const place = await prepare();
    const headers = { 'Idempotency-Key': 'asked-once' };
    const body = { schema_id: place.schemaId };
    const asked = await together(6, 6, () =>
      ok(api.createRequest({ client: project.as.reader, path: place, body, headers })),
    );
    expect(new Set(asked.map(({ id }) => id)).size).toBe(1);
    const path = { id: asked[0]?.id ?? '' };
    const given = { client: project.as.writer, path, body: { generate: true }, headers };
    const answers = [await ok(api.fulfillRequest(given)), await ok(api.fulfillRequest(given))];
    expect(answers[1]).toEqual(answers[0]);
    expect(await requestsOf(test, place.featureId)).toHaveLength(1);
  });

  it('stands in the queue of its environment and in the list of the project', async () => {
    const [place, other] = [await prepare(), await prepare()];
    const envId = await secondEnvironment(project, 'Queue');
    const here = { ...place, envId };
    const a = await create(here);
    const b = await create({ ...other, envId }, project.as.writer);
    const c = await create(here);
    await ok(fulfill(c.id, { generate: true }));
    const bundle = await ok(ask(project.as.reader, here));
    const client = project.as.reader;
    const queue = async (query = {}) =>
      (await ok(api.listRequestQueue({ client, path: { id: envId }, query }))).data.map(({ id }) => id);
    expect(await queue()).toEqual([a.id, b.id, c.id]);
    expect(await queue({ status: 'pending' })).toEqual([a.id, b.id]);
    expect(await queue({ mine: true })).toEqual([a.id, c.id]);
    expect(await queue({ feature_id: other.featureId })).toEqual([b.id]);
    expect(await queue({ schema_id: place.schemaId, status: 'fulfilled' })).toEqual([c.id]);
    const page = await ok(api.listRequestQueue({ client, path: { id: envId }, query: { limit: 2 } }));
    expect(await queue({ cursor: page.next_cursor ?? '' })).toEqual([c.id]);

    const list = async (query = {}) =>
      (await ok(api.listRequests({ client, path: { projectId: project.id }, query }))).data;
    const all = await list({ environment_id: envId });
    expect(all.map(({ id }) => id).slice(1)).toEqual([c.id, b.id, a.id]);
    expect(all[0]).toMatchObject({ bundle_id: bundle.bundle_id, status: 'fulfilled', source: 'generated' });
    expect(await list({ environment_id: envId, requested_by: project.userIds.writer })).toMatchObject([{ id: b.id }]);
    expect(await list({ feature_id: place.featureId, status: 'pending' })).toMatchObject([{ id: a.id }]);
    expect(await list({ schema_id: place.schemaId })).toHaveLength(3);
    expect(await list({ schema_id: place.schemaId, since: c.requested_at })).toHaveLength(2);
    await test.db.query(`UPDATE test_data_requests SET status = status WHERE id = $1`, [a.id]);
    expect(await list({ since: new Date(Date.now() + 60_000).toISOString() })).toEqual([]);
  });

  it('outlives the record, the schema, the feature and the environment', async () => {
    const place = { ...(await prepare()), envId: await secondEnvironment(project, 'Ended') };
    const { id } = await create(place);
    const { provided_data_id } = await ok(fulfill(id, { generate: true }));
    const client = project.as.admin;
    await ok(api.deleteRecord({ client, path: { id: provided_data_id ?? '' } }));
    expect(await read(id)).toMatchObject({ provided_data_id, data: null });
    const before = await read(id);
    await ok(api.deleteFeature({ client, path: { id: place.featureId } }));
    await ok(api.deleteSchema({ client, path: { id: place.schemaId }, query: { force: 'true' } }));
    await ok(api.deleteEnvironment({ client, path: { id: place.envId } }));
    expect(await read(id)).toEqual(before);
    expect(before).toMatchObject({ environment_name: 'Ended', schema_name: expect.stringMatching(/^Asked \d+$/) });
  });
});
