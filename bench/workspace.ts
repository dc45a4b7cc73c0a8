import { setTimeout as sleep } from 'node:timers/promises';
import * as api from '../libs/client/generated/sdk.gen.js';
import { type Client, createClient } from '../libs/client/generated/client/index.js';
import type { FieldDefinitionDto, RunResponse } from '../libs/client/generated/types.gen.js';

/** A signed-in user with a project, through the public API. */
export interface Workspace {
  /** For what has no method here. */
  client: Client;
  userId: string;
  projectId: string;
  /** The project's first environment. */
  environmentId: string;
  createSchema(name: string, fields: FieldDefinitionDto[]): Promise<string>;
  createFeature(name: string, schemaIds: string[]): Promise<string>;
  /** Starts a bulk run and waits for its end. */
  generate(schemaId: string, count: number): Promise<void>;
  /** Exports all records of a schema and waits for the file; answers how many there were. */
  export(schemaId: string, format: 'csv' | 'jsonl'): Promise<number>;
  getRecord(id: string): Promise<void>;
  /** Sends a file and waits for the end of its import, which takes all rows. */
  importFile(schemaId: string, file: Blob): Promise<void>;
}

export async function signUp(baseUrl: string): Promise<Workspace> {
  const anonymous = createClient({ baseUrl });
  const account = { email: 'bench@example.com', username: 'bench', password: 'correct horse' };
  const { access_token, user } = await ok(api.signUp({ client: anonymous, body: account }));
  const client = createClient({ baseUrl, headers: { authorization: `Bearer ${access_token}` } });
  const { id: projectId } = await ok(api.createProject({ client, body: { name: 'Bench' } }));
  const environments = await ok(api.listEnvironments({ client, path: { projectId } }));
  const envId = environments.data[0]?.id ?? '';
  return {
    client,
    userId: user.id,
    projectId,
    environmentId: envId,
    createFeature: async (name, schema_ids) =>
      (await ok(api.createFeature({ client, path: { projectId }, body: { name, schema_ids } }))).id,
    createSchema: async (name, fields) => {
      const body = { name, schema_definition: { fields } };
      return (await ok(api.createSchema({ client, path: { projectId }, body }))).id;
    },
    getRecord: async (id) => {
      await ok(api.getRecord({ client, path: { id } }));
    },
    generate: async (schemaId, count) => {
      const { id } = await ok(api.generate({ client, path: { schemaId, envId }, body: { count } }));
      await succeeded(client, id);
    },
    export: async (schemaId, format) => {
      const { id } = await ok(api.exportRecords({ client, path: { schemaId, envId }, body: { format } }));
      return (await succeeded(client, id)).done;
    },
    importFile: async (schemaId, file) => {
      const { id } = await ok(api.importFile({ client, path: { schemaId, envId }, body: { file } }));
      const { rejected } = await succeeded(client, id);
      if (rejected > 0) throw new Error(`${rejected} rows were refused`);
    },
  };
}

/** Waits until the run has succeeded; throws where it ends otherwise. */
export async function succeeded(client: Client, id: string): Promise<RunResponse> {
  for (;;) {
    const run = await ok(api.getRun({ client, path: { id } }));
    if (run.state === 'succeeded') return run;
    if (run.finished_at) throw new Error(`The run has ${run.state}: ${run.error}`);
    await sleep(20);
  }
}

export async function ok<T>(answer: Promise<{ data?: T; error?: unknown }>): Promise<T> {
  const { data, error } = await answer;
  if (error !== undefined) throw new Error(JSON.stringify(error));
  return data as T;
}
