import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../../libs/database/database.js';
import type { TakenSlice } from '../jobs/taken-slice.js';
import type { ProjectScope } from '../access/project-scope.js';

/** What can be deleted together with its records. */
export type RemovalTarget = 'project' | 'environment' | 'schema';

type Owner = Pick<ProjectScope, 'projectId'>;

const TABLES = { project: 'projects', environment: 'environments', schema: 'data_schemas' } as const;
const COLUMNS = { project: 'project_id', environment: 'environment_id', schema: 'schema_id' } as const;
// What is unique among a project's things is free again as soon as the thing is hidden.
const FREED = {
  project: '',
  environment: `, slug = slug || ' ' || id`,
  schema: `, name = name || ' ' || id`,
} as const;

const LOCK_USERS = {
  name: 'removals.schema.lock_users',
  text: `
    SELECT count(*) FROM (
      SELECT FROM features
      WHERE project_id = $1 AND id IN (SELECT feature_id FROM feature_schemas WHERE project_id = $1 AND schema_id = $2)
      ORDER BY id FOR UPDATE) AS locked`,
};
const UNASSIGN = {
  name: 'removals.schema.unassign',
  text: `DELETE FROM feature_schemas WHERE project_id = $1 AND schema_id = $2 RETURNING feature_id`,
};
const PROMOTE = {
  name: 'removals.schema.promote',
  text: `
    UPDATE feature_schemas SET is_primary = true WHERE id IN (
      SELECT DISTINCT ON (next.feature_id) next.id FROM feature_schemas AS next
      WHERE next.project_id = $1 AND next.feature_id = ANY ($2::uuid[])
        AND NOT EXISTS (SELECT FROM feature_schemas AS own WHERE own.feature_id = next.feature_id AND own.is_primary)
      ORDER BY next.feature_id, next.position)`,
};

function statements(
  target: RemovalTarget,
): Record<'self' | 'lock' | 'count' | 'keys' | 'records' | 'stocks' | 'runs' | 'hide' | 'drop', Statement> {
  const stocks = `SELECT id FROM stocks WHERE project_id = $1 AND ${COLUMNS[target]} = $2`;
  const self = `WHERE id = $2 AND ${target === 'project' ? 'id' : 'project_id'} = $1`;
  const named = (name: string, text: string): Statement => ({ name: `removals.${target}.${name}`, text });
  return {
    self: named('self', `SELECT count(*) FROM (SELECT FROM ${TABLES[target]} ${self} FOR UPDATE) AS locked`),
    lock: named('lock', `SELECT count(*) FROM (${stocks} FOR UPDATE) AS locked`),
    count: named('count', `SELECT count(*)::float8 AS count FROM test_data WHERE stock_id IN (${stocks})`),
    records: named(
      'records',
      `WITH gone AS (
         DELETE FROM test_data WHERE id IN (SELECT id FROM test_data WHERE stock_id IN (${stocks}) LIMIT $3) RETURNING id
       )
       SELECT count(*)::integer AS count FROM gone`,
    ),
    keys: named(
      'keys',
      `DELETE FROM test_data_keys WHERE key_id IN (SELECT id FROM stock_keys WHERE stock_id IN (${stocks}))`,
    ),
    stocks: named('stocks', `DELETE FROM stocks WHERE id IN (${stocks})`),
    hide: named('hide', `UPDATE ${TABLES[target]} SET status = 'deleting'${FREED[target]} ${self}`),
    drop: named('drop', `DELETE FROM ${TABLES[target]} ${self}`),
    runs: named(
      'runs',
      // Swept at once: with their rows gone, nobody would find their files.
      `UPDATE job_runs SET finished_at = 'epoch'
       WHERE project_id = $1 AND ${COLUMNS[target]} = $2 AND finished_at IS NOT NULL`,
    ),
  };
}

const SQL = { project: statements('project'), environment: statements('environment'), schema: statements('schema') };

/** Deleting crosses domains by its nature: records, their keys, their stocks, and what owned them. */
@Injectable()
export class RemovalsRepository {
  constructor(private readonly db: Database) {}

  /** Takes a schema from the features that use it; where it was the primary one, the next in order becomes it. */
  async unassign(owner: Owner, schemaId: string): Promise<void> {
    await this.db.query(LOCK_USERS, [owner.projectId, schemaId]);
    const { rows } = await this.db.query<{ feature_id: string }>(UNASSIGN, [owner.projectId, schemaId]);
    const features = rows.map((row) => row.feature_id);
    if (features.length > 0) await this.db.query(PROMOTE, [owner.projectId, features]);
  }

  /** Waits for writers and keeps new ones out until the transaction ends; the thing itself first, so that it gets no new stock. */
  async lockStocks(owner: Owner, target: RemovalTarget, id: string): Promise<void> {
    await this.db.query(SQL[target].self, [owner.projectId, id]);
    await this.db.query(SQL[target].lock, [owner.projectId, id]);
  }

  async countRecords(owner: Owner, target: RemovalTarget, id: string): Promise<number> {
    const { rows } = await this.db.query<{ count: number }>(SQL[target].count, [owner.projectId, id]);
    return rows[0]?.count ?? 0;
  }

  /** Makes the thing invisible and closed to new work. */
  async hide(owner: Owner, target: RemovalTarget, id: string): Promise<void> {
    await this.db.query(SQL[target].hide, [owner.projectId, id]);
  }

  /** Deletes up to `limit` records; answers how many. */
  async removeRecords(owner: Owner, target: RemovalTarget, id: string, limit: number): Promise<number> {
    const { rows } = await this.db.query<{ count: number }>(SQL[target].records, [owner.projectId, id, limit]);
    return rows[0]?.count ?? 0;
  }

  /** Deletes what is left: keys, stocks, ended runs (by the sweep), and the thing with all that hangs on it. */
  async removeRest(owner: Owner, target: RemovalTarget, id: string): Promise<void> {
    for (const step of ['keys', 'stocks', 'runs', 'drop'] as const) {
      await this.db.query(SQL[target][step], [owner.projectId, id]);
    }
  }
}

/** The owner that a slice of a run works for. */
export function ownerOf(slice: TakenSlice): Owner {
  return { projectId: slice.project_id };
}
