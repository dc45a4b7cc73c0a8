import { Injectable } from '@nestjs/common';
import { Database } from '../../libs/database/database.js';
import { NotFound } from '../../libs/errors/errors.js';
import { actsAs } from './acts-as.sql.js';
import { grantWith } from '../access/grants.sql.js';
import type { ProjectScope } from '../access/project-scope.js';
import type { RecordRow } from './record.dto.js';
import { IS_BACK, STATUS_NOW } from './status-now.js';
import type { StoredValues } from './stock-keys.repository.js';

/** A row to store: its id and its values as JSON text. */
export interface NewRecord {
  id: string;
  json: string;
}

/** What the rows of one insert have in common. */
export interface NewRecords {
  stockId: string;
  schemaVersion: number;
}

// What was lent and is over is active, also before somebody has written that down.
const UNLESS_BACK = `CASE WHEN ${IS_BACK} THEN NULL ELSE`;
/** The columns of a {@link RecordRow}, of `record` and its `stock`. */
export const RECORD_ROW = `
  record.id, record.stock_id, stock.schema_id, stock.environment_id, record.data_values, ${STATUS_NOW} AS status,
  record.status_reason, ${UNLESS_BACK} record.used_at END AS used_at, ${UNLESS_BACK} record.used_by END AS used_by,
  ${UNLESS_BACK} record.feature_id END AS feature_id,
  CASE WHEN record.status = 'used' AND record.lease_expires_at > now() THEN record.lease_expires_at END AS lease_expires_at,
  record.run_id, record.schema_version, record.created_by, record.created_at,
  record.updated_at`;

/** A {@link RecordRow} along with the grant of access to it. */
export const GRANT_WITH_RECORD = grantWith('records.get_with_grant', 'record', 'record', RECORD_ROW);

const GET = {
  name: 'records.get',
  text: `
    SELECT ${RECORD_ROW} FROM test_data AS record JOIN stocks AS stock ON stock.id = record.stock_id
    WHERE record.id = $1 AND record.project_id = $2`,
};
const GET_FOR_UPDATE = { name: 'records.get_for_update', text: `${GET.text} FOR NO KEY UPDATE OF record` };
const LIST_BY_IDS = {
  name: 'records.list_by_ids',
  text: `
    SELECT ${RECORD_ROW} FROM unnest($1::uuid[]) WITH ORDINALITY AS wanted (id, place)
    JOIN test_data AS record ON record.id = wanted.id AND record.project_id = $2
    JOIN stocks AS stock ON stock.id = record.stock_id
    ORDER BY wanted.place`,
};
const INSERT = {
  name: 'records.insert',
  text: `
    INSERT INTO test_data (id, stock_id, project_id, data_values, pick_key, schema_version, created_by)
    SELECT row.id, $3, $4, row.json::jsonb, random(), $5, $6
    FROM unnest($1::uuid[], $2::text[]) AS row (id, json)`,
};
const SET_VALUES = {
  name: 'records.set_values',
  text: `
    UPDATE test_data SET data_values = $3::jsonb, schema_version = $4, values_at = now(), updated_at = now()
    WHERE id = $1 AND project_id = $2 AND ${actsAs('$5')}`,
};
// In the order of the ids, so that two who write several never wait for each other in a circle.
const VALUES_FOR_UPDATE = {
  name: 'records.values_for_update',
  text: `
    SELECT id, data_values, schema_version FROM test_data WHERE project_id = $1 AND id = ANY ($2::uuid[])
    ORDER BY id FOR NO KEY UPDATE`,
};
const SET_MANY_VALUES = {
  name: 'records.set_many_values',
  text: `
    UPDATE test_data AS record SET data_values = given.json::jsonb, schema_version = $4, values_at = now(),
      updated_at = now()
    FROM unnest($2::uuid[], $3::text[]) AS given (id, json) WHERE record.id = given.id AND record.project_id = $1`,
};
const MARK_USED = {
  name: 'records.mark_used',
  text: `
    UPDATE test_data AS record SET status = 'used', used_at = now(), used_by = $3, feature_id = NULL, bundle_id = NULL,
      lease_expires_at = NULL, updated_at = now()
    WHERE id = $1 AND project_id = $2 AND ${STATUS_NOW} = 'active' AND ${actsAs('$3')}`,
};
const REACTIVATE = {
  name: 'records.reactivate',
  text: `
    UPDATE test_data AS record SET status = 'active', status_reason = NULL, used_at = NULL, used_by = NULL,
      feature_id = NULL, bundle_id = NULL, lease_expires_at = NULL, updated_at = now()
    WHERE id = $1 AND project_id = $2 AND ${STATUS_NOW} <> 'active' AND ${actsAs('$3')}`,
};
const INVALIDATE = {
  name: 'records.invalidate',
  text: `
    UPDATE test_data SET status = 'invalid', status_reason = $3, updated_at = now()
    WHERE id = $1 AND project_id = $2 AND status <> 'invalid' AND ${actsAs('$4')}`,
};
const REMOVE = {
  name: 'records.remove',
  text: `DELETE FROM test_data WHERE id = $1 AND project_id = $2 AND ${actsAs('$3')}`,
};
const SAMPLE_IDS = {
  name: 'records.sample_ids',
  text: `
    SELECT id FROM test_data WHERE stock_id = $1 AND project_id = $2 AND status = 'active' ORDER BY pick_key LIMIT $3`,
};
const EXISTING = {
  name: 'records.existing',
  text: 'SELECT id FROM test_data WHERE stock_id = $1 AND project_id = $2 AND id = ANY ($3::uuid[])',
};

