import * as api from '../../libs/client/generated/sdk.gen.js';
import type { Client } from '../../libs/client/generated/client/index.js';
import type {
  BundleItem,
  BundleResponse,
  HandOutResponse,
  RequestData,
} from '../../libs/client/generated/types.gen.js';
import type { TestApi } from '../support/api.js';

interface Question {
  featureId: string;
  envId: string;
  schemaId?: string;
  key?: string;
}

/** Asks for a feature's data, of all its schemas or of one. */
export function ask(client: Client, { featureId, envId, schemaId, key }: Question) {
  const headers = key === undefined ? {} : { 'Idempotency-Key': key };
  return schemaId === undefined
    ? api.requestData({ client, path: { featureId, envId }, headers })
    : api.requestSchemaData({ client, path: { featureId, envId, schemaId }, headers });
}

/** The records of a bundle, the primary one first. */
export function itemsOf(bundle: BundleResponse): BundleItem[] {
  return [...(bundle.primary_data ? [bundle.primary_data] : []), ...bundle.secondary_data];
}

export interface RequestRow {
  bundle_id: string;
  schema_id: string;
  provided_data_id: string;
  source: string;
  status: string;
  requested_by: string;
  environment_id: string;
  fulfilled_at: Date | null;
}

/** What is on record for a feature, in the order of the rows. */
export function requestsOf(test: TestApi, featureId: string): Promise<RequestRow[]> {
  return test.db.query<RequestRow & object>('SELECT * FROM test_data_requests WHERE feature_id = $1 ORDER BY id', [
    featureId,
  ]);
}

/** Everything that a hand-out may change: how many records there are by state, requests, and values in use. */
export async function countsOf(test: TestApi): Promise<Record<string, number>> {
  const [row] = await test.db.query<Record<string, number>>(
    `SELECT (SELECT count(*)::integer FROM test_data WHERE status = 'active') AS active,
      (SELECT count(*)::integer FROM test_data WHERE status = 'used') AS used,
      (SELECT count(*)::integer FROM test_data_requests) AS requests,
      (SELECT count(*)::integer FROM test_data_keys) AS keys`,
  );
  return row ?? {};
}

/** Puts `count` active records into a stock that exists, straight into the table. */
export async function fill(
  test: TestApi,
  schemaId: string,
  envId: string,
  count: number,
  values: string,
): Promise<void> {
  await test.db.query(
    `INSERT INTO test_data (stock_id, project_id, data_values, pick_key, schema_version, created_by)
     SELECT s.id, s.project_id, jsonb_build_object(${values}), (n - random()) / $3, 1, d.created_by
     FROM stocks AS s JOIN data_schemas AS d ON d.id = s.schema_id, generate_series(1, $3) AS n
     WHERE s.schema_id = $1 AND s.environment_id = $2`,
    [schemaId, envId, count],
  );
}

export type Filters = NonNullable<RequestData['filters']>;

/** Asks by POST, for one bundle of everything unless more is said. */
export function askFor(client: Client, { featureId, envId, key }: Question, body: RequestData = {}) {
  const headers = key === undefined ? {} : { 'Idempotency-Key': key };
  return api.requestBundles({ client, path: { featureId, envId }, headers, body });
}

/** The records of what a POST has handed out. */
export function itemsOfAll({ data }: HandOutResponse): BundleItem[] {
  return data.flatMap((bundle) => itemsOf(bundle));
}
