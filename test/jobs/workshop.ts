import * as api from '../../libs/client/generated/sdk.gen.js';
import type { Client } from '../../libs/client/generated/client/index.js';
import type { RunResponse, SchemaDefinitionDto, SliceResponse } from '../../libs/client/generated/types.gen.js';
import { hasEnded } from '../../libs/process/end-child.js';
import { startApi, type TestApi } from '../support/api.js';
import type { TestDatabase } from '../support/database.js';
import type { Program } from '../support/program.js';
import { givenProject, ok, type TestProject } from '../support/project.js';
import { type Backend, POSTGRES, type StartedQueue } from '../support/redis.js';
import { runUntil, storedRows } from '../support/runs.js';
import { startWorker } from '../support/worker.js';

export const NARROW = [{ name: 'email', type: 'string' as const, required: true }];

/** Fields of 150 to 300 characters. */
export const wide = (fields: number) =>
  Array.from({ length: fields }, (_, i) => ({
    ...{ name: `text_${i}`, type: 'string' as const, min: 150, max: 300, required: true },
  }));

/** An API with a project, workers that come and go, and bulk runs. */
export interface Workshop {
  test: TestApi;
  project: TestProject;
  queue: StartedQueue;
  /** Whoever starts the runs. */
  client: Client;
  worker(variables?: Record<string, string>): Promise<Program>;
  /** A worker that is there already, or else a new one. */
  someWorker(variables?: Record<string, string>): Promise<Program>;
  /** Ends all workers: by force, unless another signal is given. */
  rest(signal?: NodeJS.Signals): Promise<void>;
  /** Starts a run of so many rows; answers its id. */
  generate(count: number, fields?: SchemaDefinitionDto['fields']): Promise<string>;
  until(id: string, holds: (run: RunResponse) => boolean): Promise<RunResponse>;
  /** Waits for the end. */
  end(id: string): Promise<RunResponse>;
  slices(id: string): Promise<SliceResponse[]>;
  /** Asserted by tests against the run: what the table has, and how many ids that are. */
  stored(id: string): Promise<{ rows: number; ids: number }>;
  /** Ends all runs, for the next test to begin without them. */
  cancelAll(): Promise<void>;
  close(): Promise<void>;
}

/** `variables` are the API's and every worker's; a `database` that is given is not dropped. */
export async function givenWorkshop(
  backend: Backend = POSTGRES,
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
  const rest = async (signal: NodeJS.Signals = 'SIGKILL'): Promise<void> => {
    await Promise.all(workers.splice(0).map((worker) => worker.kill(signal)));
  };
  const worker = async (more: Record<string, string> = {}): Promise<Program> => {
    const started = await startWorker(test.db.url, { ...settings, ...more });
    workers.push(started);
    return started;
  };
  return {
    test,
    project,
    queue,
    client,
    worker,
    someWorker: async (more) => workers.find(({ process }) => !hasEnded(process)) ?? worker(more),
    rest,
    generate: async (count, fields = NARROW) => {
      const { id: schemaId } = await project.schema(`Schema ${(schemas += 1)}`, fields);
      const path = { schemaId, envId: project.environmentId };
      return (await ok(api.generate({ client, path, body: { count } }))).id;
    },
    until: (id, holds) => runUntil(client, id, holds),
    end: (id) => runUntil(client, id),
    slices: async (id) => (await ok(api.listSlices({ client, path: { id }, query: { limit: 100 } }))).data,
    stored: (id) => storedRows(test.db, id),
    cancelAll: async () => {
      for (const { id, finished_at } of (await ok(api.listRuns({ client, query: { limit: 100 } }))).data) {
        if (finished_at === null) await ok(api.cancelRun({ client, path: { id } }));
      }
    },
    close: async () => {
      await rest();
      await test.close();
      await queue.stop();
    },
  };
}
