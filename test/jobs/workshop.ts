import * as api from '../../libs/client/generated/sdk.gen.js';
import type { Client } from '../../libs/client/generated/client/index.js';
import type { RunResponse, SchemaDefinitionDto, SliceResponse } from '../../libs/client/generated/types.gen.js';
import { startApi, type TestApi } from '../support/api.js';
import type { TestDatabase } from '../support/database.js';
import type { Program } from '../support/program.js';
import { givenProject, ok, type TestProject } from '../support/project.js';
import type { Backend, StartedQueue } from '../support/redis.js';
import { runUntil } from '../support/runs.js';
import { startWorker } from '../support/worker.js';

export const NARROW = [{ name: 'email', type: 'string' as const, required: true }];

/** An API with a project, workers that come and go, and bulk runs. */
export interface Workshop {
  test: TestApi;
  project: TestProject;
  queue: StartedQueue;
  /** Whoever starts the runs. */
  client: Client;
  worker(variables?: Record<string, string>): Promise<Program>;
  /** Starts a run of so many rows; answers its id. */
  generate(count: number, fields?: SchemaDefinitionDto['fields']): Promise<string>;
  until(id: string, holds: (run: RunResponse) => boolean): Promise<RunResponse>;
  /** Waits for the end. */
  end(id: string): Promise<RunResponse>;
  slices(id: string): Promise<SliceResponse[]>;
  /** Asserted by tests against the run: what the table has, and how many ids that are. */
  stored(id: string): Promise<{ rows: number; ids: number }>;
  close(): Promise<void>;
}

/** `variables` are the API's and every worker's; a `database` that is given is not dropped. */
export async function givenWorkshop(
  backend: Backend,
  variables: Record<string, string> = {},
  database?: TestDatabase,
): Promise<Workshop> {
  const queue = await backend.start();
  const settings = { ...queue.variables, ...variables };
  const test = await startApi(settings, database);
  const project = await givenProject(test);
  const client = project.as.writer;
  const workers: Program[] = [];
  let schemas = 0;
  return {
    test,
    project,
    queue,
    client,
    worker: async (more = {}) => {
      const worker = await startWorker(test.db.url, { ...settings, ...more });
      workers.push(worker);
      return worker;
    },
    generate: async (count, fields = NARROW) => {
      const { id: schemaId } = await project.schema(`Schema ${(schemas += 1)}`, fields);
      const path = { schemaId, envId: project.environmentId };
      return (await ok(api.generate({ client, path, body: { count } }))).id;
    },
    until: (id, holds) => runUntil(client, id, holds),
    end: (id) => runUntil(client, id),
    slices: async (id) => (await ok(api.listSlices({ client, path: { id }, query: { limit: 100 } }))).data,
    stored: (id) => storedRows(test.db, id),
    close: async () => {
      await Promise.all(workers.map((worker) => worker.kill('SIGKILL')));
      await test.close();
      await queue.stop();
    },
  };
}

async function storedRows(db: TestDatabase, id: string): Promise<{ rows: number; ids: number }> {
  const text = 'SELECT count(*)::integer AS rows, count(DISTINCT id)::integer AS ids FROM test_data WHERE run_id = $1';
  const [row] = await db.query<{ rows: number; ids: number }>(text, [id]);
  return row ?? { rows: 0, ids: 0 };
}
