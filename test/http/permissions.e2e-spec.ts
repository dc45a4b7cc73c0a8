import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Client } from '../../libs/client/generated/client/index.js';
import * as api from '../../libs/client/generated/sdk.gen.js';
import { startApi, type TestApi } from '../support/api.js';
import { givenUser, ok, type Role } from '../support/project.js';
import { audience, fill, type Ids, type Operation, readOperations } from './operations.js';
import { FIELDS, type Prepared, prepare, VALUES } from './prepared.js';
import { type Answer, expectProblem, send } from './raw.js';

type Fresh = Awaited<ReturnType<Prepared['fresh']>>;
interface Call {
  /** A body with which the operation succeeds. */
  body?: (ids: Fresh) => unknown;
  query?: string;
  /** What has to be so before it can succeed. */
  before?: (ids: Fresh, client: Client, as: Client, userId: string) => Promise<unknown>;
  /** Whether it would take the shared project or organization from under the others, and so needs its own. */
  alone?: boolean;
}

const PASSWORD = 'correct horse';
let accounts = 0;
const account = () => ({ email: `p${(accounts += 1)}@example.com`, username: `p_${accounts}`, password: PASSWORD });
const nightly = ({ environments, schemas }: Fresh) => ({
  ...{ type: 'generate', environment_id: environments, schema_id: schemas, count: 1 },
});
const session = async () => ok(api.signUp({ client: test.anonymous, body: account() }));

const form = (): FormData => {
  const made = new FormData();
  made.append('file', new File(['username\nada\n'], 'a.csv'));
  return made;
};

/** How to call each operation that needs no project's permission. A new operation has to be added here or below. */
const OTHERS: Record<string, Call> = {
  getLive: {},
  getDefinitionFormat: {},
  getReady: {},
  signUp: { body: account },
  signIn: { body: () => ({ email: known.email, password: PASSWORD }) },
  refreshSession: { body: () => ({ refresh_token: refreshToken }) },
  signOut: { body: () => ({ refresh_token: refreshToken }) },
  getProfile: {},
  updateProfile: { body: () => ({ first_name: 'Ada' }) },
  createOrganization: { body: () => ({ name: 'Made', slug: `made-${(accounts += 1)}` }) },
  listOrganizations: {},
  getOrganization: {},
  updateOrganization: { body: () => ({ name: 'Changed' }) },
  deleteOrganization: { alone: true },
  createProject: { body: () => ({ name: 'Made' }) },
  listProjects: {},
  listAllFeatures: {},
  listRuns: {},
  listBundles: {},
  downloadFile: { query: '?link=none' },
};

const bulk = ({ projects, environments, schemas }: Fresh) => ({
  project_id: projects,
  environment_ids: [environments],
  schema_ids: [schemas],
});

/** Shared filters are for those who may write. */
async function makeOwn({ filters }: Fresh, _: Client, __: Client, userId: string): Promise<unknown> {
  return test.db.query('UPDATE record_filters SET is_shared = false, created_by = $2 WHERE id = $1', [filters, userId]);
}

