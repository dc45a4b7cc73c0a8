import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import * as api from '../../libs/client/generated/sdk.gen.js';
import type { RunResponse } from '../../libs/client/generated/types.gen.js';
import { startApi, type TestApi } from '../support/api.js';
import { givenProject, ok, problem, type TestProject } from '../support/project.js';
import type { Program } from '../support/program.js';
import { runUntil } from '../support/runs.js';
import { startWorker } from '../support/worker.js';
import { send } from '../http/raw.js';

const FIELDS = [
  { name: 'username', type: 'string' as const, regex: '^[a-z0-9]{12}$', required: true, unique: true },
  { name: 'age', type: 'number' as const, min: '13', max: '120' },
];

let test: TestApi;
let worker: Program;
let project: TestProject;
let environment: string;
let schema: string;
let feature: string;

beforeAll(async () => {
  test = await startApi({ INLINE_DELETE_ROWS: '50', SLICE_ROWS: '200' });
  worker = await startWorker(test.db.url, { SLICE_ROWS: '200' });
});
afterAll(async () => {
  await worker.stop();
  await test.close();
});
beforeEach(async () => {
  project = await givenProject(test);
  const path = { projectId: project.id };
  environment = (await ok(api.createEnvironment({ client: project.as.admin, path, body: { name: 'Second' } }))).id;
  schema = (await project.schema('User', FIELDS)).id;
  feature = await project.feature('login', [schema]);
});

const stock = (envId = environment) => ({ schemaId: schema, envId });
const count = async (table: string, where: string, ...values: string[]): Promise<number> => {
  const [row] = await test.db.query<{ count: string }>(`SELECT count(*) FROM ${table} WHERE ${where}`, values);
  return Number(row?.count);
};
const sample = (size: number, envId?: string) =>
  ok(api.generateSample({ client: project.as.admin, path: stock(envId), body: { count: size } }));

async function fill(rows: number): Promise<void> {
  const client = project.as.admin;
  const { id } = await ok(api.generate({ client, path: stock(), body: { count: rows } }));
  expect(await runUntil(client, id)).toMatchObject({ state: 'succeeded', done: rows });
}

/** Records, keys and stocks of the project; what is left when something is gone. */
const left = async () => ({
  records: await count('test_data', 'project_id = $1', project.id),
  keys: await count('test_data_keys', 'project_id = $1', project.id),
  keyed: await count('stock_keys', 'project_id = $1', project.id),
  stocks: await count('stocks', 'project_id = $1', project.id),
});

/** Sends the DELETE and holds its answer to 202 with a run at its `Location`. */
async function removeByRun(path: string): Promise<RunResponse> {
  const answer = await send(test, 'DELETE', path, { as: project.as.admin });
  expect(answer.status).toBe(202);
  const run = answer.json as RunResponse;
  expect(run).toMatchObject({ type: 'delete', total: 500, project_id: project.id });
  expect(answer.headers.get('location')).toBe(`/api/v1/jobs/${run.id}`);
  expect((await send(test, 'GET', `/api/v1/jobs/${run.id}`, { as: project.as.admin })).status).toBe(200);
  return run;
}

/** Looks at things between the answer and the work: no job is done meanwhile. */
async function whileNothingIsDone<T>(look: () => Promise<T>): Promise<T> {
  await worker.kill('SIGSTOP');
  return look().finally(() => worker.kill('SIGCONT'));
}

async function statusesOf(answers: Record<string, Promise<{ response?: Response }>>): Promise<Record<string, number>> {
  const entries = Object.entries(answers).map(async ([what, answer]) => [what, (await answer).response?.status]);
  return Object.fromEntries(await Promise.all(entries)) as Record<string, number>;
}

const ALL_GONE = (seen: Record<string, number>) => Object.fromEntries(Object.keys(seen).map((what) => [what, 404]));

const after = async (id: string) => runUntil(project.as.admin, id, () => false, 20_000);

