import * as api from '../libs/client/generated/sdk.gen.js';
import { type Client, createClient } from '../libs/client/generated/client/index.js';
import type { FieldDefinitionDto } from '../libs/client/generated/types.gen.js';

/** A signed-in user with a project, through the public API. */
export interface Workspace {
  /** For what has no method here. */
  client: Client;
  projectId: string;
  environmentId: string;
  createSchema(name: string, fields: FieldDefinitionDto[]): Promise<string>;
  /** Starts a bulk run and waits for its end. */
  generate(schemaId: string, count: number): Promise<void>;
}

export async function signUp(baseUrl: string): Promise<Workspace> {
  const anonymous = createClient({ baseUrl });
  const account = { email: 'bench@example.com', username: 'bench', password: 'correct horse' };
  const { access_token } = await ok(api.signUp({ client: anonymous, body: account }));
  const client = createClient({ baseUrl, headers: { authorization: `Bearer ${access_token}` } });
  const { id: projectId } = await ok(api.createProject({ client, body: { name: 'Bench' } }));
  const environments = await ok(api.listEnvironments({ client, path: { projectId } }));
  const envId = environments.data[0]?.id ?? '';
  return {
    ...{ client, projectId, environmentId: envId },
    createSchema: async (name, fields) => {
      const body = { name, schema_definition: { fields } };
      return (await ok(api.createSchema({ client, path: { projectId }, body }))).id;
    },
    generate: async (schemaId, count) => {
      const { id } = await ok(api.generate({ client, path: { schemaId, envId }, body: { count } }));
      await runEnds(client, id);
    },
  };
}

/** Waits until the run has succeeded; throws where it ends otherwise. */
export async function runEnds(client: Client, id: string): Promise<void> {
  for (;;) {
    const run = await ok(api.getRun({ client, path: { id } }));
    if (run.state === 'succeeded') return;
    if (run.finished_at) throw new Error(`The run has ${run.state}: ${run.error}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export async function ok<T>(answer: Promise<{ data?: T; error?: unknown }>): Promise<T> {
  const { data, error } = await answer;
  if (error !== undefined) throw new Error(JSON.stringify(error));
  return data as T;
}
