import * as api from '../../libs/client/generated/sdk.gen.js';
import type { TestApi } from '../support/api.js';
import { givenProject, ok, type TestProject } from '../support/project.js';
import type { Ids } from './operations.js';

/** A project with one of everything in it, and more of everything on demand. */
export interface Prepared {
  project: TestProject;
  ids: Ids;
  /** New things of every kind in the same project. */
  fresh(): Promise<Ids & { spareSchema: string }>;
  /** A new organization and a new project of its own, to delete. */
  sole(): Promise<Pick<Ids, 'projects' | 'organizations'>>;
}

export const FIELDS = [
  { name: 'username', type: 'string' as const, regex: '^[a-z]{3,20}$', required: true },
  { name: 'age', type: 'number' as const, min: '13', max: '120' },
  { name: 'code', type: 'string' as const, unique: true },
];
export const VALUES = { username: 'ada', age: 36 };

let things = 0;

export async function prepare(test: TestApi): Promise<Prepared> {
  const project = await givenProject(test);
  const things = await makeThings(project);
  return {
    project,
    ids: things,
    fresh: () => makeThings(project),
    sole: () => makeSole(project),
  };
}

async function makeThings(project: TestProject): Promise<Ids & { spareSchema: string }> {
  const client = project.as.admin;
  const no = (things += 1);
  const [schema, spare, environment] = await Promise.all([
    project.schema(`Schema ${no}`, FIELDS),
    project.schema(`Spare ${no}`, FIELDS),
    ok(api.createEnvironment({ client, path: { projectId: project.id }, body: { name: `Environment ${no}` } })),
  ]);
  const path = { schemaId: schema.id, envId: environment.id };
  const nightly = { type: 'generate' as const, environment_id: environment.id, schema_id: schema.id, count: 1 };
  const [feature, record, run, filter, schedule] = await Promise.all([
    project.feature(`feature_${no}`, [schema.id]),
    ok(api.createRecord({ client, path, body: { data_values: { ...VALUES, code: 'first' } } })),
    ok(api.generate({ client, path, body: { count: 1 } })),
    ok(
      api.createSavedFilter({
        client,
        path: { schemaId: schema.id },
        body: { name: `Filter ${no}`, filter: { status: ['active'] }, is_shared: true },
      }),
    ),
    ok(
      api.createSchedule({
        client,
        path: { projectId: project.id },
        body: { name: `Schedule ${no}`, cron: '0 3 * * *', run: nightly },
      }),
    ),
  ]);
  await ok(api.setStockThreshold({ client, path, body: { at_least: 1, top_up_to: 1 } }));
  const asked = { client, path: { featureId: feature, envId: environment.id }, body: { schema_id: schema.id } };
  const request = await ok(api.createRequest(asked));
  const lent = { client: project.as.reader, path: { featureId: feature, envId: environment.id } };
  // Another record than the one above.
  const filters = { [schema.name]: { username: { ne: VALUES.username } } };
  const { data } = await ok(api.requestBundles({ ...lent, body: { lease_seconds: 3600, filters } }));
  return {
    projects: project.id,
    organizations: project.organizationId,
    environments: environment.id,
    features: feature,
    schemas: schema.id,
    spareSchema: spare.id,
    fields: schema.schema_definition.fields[1]?.id ?? '',
    filters: filter.id,
    'test-data': record.id,
    jobs: run.id,
    schedules: schedule.id,
    requests: request.id,
    bundles: data[0]?.bundle_id ?? '',
  };
}

async function makeSole(project: TestProject): Promise<{ projects: string; organizations: string }> {
  const client = project.as.admin;
  const no = (things += 1);
  const [own, organization] = await Promise.all([
    ok(api.createProject({ client, body: { name: `Own ${no}` } })),
    ok(api.createOrganization({ client, body: { name: `Sole ${no}`, slug: `sole-${no}-${Date.now()}` } })),
  ]);
  return { projects: own.id, organizations: organization.id };
}