/** The same for each operation on something in a project. */
const IN_PROJECT: Record<string, Call> = {
  getProject: {},
  updateProject: { body: () => ({ name: 'Changed' }) },
  deleteProject: { alone: true },
  createEnvironment: { body: () => ({ name: `Made ${(accounts += 1)}` }) },
  listEnvironments: {},
  getEnvironment: {},
  updateEnvironment: { body: () => ({ color: '#000000' }) },
  deleteEnvironment: {
    before: (_, client) => ok(api.setDefaultEnvironment({ client, path: { id: prepared.project.environmentId } })),
  },
  setDefaultEnvironment: {},
  createFeature: { body: () => ({ name: `made_${(accounts += 1)}` }) },
  listFeatures: {},
  getFeature: {},
  updateFeature: { body: () => ({ description: 'Changed' }) },
  deleteFeature: {},
  assignSchema: { body: (ids) => ({ schema_id: ids.spareSchema }) },
  listFeatureSchemas: {},
  unassignSchema: {},
  setPrimarySchema: {},
  listAvailableSchemas: {},
  listSchemaFeatures: {},
  createSchema: { body: () => ({ name: `Made ${(accounts += 1)}`, schema_definition: { fields: FIELDS } }) },
  listSchemas: {},
  getSchema: {},
  updateSchema: { body: () => ({ description: 'Changed' }) },
  deleteSchema: { query: '?force=true' },
  validateSchema: {},
  previewSchema: {},
  previewDefinition: { body: () => ({ schema_definition: { fields: FIELDS } }) },
  checkValues: { body: () => ({ data_values: VALUES }) },
  createField: { body: () => ({ field_name: 'extra', field_type: 'boolean' }) },
  updateField: { body: () => ({ is_required: false }) },
  deleteField: {},
  createRecord: { body: () => ({ data_values: VALUES }) },
  listRecords: {},
  searchRecords: { body: () => ({}) },
  getRecordByKey: { query: '?code=first' },
  getRecordAs: { query: '?format=json' },
  createSavedFilter: { body: () => ({ name: `Made ${(accounts += 1)}`, filter: {} }) },
  listSavedFilters: {},
  getSavedFilter: {},
  updateSavedFilter: { body: () => ({ name: `Made ${(accounts += 1)}` }), before: makeOwn },
  deleteSavedFilter: { before: makeOwn },
  getRecord: {},
  updateRecord: { body: () => ({ data_values: VALUES }) },
  deleteRecord: {},
  markRecordUsed: {},
  invalidateRecord: { body: () => ({ reason: 'Closed' }) },
  reactivateRecord: {
    before: (ids, client) => ok(api.markRecordUsed({ client, path: { id: ids['test-data'] } })),
  },
  bulkDelete: { body: bulk },
  bulkMarkUsed: { body: bulk },
  bulkReactivate: { body: bulk },
  bulkInvalidate: { body: (ids) => ({ ...bulk(ids), reason: 'Closed' }) },
  bulkRevalidate: { body: bulk },
  bulkUpdate: { body: (ids) => ({ ...bulk(ids), values: { age: 20 } }) },
  getStock: {},
  getFeatureStock: {},
  generateSample: { body: () => ({ count: 1 }) },
  generate: { body: () => ({ count: 1 }) },
  exportRecords: { body: () => ({ format: 'csv' }) },
  compareEnvironments: {
    body: ({ environments, schemas }) => ({
      from_environment_id: prepared.project.environmentId,
      to_environment_id: environments,
      schemas: [{ schema_id: schemas, key: ['username'] }],
    }),
  },
  generateMany: { body: ({ schemas }) => ({ schemas: [{ schema_id: schemas, count: 1 }] }) },
  createSchedule: { body: (ids) => ({ name: `Made ${(accounts += 1)}`, cron: '0 3 * * *', run: nightly(ids) }) },
  listSchedules: {},
  getSchedule: {},
  updateSchedule: { body: () => ({ is_paused: true }) },
  deleteSchedule: {},
  runScheduleNow: {},
  cloneEnvironment: { body: () => ({ name: `Cloned ${(accounts += 1)}`, include_data: true }) },
  copyRecords: {
    body: ({ environments }) => ({
      from_environment_id: environments,
      to_environment_ids: [prepared.project.environmentId],
    }),
  },
  requestData: {},
  requestSchemaData: {},
  createRequest: { body: ({ schemas }) => ({ schema_id: schemas }) },
  listRequestQueue: {},
  listRequests: {},
  getRequest: {},
  fulfillRequest: { body: () => ({}) },
  rejectRequest: { body: () => ({ response_notes: 'No' }) },
  withdrawRequest: {
    before: async (ids, _, client) => {
      const path = { featureId: ids.features, envId: ids.environments };
      ids.requests = (await ok(api.createRequest({ client, path, body: { schema_id: ids.schemas } }))).id;
    },
  },
  getRecordHistory: {},
  getSchemaUsage: {},
  getFeatureUsage: {},
  getEnvironmentUsage: {},
  setStockThreshold: { body: () => ({ at_least: 1, top_up_to: 2 }) },
  getStockThreshold: {},
  deleteStockThreshold: {},
  requestBundles: { body: () => ({ count: 2, lease_seconds: 60 }) },
  getBundle: {},
  renewBundle: { body: () => ({ lease_seconds: 60 }) },
  releaseBundle: { body: () => ({ as: 'returned' }) },
  getRun: {},
  listSlices: {},
  linkRunFile: {
    body: () => ({ name: 'made.csv' }),
    before: ({ projects, jobs }) =>
      test.db.query(
        `INSERT INTO job_run_files (run_id, name, part, project_id, media_type, storage_key, bytes, rows)
         VALUES ($1, 'made.csv', 0, $2, 'text/csv', 'none', 0, 0)`,
        [jobs, projects],
      ),
  },
  importFile: { body: form },
  cancelRun: {},
  pauseRun: {},
  resumeRun: { before: ({ jobs }, client) => ok(api.pauseRun({ client, path: { id: jobs } })) },
  retryRun: { before: ({ jobs }, client) => ok(api.cancelRun({ client, path: { id: jobs } })) },
  watchRun: {},
};

