import type { Stage } from '../stage.js';
import { userFields } from '../user-fields.js';
import { ok } from '../workspace.js';
import * as api from '../../libs/client/generated/sdk.gen.js';

/** A feature with its schemas, whose records are handed out once. */
export interface Feature {
  featureId: string;
  schemaIds: string[];
}

export async function feature({ workspace, client }: Stage, name: string, schemas: number): Promise<Feature> {
  const schemaIds: string[] = [];
  for (let i = 0; i < schemas; i += 1) schemaIds.push(await workspace.createSchema(`${name} ${i}`, userFields()));
  await client.query('UPDATE data_schemas SET is_reusable = false');
  return { featureId: await workspace.createFeature(name, schemaIds), schemaIds };
}

/** An environment in which each schema of the feature has so many active records. */
export async function stocked(stage: Stage, { schemaIds }: Feature, rows: number): Promise<string> {
  const { workspace } = stage;
  const path = { projectId: workspace.projectId };
  const body = { name: `Stock ${Math.random().toString(36).slice(2)}` };
  const { id: envId } = await ok(api.createEnvironment({ client: workspace.client, path, body }));
  for (const schemaId of schemaIds) await refill(stage, schemaId, envId, rows);
  return envId;
}

/** Adds so many active records, as a bulk run would: about 180 bytes of values each, pick keys ascending. */
export async function refill(
  { workspace, client }: Stage,
  schemaId: string,
  envId: string,
  rows: number,
): Promise<void> {
  await client.query(
    `INSERT INTO stocks (project_id, schema_id, environment_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
    [workspace.projectId, schemaId, envId],
  );
  await client.query(
    `INSERT INTO test_data (stock_id, project_id, data_values, pick_key, schema_version, created_by)
     SELECT s.id, s.project_id, jsonb_build_object('username', 'user_' || n, 'email', 'user_' || n || '@test.example.com',
       'password', md5(n::text), 'first_name', 'Margaret', 'last_name', 'Hamilton', 'age', 18 + n % 80,
       'signup_date', '2026-01-15'), (n - random()) / $3, 1, $4
     FROM stocks AS s, generate_series(1, $3::integer) AS n WHERE s.schema_id = $1 AND s.environment_id = $2`,
    [schemaId, envId, rows, workspace.userId],
  );
}