describe('deleting an environment', () => {
  it('with few records takes them, their keys and the stock with it, and keeps the hand-outs', async () => {
    await sample(5);
    await sample(3, project.environmentId);
    await ok(api.requestData({ client: project.as.reader, path: { featureId: feature, envId: environment } }));
    const { response } = await api.deleteEnvironment({ client: project.as.admin, path: { id: environment } });
    expect(response?.status).toBe(204);
    expect(await left()).toEqual({ records: 3, keys: 3, keyed: 1, stocks: 1 });
    expect(await count('environments', 'id = $1', environment)).toBe(0);
    expect(await count('test_data_requests', 'environment_id = $1', environment)).toBe(1);
    const answers = [
      api.getEnvironment({ client: project.as.admin, path: { id: environment } }),
      api.deleteEnvironment({ client: project.as.admin, path: { id: environment } }),
      api.listRecords({ client: project.as.admin, path: stock() }),
      api.requestData({ client: project.as.admin, path: { featureId: feature, envId: environment } }),
    ];
    for (const answer of answers) expect(await problem(answer)).toMatchObject({ status: 404 });
  });

  it('with many records is a run, hides it at once, and leaves nothing', async () => {
    await fill(500);
    await sample(2, project.environmentId);
    const client = project.as.admin;
    const [record] = (await ok(api.listRecords({ client, path: stock(), query: { limit: 1 } }))).data;
    const path = { id: environment };
    const run = await whileNothingIsDone(async () => {
      const run = await removeByRun(`/api/v1/environments/${environment}`);
      const seen = await statusesOf({
        get: api.getEnvironment({ client, path }),
        change: api.updateEnvironment({ client, path, body: { name: 'New' } }),
        default: api.setDefaultEnvironment({ client, path }),
        again: api.deleteEnvironment({ client, path }),
        records: api.listRecords({ client, path: stock() }),
        record: api.getRecord({ client, path: { id: record?.id ?? '' } }),
        make: api.createRecord({ client, path: stock(), body: { data_values: { username: 'a'.repeat(12) } } }),
        sample: api.generateSample({ client, path: stock(), body: { count: 1 } }),
        run: api.generate({ client, path: stock(), body: { count: 1 } }),
        data: api.requestData({ client, path: { featureId: feature, envId: environment } }),
      });
      expect(seen).toEqual(ALL_GONE(seen));
      const { environments } = await ok(api.getFeature({ client, path: { id: feature } }));
      expect(environments.map((one) => one.environment_id)).toEqual([project.environmentId]);
      const { data } = await ok(api.listEnvironments({ client, path: { projectId: project.id } }));
      expect(data.map(({ id }) => id)).toEqual([project.environmentId]);
      return run;
    });
    expect(await after(run.id)).toMatchObject({ state: 'succeeded', done: 500 });
    expect(await left()).toEqual({ records: 2, keys: 2, keyed: 1, stocks: 1 });
    expect(await count('environments', 'id = $1', environment)).toBe(0);
  });

  it('leaves nothing behind, and breaks nothing, while others write into it', async () => {
    for (let round = 0; round < 6; round += 1) {
      const client = project.as.admin;
      const path = { projectId: project.id };
      const body = { name: `Round ${round}` };
      const { id } = await ok(api.createEnvironment({ client, path, body }));
      const username = () => Math.random().toString(36).slice(2).padEnd(12, '0').slice(0, 12);
      if (round % 2) await sample(5, id);
      const writers = Array.from({ length: 12 }, (_, i) => {
        if (i === 6) return api.deleteEnvironment({ client, path: { id } });
        if (i % 3 === 0) return api.requestData({ client, path: { featureId: feature, envId: id } });
        if (i % 3 === 1) return api.generateSample({ client, path: stock(id), body: { count: 5 } });
        return api.createRecord({ client, path: stock(id), body: { data_values: { username: username() } } });
      });
      for (const answer of await Promise.all<{ response?: Response; error?: unknown }>(writers)) {
        expect({ status: answer.response?.status ?? 0, error: answer.error }).not.toMatchObject({ status: 500 });
      }
      expect(await count('stocks', 'environment_id = $1', id)).toBe(0);
      expect(await count('test_data', 'stock_id NOT IN (SELECT id FROM stocks)')).toBe(0);
      expect(await count('test_data_keys', 'key_id NOT IN (SELECT id FROM stock_keys)')).toBe(0);
    }
  });
});