const HELD: Record<Role, string[]> = {
  admin: ['read', 'write', 'admin'],
  writer: ['read', 'write'],
  reader: ['read'],
  stranger: [],
};
const ROLES = Object.keys(HELD) as Role[];

let test: TestApi;
let prepared: Prepared;
let operations: Operation[];
let known: { email: string };
let refreshToken: string;

beforeAll(async () => {
  test = await startApi();
  [prepared, known, operations] = await Promise.all([prepare(test), givenUser(test), readOperations(test)]);
});
afterAll(() => test.close());

const callOf = ({ operationId }: Operation): Call => ({ ...OTHERS, ...IN_PROJECT })[operationId] ?? {};
const named = (who: string, { method, path }: Operation) => `${who}: ${method} ${path}`;

async function call(operation: Operation, as: Client | undefined, given?: Fresh): Promise<Answer> {
  const { body, query = '' } = callOf(operation);
  const fresh = given ?? { ...prepared.ids, spareSchema: prepared.ids.schemas };
  const path = fill(operation.path, fresh) + query;
  return send(test, operation.method, path, { ...(as && { as }), ...(body && { body: body(fresh) }) });
}

/** The same with things of its own, ready to succeed. */
async function callReady(operation: Operation, as: Client | undefined): Promise<Answer> {
  const { alone, before } = callOf(operation);
  const isShared = operation.method === 'GET' || audience(operation) === 'public' || alone;
  const own = alone && { ...prepared.ids, spareSchema: '', ...(await prepared.sole()) };
  const fresh = own || (isShared ? undefined : await prepared.fresh());
  const role = ROLES.find((each) => prepared.project.as[each] === as) ?? 'admin';
  if (fresh) await before?.(fresh, prepared.project.as.admin, as ?? test.anonymous, prepared.project.userIds[role]);
  if (operation.path.startsWith('/api/v1/auth/re') || operation.path.endsWith('/signout')) {
    refreshToken = (await session()).refresh_token;
  }
  return call(operation, as, fresh);
}

it('knows every operation of the document, and no other', () => {
  const isInProject = (operation: Operation) => ['read', 'write', 'admin'].includes(audience(operation));
  const ids = (all: Operation[]) => all.map(({ operationId }) => operationId).sort();
  expect(ids(operations.filter(isInProject))).toEqual(Object.keys(IN_PROJECT).sort());
  expect(ids(operations.filter((operation) => !isInProject(operation)))).toEqual(Object.keys(OTHERS).sort());
});

it('asks for a permission wherever the path names something in a project', () => {
  const open = operations.filter(
    (operation) => operation.path.includes('{') && operation['x-permission'] === undefined,
  );
  expect(open.map(({ operationId }) => operationId).sort()).toEqual([
    'deleteOrganization',
    'getOrganization',
    'updateOrganization',
  ]);
});

