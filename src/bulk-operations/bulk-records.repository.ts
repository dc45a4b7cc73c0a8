import { Injectable } from '@nestjs/common';
import { Database } from '../../libs/database/database.js';
import type { SchemaDefinition } from '../../libs/generator/index.js';
import type { ProjectScope } from '../access/project-scope.js';
import { filterSql } from '../test-data/record-filter.js';
import type { RecordFilter } from '../test-data/record-filter.dto.js';
import { STATUS_NOW } from '../test-data/status-now.js';
import type { RecordStatus } from '../test-data/test-record.entity.js';
import type { BulkOperation, BulkStock } from './bulk-operations.jobs.js';

type Owner = Pick<ProjectScope, 'projectId'>;

/** The next records of a stock, in the order of their ids. */
export interface NextRecords {
  operation: BulkOperation;
  stock: BulkStock;
  filter: RecordFilter;
  definition: SchemaDefinition;
  /** Records made at this moment or later are left alone. */
  before: Date;
  after: string;
  limit: number;
}

/** What was done to the next records; `last` is the id of the last one, null where there was none. */
export interface Changed {
  rows: number;
  last: string | null;
}

/** A record with what is needed to check it, or to free its unique values. */
export interface HeldRecord {
  id: string;
  status: RecordStatus;
  data_values: Record<string, unknown>;
  schema_version: number;
}

/** The outcome of a check: what the record becomes. */
export interface Verdict {
  id: string;
  is_valid: boolean;
  reason: string | null;
  /** Values under the names of today, as JSON text; null where they stay. */
  json: string | null;
}

/** The states in which an operation finds something to do. */
export const STATES: Record<BulkOperation, RecordStatus[]> = {
  delete_records: ['active', 'used', 'invalid'],
  mark_used: ['active'],
  reactivate: ['used', 'invalid'],
  invalidate: ['active', 'used'],
  revalidate: ['active', 'used', 'invalid'],
  set_values: ['active', 'used', 'invalid'],
};

const CHANGES = {
  mark_used: `status = 'used', used_at = now(), used_by = $value, feature_id = NULL, bundle_id = NULL, lease_expires_at = NULL`,
  reactivate: `status = 'active', status_reason = NULL, used_at = NULL, used_by = NULL, feature_id = NULL, bundle_id = NULL,
    lease_expires_at = NULL`,
  invalidate: `status = 'invalid', status_reason = $value`,
} as const;

const JUDGE = {
  name: 'bulk_records.judge',
  text: `
    UPDATE test_data AS record SET updated_at = now(), status_reason = judged.reason,
      status = CASE WHEN NOT judged.is_valid THEN 'invalid' WHEN record.status <> 'invalid' THEN record.status
        WHEN record.used_at IS NULL THEN 'active' ELSE 'used' END,
      data_values = coalesce(judged.json::jsonb, record.data_values),
      schema_version = CASE WHEN judged.is_valid THEN $3 ELSE record.schema_version END
    FROM unnest($4::uuid[], $5::boolean[], $6::text[], $7::text[]) AS judged (id, is_valid, reason, json)
    WHERE record.project_id = $1 AND record.stock_id = $2 AND record.id = judged.id`,
};
const SET_VALUES = {
  name: 'bulk_records.set_values',
  text: `
    UPDATE test_data AS record SET data_values = given.json::jsonb, schema_version = $3, values_at = now(), updated_at = now()
    FROM unnest($4::uuid[], $5::text[]) AS given (id, json)
    WHERE record.project_id = $1 AND record.stock_id = $2 AND record.id = given.id`,
};
const REMOVE_BY_IDS = {
  name: 'bulk_records.remove_by_ids',
  text: 'DELETE FROM test_data WHERE project_id = $1 AND id = ANY ($2::uuid[])',
};
const EXISTING = {
  name: 'bulk_records.existing',
  text: `
    SELECT record.id FROM test_data AS record JOIN stocks AS stock ON stock.id = record.stock_id
    WHERE stock.project_id = $1 AND stock.schema_id = $2 AND stock.environment_id = $3 AND record.id = ANY ($4::uuid[])`,
};

/** Many records at a time. The table belongs to src/test-data, whose repository knows single records. */
@Injectable()
export class BulkRecordsRepository {
  constructor(private readonly db: Database) {}