@Injectable()
export class RecordsRepository {
  constructor(private readonly db: Database) {}

  async getOrThrow(scope: ProjectScope, id: string, forUpdate = false): Promise<RecordRow> {
    const { rows } = await this.db.query<RecordRow>(forUpdate ? GET_FOR_UPDATE : GET, [id, scope.projectId]);
    if (rows[0]) return rows[0];
    throw new NotFound('record.not_found', `There is no record ${id} that you may see.`);
  }

  /** The records of the ids, in their order. */
  async listByIds(scope: ProjectScope, ids: string[]): Promise<RecordRow[]> {
    return (await this.db.query<RecordRow>(LIST_BY_IDS, [ids, scope.projectId])).rows;
  }

  async insert(scope: ProjectScope, records: NewRecord[], common: NewRecords): Promise<void> {
    const ids = records.map(({ id }) => id);
    const json = records.map((record) => record.json);
    const { stockId, schemaVersion } = common;
    await this.db.query(INSERT, [ids, json, stockId, scope.projectId, schemaVersion, scope.userId]);
  }

  async setValues(scope: ProjectScope, record: NewRecord, schemaVersion: number): Promise<void> {
    await this.db.query(SET_VALUES, [record.id, scope.projectId, record.json, schemaVersion, scope.userId]);
  }

  /** The values of records, which nobody else changes until the transaction ends. */
  async listValues(owner: Pick<ProjectScope, 'projectId'>, ids: string[]): Promise<StoredValues[]> {
    return (await this.db.query<StoredValues & object>(VALUES_FOR_UPDATE, [owner.projectId, ids])).rows;
  }

  async setManyValues(
    owner: Pick<ProjectScope, 'projectId'>,
    records: NewRecord[],
    schemaVersion: number,
  ): Promise<void> {
    const [ids, json] = [records.map(({ id }) => id), records.map((record) => record.json)];
    await this.db.query(SET_MANY_VALUES, [owner.projectId, ids, json, schemaVersion]);
  }

  /** Says whether the record was active. */
  async markUsed(scope: ProjectScope, id: string): Promise<boolean> {
    return (await this.db.query(MARK_USED, [id, scope.projectId, scope.userId])).rowCount === 1;
  }

  /** Says whether the record was not active. */
  async reactivate(scope: ProjectScope, id: string): Promise<boolean> {
    return (await this.db.query(REACTIVATE, [id, scope.projectId, scope.userId])).rowCount === 1;
  }

  /** Says whether the record was not invalid. */
  async invalidate(scope: ProjectScope, id: string, reason: string): Promise<boolean> {
    return (await this.db.query(INVALIDATE, [id, scope.projectId, reason, scope.userId])).rowCount === 1;
  }

  async remove(scope: ProjectScope, id: string): Promise<void> {
    await this.db.query(REMOVE, [id, scope.projectId, scope.userId]);
  }

  /** Up to `limit` active records of a stock, a random choice that stays the same while the stock does. */
  async sampleIds(scope: Pick<ProjectScope, 'projectId'>, stockId: string, limit: number): Promise<string[]> {
    const { rows } = await this.db.query<{ id: string }>(SAMPLE_IDS, [stockId, scope.projectId, limit]);
    return rows.map(({ id }) => id);
  }

  /** Those of the ids that are records of the stock. */
  async listExisting(scope: Pick<ProjectScope, 'projectId'>, stockId: string, ids: string[]): Promise<string[]> {
    const { rows } = await this.db.query<{ id: string }>(EXISTING, [stockId, scope.projectId, ids]);
    return rows.map(({ id }) => id);
  }
}