describe('deleting a schema', () => {
  it('with many records is a run, hides it at once, and leaves nothing', async () => {
    await fill(500);
    const other = await project.schema('Other', FIELDS);
    const assigned = { featureId: feature };
    await ok(api.assignSchema({ client: project.as.admin, path: assigned, body: { schema_id: other.id } }));
    const client = project.as.admin;
    const refusal = await problem(api.deleteSchema({ client, path: { id: schema } }));
    expect(refusal).toMatchObject({ status: 409, code: 'schema.in_use', detail: expect.stringContaining('login') });
    const [record] = (await ok(api.listRecords({ client, path: stock(), query: { limit: 1 } }))).data;
    const path = { id: schema };
    const run = await whileNothingIsDone(async () => {
      const run = await removeByRun(`/api/v1/schemas/${schema}?force=true`);
      const seen = await statusesOf({
        get: api.getSchema({ client, path }),
        change: api.updateSchema({ client, path, body: { name: 'New' } }),
        validate: api.validateSchema({ client, path }),
        users: api.listSchemaFeatures({ client, path }),
        assigning: api.assignSchema({ client, path: assigned, body: { schema_id: schema } }),
        records: api.listRecords({ client, path: stock() }),
        record: api.getRecord({ client, path: { id: record?.id ?? '' } }),
        sample: api.generateSample({ client, path: stock(), body: { count: 1 } }),
        data: api.requestSchemaData({ client, path: { ...assigned, envId: environment, schemaId: schema } }),
      });
      expect(seen).toEqual(ALL_GONE(seen));
      const { data } = await ok(api.listFeatureSchemas({ client, path: assigned }));
      expect(data).toMatchObject([{ schema_id: other.id, is_primary: true }]);
      const all = (await ok(api.listSchemas({ client, path: { projectId: project.id } }))).data;
      expect(all.map(({ id }) => id)).toEqual([other.id]);
      return run;
    });
    expect(await after(run.id)).toMatchObject({ state: 'succeeded', done: 500 });
    expect(await left()).toEqual({ records: 0, keys: 0, keyed: 0, stocks: 0 });
    expect(await count('data_schemas', 'id = $1', schema)).toBe(0);
    expect((await ok(api.listFeatureSchemas({ client, path: assigned }))).data).toMatchObject([{ is_primary: true }]);
  });
});

describe('deleting a project', () => {
  it('with many records is a run that its maker can follow, hides it at once, and leaves nothing', async () => {
    await fill(500);
    const client = project.as.admin;
    const run = await whileNothingIsDone(async () => {
      const run = await removeByRun(`/api/v1/projects/${project.id}`);
      const seen = await statusesOf({
        get: api.getProject({ client, path: { id: project.id } }),
        again: api.deleteProject({ client, path: { id: project.id } }),
        environments: api.listEnvironments({ client, path: { projectId: project.id } }),
        environment: api.getEnvironment({ client, path: { id: environment } }),
        schema: api.getSchema({ client, path: { id: schema } }),
        feature: api.getFeature({ client, path: { id: feature } }),
        data: api.requestData({ client, path: { featureId: feature, envId: environment } }),
        'the run, for others': api.getRun({ client: project.as.reader, path: { id: run.id } }),
      });
      expect(seen).toEqual(ALL_GONE(seen));
      const cancelled = await api.cancelRun({ client, path: { id: run.id } });
      expect([403, 409]).toContain(cancelled.response?.status);
      expect((await ok(api.listProjects({ client }))).data).toEqual([]);
      expect((await ok(api.listAllFeatures({ client }))).data).toEqual([]);
      return run;
    });
    expect(await after(run.id)).toMatchObject({ state: 'succeeded', done: 500 });
    expect(await left()).toEqual({ records: 0, keys: 0, keyed: 0, stocks: 0 });
    expect(await count('projects', 'id = $1', project.id)).toBe(0);
    expect(await count('environments', 'project_id = $1', project.id)).toBe(0);
  });
});
