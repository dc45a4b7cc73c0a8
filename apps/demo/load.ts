import {
  assignSchema,
  createEnvironment,
  createFeature,
  createOrganization,
  createProject,
  createSchema,
  listEnvironments,
  listFeatures,
  listFeatureSchemas,
  listOrganizations,
  listProjects,
  listSchemas,
} from '../../libs/client/generated/sdk.gen.js';
import type { OrganizationResponse, ProjectResponse } from '../../libs/client/generated/types.gen.js';
import { all, ask } from './api.js';
import { Named } from './named.js';
import { say, tally } from './say.js';
import * as shopfast from './shopfast.js';

/** Where the example lies: the ids of what it consists of, by name. */
export interface Example {
  projectId: string;
  environments: Named;
  schemas: Named;
  features: Named;
}

/** Finds what exists of the example, makes the rest, and says which was which. */
export async function loadExample(): Promise<Example> {
  const organization = await loadOrganization();
  const { id: projectId } = await loadProject(organization.id);
  const environments = await loadEnvironments(projectId);
  const schemas = await loadSchemas(projectId);
  return { projectId, environments, schemas, features: await loadFeatures(projectId, schemas) };
}

async function loadOrganization(): Promise<OrganizationResponse> {
  const { name, slug } = shopfast.organization;
  const known = await all('Listing the organizations', (query) => listOrganizations({ query }));
  const found = known.find((organization) => organization.slug === slug);
  say('organization', `${found ? 'found' : 'made'} ${name} (${slug})`);
  return found ?? ask(`Making the organization ${name}`, createOrganization({ body: shopfast.organization }));
}

async function loadProject(organization_id: string): Promise<ProjectResponse> {
  const { name } = shopfast.project;
  const known = await all('Listing the projects', (page) =>
    listProjects({ query: { ...page, organization_id, status: 'active' } }),
  );
  const found = known.find((project) => project.name === name);
  const body = { ...shopfast.project, organization_id };
  const project = found ?? (await ask(`Making the project ${name}`, createProject({ body })));
  say('project', `${found ? 'found' : 'made'} ${name}`);
  return project;
}

async function loadEnvironments(projectId: string): Promise<Named> {
  const path = { projectId };
  const known = await all('Listing the environments', (query) => listEnvironments({ path, query }));
  const bySlug = new Map(known.map((environment) => [environment.slug, environment]));
  const named = new Named('environment', (slug) => bySlug.get(slug)?.id);
  for (const body of shopfast.environments) {
    await named.load({ key: body.slug, name: body.name }, () =>
      ask(`Making the environment ${body.name}`, createEnvironment({ path, body })),
    );
  }
  say('environments', tally(named.found, named.made));
  return named;
}

async function loadSchemas(projectId: string): Promise<Named> {
  const path = { projectId };
  const known = await all('Listing the schemas', (query) => listSchemas({ path, query }));
  const named = new Named('schema', (name) => known.find((schema) => schema.name === name)?.id);
  for (const body of shopfast.schemas) {
    await named.load(body, () => ask(`Making the schema ${body.name}`, createSchema({ path, body })));
  }
  say('schemas', tally(named.found, named.made));
  return named;
}

async function loadFeatures(projectId: string, schemas: Named): Promise<Named> {
  const path = { projectId };
  const known = await all('Listing the features', (query) => listFeatures({ path, query }));
  const named = new Named('feature', (name) => known.find((feature) => feature.name === name)?.id);
  for (const { name, description, schemas: names } of shopfast.features) {
    const schema_ids = names.map((schema) => schemas.id(schema));
    const found = await named.load({ name }, () =>
      ask(`Making the feature ${name}`, createFeature({ path, body: { name, description, schema_ids } })),
    );
    if (found) await assignMissing(name, named.id(name), schema_ids);
  }
  say('features', tally(named.found, named.made));
  return named;
}

/** A schema that was deleted and has just been made again belongs to its features again. */
async function assignMissing(name: string, featureId: string, schemaIds: string[]): Promise<void> {
  const path = { featureId };
  const { data } = await ask(`Listing the schemas of ${name}`, listFeatureSchemas({ path }));
  const assigned = new Set(data.map((entry) => entry.schema_id));
  for (const schema_id of schemaIds.filter((id) => !assigned.has(id))) {
    const body = { schema_id, is_primary: schema_id === schemaIds[0] };
    await ask(`Assigning a schema to ${name}`, assignSchema({ path, body }));
  }
}
