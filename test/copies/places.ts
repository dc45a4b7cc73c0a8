import * as api from '../../libs/client/generated/sdk.gen.js';
import type { Client } from '../../libs/client/generated/client/index.js';
import type { RunResponse, StartCopy } from '../../libs/client/generated/types.gen.js';
import { download, readJsonLines } from '../exports/export-file.js';
import type { TestApi } from '../support/api.js';
import { ok, type TestProject } from '../support/project.js';
import { runUntil } from '../support/runs.js';

/** A record as the tables have it. */
export interface StoredRecord {
  id: string;
  data_values: Record<string, unknown>;
  status: string;
  used_at: Date | null;
  used_by: string | null;
  feature_id: string | null;
  lease_expires_at: Date | null;
  run_id: string | null;
  pick_key: number;
  schema_version: number;
  created_by: string;
  created_at: Date;
}

let places = 0;

/** Makes an environment. */
export async function givenEnvironment(project: TestProject, is_protected = false): Promise<string> {
  const body = { name: `Place ${(places += 1)}`, is_protected };
  return (await ok(api.createEnvironment({ client: project.as.admin, path: { projectId: project.id }, body }))).id;
}

/** The records of a schema in an environment, in the order of their ids. */
export async function recordsOf(test: TestApi, schemaId: string, environmentId: string): Promise<StoredRecord[]> {
  return test.db.query<StoredRecord & object>(
    `SELECT record.* FROM test_data AS record JOIN stocks AS stock ON stock.id = record.stock_id
     WHERE stock.schema_id = $1 AND stock.environment_id = $2 ORDER BY record.id`,
    [schemaId, environmentId],
  );
}

/** What is taken under the unique keys of a schema in an environment: values with the ids of their records. */
export async function keysOf(
  test: TestApi,
  schemaId: string,
  environmentId: string,
): Promise<{ value: string; record_id: string }[]> {
  return test.db.query<{ value: string; record_id: string }>(
    `SELECT kept.value, kept.record_id FROM test_data_keys AS kept
     JOIN stock_keys AS key ON key.id = kept.key_id JOIN stocks AS stock ON stock.id = key.stock_id
     WHERE stock.schema_id = $1 AND stock.environment_id = $2 ORDER BY kept.value`,
    [schemaId, environmentId],
  );
}

/** Types in records; answers their ids. */
export async function typeIn(
  client: Client,
  schemaId: string,
  envId: string,
  rows: Record<string, unknown>[],
): Promise<string[]> {
  const ids: string[] = [];
  for (const data_values of rows) {
    ids.push((await ok(api.createRecord({ client, path: { schemaId, envId }, body: { data_values } }))).id);
  }
  return ids;
}

/** Copies and waits for the end of the run. */
export async function copy(client: Client, body: StartCopy): Promise<RunResponse> {
  const { id } = await ok(api.copyRecords({ client, body }));
  return runUntil(client, id);
}

/** The lines of a run's `skipped.jsonl`. */
export async function skippedOf(test: TestApi, client: Client, id: string): Promise<Record<string, string>[]> {
  const { text } = await download(test, client, id, 'skipped.jsonl');
  return readJsonLines(text) as Record<string, string>[];
}