it('lets nobody in without a token, but where the document says so', async () => {
  for (const operation of operations) {
    const isPublic = audience(operation) === 'public';
    const answer = await (isPublic ? callReady(operation, undefined) : call(operation, undefined));
    const what = named('anonymous', operation);
    if (!isPublic) expectProblem(answer, 401, 'auth.required');
    // The link is the key to a file.
    const isOpen = isPublic && operation.operationId !== 'downloadFile';
    expect({ what, ok: answer.status < 300 }).toEqual({ what, ok: isOpen });
  }
});

it.each(ROLES)('gives a %s what the permission of each operation gives', async (role) => {
  const as = prepared.project.as[role];
  for (const operation of operations) {
    const needed = audience(operation);
    if (needed === 'public' || needed === 'signed-in') continue;
    const what = named(role, operation);
    if (HELD[role].includes(needed)) {
      const { status, text } = await callReady(operation, as);
      expect({ what, status, text: status < 300 || text }).toEqual({ what, status, text: true });
      continue;
    }
    const expected = HELD[role].length === 0 ? 404 : 403;
    const answer = await call(operation, as);
    expect({ what, status: answer.status }).toEqual({ what, status: expected });
    expectProblem(answer, expected);
    if (expected === 404) expect(answer.text).not.toContain(prepared.project.userIds.admin);
  }
});

it.each(ROLES)('lets a %s call what needs a sign-in only, and keeps others out of organizations', async (role) => {
  for (const operation of operations.filter((one) => audience(one) === 'signed-in')) {
    const what = named(role, operation);
    const isForeign = operation.path.includes('{') && role !== 'admin';
    const answer = await callReady(operation, prepared.project.as[role]);
    expect({ what, status: answer.status < 300 ? 200 : answer.status }).toEqual({
      what,
      status: isForeign ? 404 : 200,
    });
  }
});

it('has changed nothing for those who were refused', async () => {
  const client = prepared.project.as.admin;
  const { ids } = prepared;
  const before = await Promise.all([
    ok(api.getFeature({ client, path: { id: ids.features } })),
    ok(api.listFeatureSchemas({ client, path: { featureId: ids.features } })),
    ok(api.getSchema({ client, path: { id: ids.schemas } })),
    ok(api.getRecord({ client, path: { id: ids['test-data'] } })),
    ok(api.getRun({ client, path: { id: ids.jobs } })),
  ]);
  for (const operation of operations) {
    const needed = audience(operation);
    if (needed !== 'write' && needed !== 'admin') continue;
    expect((await call(operation, prepared.project.as.reader)).status).toBe(403);
    expect((await call(operation, prepared.project.as.stranger)).status).toBe(404);
  }
  const after = await Promise.all([
    ok(api.getFeature({ client, path: { id: ids.features } })),
    ok(api.listFeatureSchemas({ client, path: { featureId: ids.features } })),
    ok(api.getSchema({ client, path: { id: ids.schemas } })),
    ok(api.getRecord({ client, path: { id: ids['test-data'] } })),
    ok(api.getRun({ client, path: { id: ids.jobs } })),
  ]);
  expect(after).toEqual(before);
});

it('does not reach a second id in the path through the permission on the first', async () => {
  const client = prepared.project.as.admin;
  const other = await prepare(test);
  const mixed = operations.filter(({ path }) => (path.match(/\{/g) ?? []).length > 1);
  expect(mixed.length).toBeGreaterThan(5);
  for (const operation of mixed) {
    const [first] = /[\w-]+(?=\/\{)/.exec(operation.path) ?? [];
    const own = { [first as keyof Ids]: prepared.ids[first as keyof Ids] };
    const fresh = { ...other.ids, ...own, spareSchema: other.ids.schemas } as Fresh;
    const answer = await call(operation, client, fresh);
    const what = named('admin of the first project', operation);
    expect({ what, status: answer.status }).toEqual({ what, status: 404 });
  }
});