  /** Counts the next records. Needs a transaction, as all that follows. */
  async count(owner: Owner, next: NextRecords): Promise<Changed> {
    const { text, values } = pick(owner, next, 'record.id');
    return this.change(text, '', values);
  }

  /** Changes the state of the next records; `value` is who uses them, or why they are invalid. */
  async setStatus(
    owner: Owner,
    operation: keyof typeof CHANGES,
    next: NextRecords,
    value: string | null,
  ): Promise<Changed> {
    const { text, values } = pick(owner, next, 'record.id');
    const takesValue = operation !== 'reactivate';
    const change = CHANGES[operation].replace('$value', `$${values.length + 1}`);
    const update = `UPDATE test_data AS record SET ${change}, updated_at = now() FROM picked WHERE record.id = picked.id`;
    return this.change(`${text} FOR NO KEY UPDATE`, update, takesValue ? [...values, value] : values);
  }

  /** Deletes the next records, of a schema without unique keys. */
  async remove(owner: Owner, next: NextRecords): Promise<Changed> {
    const { text, values } = pick(owner, next, 'record.id');
    const remove = 'DELETE FROM test_data AS record USING picked WHERE record.id = picked.id';
    return this.change(`${text} FOR UPDATE`, remove, values);
  }

  /** The next records with their values; held until the transaction ends, unless they are only to be looked at. */
  async list(owner: Owner, next: NextRecords, isHeld: boolean): Promise<HeldRecord[]> {
    const { text, values } = pick(owner, next, 'record.id, record.status, record.data_values, record.schema_version');
    return (await this.db.client.query<HeldRecord>(isHeld ? `${text} FOR UPDATE` : text, values)).rows;
  }

  async removeByIds({ projectId }: Owner, ids: string[]): Promise<void> {
    await this.db.query(REMOVE_BY_IDS, [projectId, ids]);
  }

  /** Records what a check with this version of the schema came to. */
  async judge(
    { projectId }: Owner,
    { stock_id }: BulkStock,
    schemaVersion: number,
    verdicts: readonly Verdict[],
  ): Promise<void> {
    const columns = (['id', 'is_valid', 'reason', 'json'] as const).map((name) => verdicts.map((each) => each[name]));
    await this.db.query(JUDGE, [projectId, stock_id, schemaVersion, ...columns]);
  }

  /** Gives records other values, as JSON text, which are right for this version of the schema. */
  async setValues(
    { projectId }: Owner,
    { stock_id }: BulkStock,
    schemaVersion: number,
    given: readonly { id: string; json: string }[],
  ): Promise<void> {
    const columns = (['id', 'json'] as const).map((name) => given.map((each) => each[name]));
    await this.db.query(SET_VALUES, [projectId, stock_id, schemaVersion, ...columns]);
  }

  /** Those of the ids that are records of the schema in the environment. */
  async listExisting({ projectId }: Owner, schemaId: string, environmentId: string, ids: string[]): Promise<string[]> {
    const { rows } = await this.db.query<{ id: string }>(EXISTING, [projectId, schemaId, environmentId, ids]);
    return rows.map(({ id }) => id);
  }

  // Not by name: filters have any number of forms, and each connection would keep a plan of all that it has ever seen.
  private async change(picked: string, change: string, values: unknown[]): Promise<Changed> {
    const { rows } = await this.db.client.query<Changed>(
      `WITH picked AS MATERIALIZED (${picked})${change && `, changed AS (${change})`}
       SELECT count(*)::integer AS rows, (array_agg(id ORDER BY id DESC))[1] AS last FROM picked`,
      values,
    );
    return rows[0] as Changed;
  }
}

function pick({ projectId }: Owner, next: NextRecords, columns: string): { text: string; values: unknown[] } {
  const { operation, stock, filter, definition, before, after, limit } = next;
  const own = [projectId, stock.stock_id, after, before, STATES[operation], limit];
  const conditions = filterSql(filter, definition, own.length + 1);
  const text = `
    SELECT ${columns} FROM test_data AS record
    WHERE record.project_id = $1 AND record.stock_id = $2 AND record.id > $3 AND record.created_at < $4
      AND ${STATUS_NOW} = ANY ($5::text[]) ${conditions.text}
    ORDER BY record.id LIMIT $6`;
  return { text, values: [...own, ...conditions.values] };
}
