import * as api from '../../libs/client/generated/sdk.gen.js';
import type { Client } from '../../libs/client/generated/client/index.js';
import type { ListRecordsData, RecordPage, RecordResponse } from '../../libs/client/generated/types.gen.js';
import type { TestApi } from '../support/api.js';
import { ok, problem, type TestProject } from '../support/project.js';

type Values = Record<string, unknown>;
type Problem = Awaited<ReturnType<typeof problem>>;

/** The records of one schema in one environment. */
export interface TestStock {
  path: { schemaId: string; envId: string };
  create(values: Values): Promise<RecordResponse>;
  refuse(values: Values): Promise<Problem>;
  list(query?: ListRecordsData['query']): Promise<RecordPage>;
  sample(count: number, seed?: string | number): Promise<RecordResponse[]>;
  refuseSample(body: { count: number; seed?: string | number }): Promise<Problem>;
  /** What the table has, in the order of the ids. */
  rows(): Promise<{ id: string; status: string; data_values: Values }[]>;
}

/** Acts as the project's writer unless another client is given. */
export function stockOf(
  test: TestApi,
  project: TestProject,
  schemaId: string,
  { envId = project.environmentId, client = project.as.writer }: { envId?: string; client?: Client } = {},
): TestStock {
  const path = { schemaId, envId };
  return {
    path,
    create: (data_values) => ok(api.createRecord({ client, path, body: { data_values } })),
    refuse: (data_values) => problem(api.createRecord({ client, path, body: { data_values } })),
    list: (query) => ok(api.listRecords({ client, path, query })),
    sample: async (count, seed) => {
      const body = { count, ...(seed === undefined ? {} : { seed }) };
      return (await ok(api.generateSample({ client, path, body }))).data;
    },
    refuseSample: (body) => problem(api.generateSample({ client, path, body })),
    rows: () =>
      test.db.query(
        `SELECT id, status, data_values FROM test_data
         WHERE stock_id = (SELECT id FROM stocks WHERE schema_id = $1 AND environment_id = $2) ORDER BY id`,
        [schemaId, envId],
      ),
  };
}

/** A second environment of the project. */
export async function secondEnvironment(project: TestProject, name = 'Staging'): Promise<string> {
  const path = { projectId: project.id };
  return (await ok(api.createEnvironment({ client: project.as.admin, path, body: { name } }))).id;
}

/** Asserts that what is stored would be accepted, through the front door. */
export async function rulesBroken(client: Client, schemaId: string, data_values: Values): Promise<unknown[]> {
  return (await ok(api.checkValues({ client, path: { id: schemaId }, body: { data_values } }))).problems;
}

/** Runs `work` for 0 … count - 1, `clients` at a time; answers the results in order. */
export async function together<T>(count: number, clients: number, work: (i: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const client = async (): Promise<void> => {
    for (let i = next++; i < count; i = next++) results[i] = await work(i);
  };
  await Promise.all(Array.from({ length: clients }, client));
  return results;
}

/** The status of an answer, whatever it is. */
export async function statusOf(answer: Promise<{ response?: Response }>): Promise<number> {
  return (await answer).response?.status ?? 0;
}
