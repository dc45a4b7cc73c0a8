import * as api from '../../libs/client/generated/sdk.gen.js';
import type { Client } from '../../libs/client/generated/client/index.js';
import type { SchemaDefinitionDto, SchemaResponse } from '../../libs/client/generated/types.gen.js';
import type { TestApi } from './api.js';

export type Role = 'admin' | 'writer' | 'reader' | 'stranger';

/** An organization's project with people in every role. */
export interface TestProject {
  id: string;
  organizationId: string;
  /** Id of Development, the default environment. */
  environmentId: string;
  /** Clients signed in as an owner of the organization, as people with `write` and `read`, and as nobody to it. */
  as: Record<Role, Client>;
  userIds: Record<Role, string>;
  /** Makes a schema as the admin. */
  schema(name: string, fields: SchemaDefinitionDto['fields'], options?: SchemaOptions): Promise<SchemaResponse>;
  /** Makes a feature with schemas as the admin; answers its id. */
  feature(name: string, schemaIds: string[]): Promise<string>;
}

interface SchemaOptions {
  is_reusable?: boolean;
  unique?: string[][];
}

let people = 0;

/** Signs somebody new up. */
export async function givenUser(test: TestApi, name = 'user'): Promise<{ client: Client; id: string; email: string }> {
  people += 1;
  const email = `${name}.${people}@example.com`;
  const body = {
    email,
    username: `${name}_${people}`,
    password: 'correct horse',
    first_name: 'Test',
    last_name: 'User',
  };
  const session = await ok(api.signUp({ client: test.anonymous, body }));
  return { client: test.client(session.access_token), id: session.user.id, email };
}

export async function givenProject(test: TestApi): Promise<TestProject> {
  const [admin, writer, reader, stranger] = await Promise.all(
    (['admin', 'writer', 'reader', 'stranger'] as const).map((role) => givenUser(test, role)),
  );
  if (!admin || !writer || !reader || !stranger) throw new Error('Four people were to be signed up');
  const client = admin.client;
  const organization = await ok(api.createOrganization({ client, body: { name: 'Org', slug: `org-${people}` } }));
  const project = await ok(api.createProject({ client, body: { name: 'Project', organization_id: organization.id } }));
  await grant(test, project.id, writer.id, 'write', admin.id);
  await grant(test, project.id, reader.id, 'read', admin.id);
  const environments = await ok(api.listEnvironments({ client, path: { projectId: project.id } }));
  return {
    id: project.id,
    organizationId: organization.id,
    environmentId: environments.data[0]?.id ?? '',
    as: { admin: admin.client, writer: writer.client, reader: reader.client, stranger: stranger.client },
    userIds: { admin: admin.id, writer: writer.id, reader: reader.id, stranger: stranger.id },
    schema: (name, fields, { is_reusable, unique } = {}) => {
      const schema_definition = { fields, ...(unique ? { unique } : {}) };
      const body = { name, schema_definition, ...(is_reusable === undefined ? {} : { is_reusable }) };
      return ok(api.createSchema({ client, path: { projectId: project.id }, body }));
    },
    feature: async (name, schema_ids) => {
      const body = { name, schema_ids };
      return (await ok(api.createFeature({ client, path: { projectId: project.id }, body }))).id;
    },
  };
}

/** There is no route for this yet. */
async function grant(test: TestApi, project: string, user: string, permission: string, by: string): Promise<void> {
  const text = 'INSERT INTO project_access (project_id, user_id, permission, granted_by) VALUES ($1, $2, $3, $4)';
  await test.db.query(text, [project, user, permission, by]);
}

/** The data of an answer that is to be a success; throws with the problem otherwise. */
export async function ok<T>(answer: Promise<{ data?: T; error?: unknown; response?: Response }>): Promise<T> {
  const { data, error, response } = await answer;
  if (error !== undefined || !response?.ok) throw new Error(`${response?.status}: ${JSON.stringify(error)}`);
  return data as T;
}

/** The problem of an answer that is to be an error; throws where it is a success. */
export async function problem(answer: Promise<{ data?: unknown; error?: unknown; response?: Response }>): Promise<{
  status: number;
  code: string;
  detail: string;
  errors: { pointer?: string; parameter?: string; code: string }[];
}> {
  const { data, error, response } = await answer;
  if (error === undefined) throw new Error(`Expected a problem, got ${response?.status}: ${JSON.stringify(data)}`);
  return error as Awaited<ReturnType<typeof problem>>;
}
