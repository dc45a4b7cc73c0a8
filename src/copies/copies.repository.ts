import { Injectable } from '@nestjs/common';
import { brokenConstraint } from '../../libs/database/constraint.js';
import { Database } from '../../libs/database/database.js';
import type { ProjectScope } from '../access/project-scope.js';
import type { FilterSql } from '../test-data/record-filter.js';
import { copiedIdSql } from './copied-id.js';
import { placeSql } from './selection.sql.js';
import type { SourceRow } from './source-row.js';

type Owner = Pick<ProjectScope, 'projectId'>;

/** A stretch of a stock's records in the order of their ids: behind `after`, up to `upto`. */
export interface Stretch {
  stockId: string;
  after: string;
  upto: string;
}

/** What {@link CopiesRepository.copy} writes. */
export interface CopiedInto {
  stockId: string;
  runId: string;
  shift: number;
  /** Whether used records become active. */
  reset: boolean;
  /** SQL for the values of a copy, from those of `record`; `$SHIFT` stands for the shift. */
  values: string;
  /** Unique keys: their number in the stock, and SQL for the text from `copied.data_values`. */
  keys: { number: number; text: string }[];
}

/** Values that a record gets; `valued` is the moment that they are right for, in microseconds since 1970. */
interface NewValues {
  id: string;
  json: string;
  version: number;
  valued: number;
}

const STOCKS = {
  name: 'copies.stocks',
  text: `
    SELECT stock.schema_id FROM stocks AS stock JOIN data_schemas AS schema ON schema.id = stock.schema_id
    WHERE stock.project_id = $1 AND stock.environment_id = $2
      AND (schema.status = 'active' OR $3 AND schema.status = 'archived')
    ORDER BY stock.schema_id`,
};
const LAST = {
  name: 'copies.last',
  text: 'SELECT id FROM test_data WHERE project_id = $1 AND stock_id = $2 ORDER BY id DESC LIMIT 1',
};
const IS_OF_VERSION = {
  name: 'copies.is_of_version',
  text: `
    SELECT NOT EXISTS (SELECT FROM test_data
      WHERE project_id = $1 AND stock_id = $2 AND id > $3 AND id <= $4 AND schema_version <> $5) AS is`,
};
const EXISTING = {
  name: 'copies.existing',
  text: 'SELECT id FROM test_data WHERE project_id = $1 AND stock_id = $2 AND id = ANY ($3::uuid[])',
};
const VALUES = {
  name: 'copies.values',
  text: `
    SELECT id, data_values, schema_version FROM test_data
    WHERE project_id = $1 AND stock_id = $2 AND id = ANY ($3::uuid[])`,
};
const REPLACE = {
  name: 'copies.replace',
  text: `
    UPDATE test_data AS record SET data_values = given.json::jsonb, schema_version = given.version,
      values_at = to_timestamp(given.valued / 1e6), updated_at = now()
    FROM unnest($3::uuid[], $4::text[], $5::integer[], $6::float8[]) AS given (id, json, version, valued)
    WHERE record.project_id = $1 AND record.stock_id = $2 AND record.id = given.id`,
};
const REMOVE = {
  name: 'copies.remove',
  text: 'DELETE FROM test_data WHERE project_id = $1 AND stock_id = $2 AND id = ANY ($3::uuid[])',
};

const WITHIN = 'record.project_id = $1 AND record.stock_id = $2 AND record.id > $3 AND record.id <= $4';
// A lease is of the original alone: nobody would ever bring the copy back.
const IS_FREE = `(record.status = 'used' AND record.lease_expires_at IS NOT NULL OR $RESET AND record.status <> 'invalid')`;

/**
 * Copies cross domains by their nature: records and their keys, in one statement that PostgreSQL runs by itself. Conditions
 * come from filters, of which there are endlessly many: such statements are not kept prepared. All need a transaction.
 */
@Injectable()
export class CopiesRepository {
  constructor(private readonly db: Database) {}

  /** The schemas that have a stock in the environment; archived ones too, where they are wanted. */
  async listSchemas(owner: Owner, environmentId: string, archived: boolean): Promise<string[]> {
    const { rows } = await this.db.query<{ schema_id: string }>(STOCKS, [owner.projectId, environmentId, archived]);
    return rows.map((row) => row.schema_id);
  }

  /** Id of the stock's last record. */
  async findLast(owner: Owner, stockId: string): Promise<string | null> {
    return (await this.db.query<{ id: string }>(LAST, [owner.projectId, stockId])).rows[0]?.id ?? null;
  }

  /** The place, in the random order of the seed, of the last record of a sample; null where there are no more records than that. */
  async findThreshold(
    owner: Owner,
    stretch: Stretch,
    selection: FilterSql,
    sample: { size: number; seed: string },
  ): Promise<string | null> {
    const at = 5 + selection.values.length;
    const text = `SELECT ${placeSql(`$${at}`)} AS place FROM test_data AS record WHERE ${WITHIN} ${selection.text}
      ORDER BY place OFFSET $${at + 1} LIMIT 1`;
    const values = [...within(owner, stretch), ...selection.values, sample.seed, sample.size - 1];
    return (await this.db.client.query<{ place: string }>(text, values)).rows[0]?.place ?? null;
  }

  /** Id of the record with which a part of `rows` records ends; null where there are fewer left. */
  async findEnd(owner: Owner, stretch: Stretch, selection: FilterSql, rows: number): Promise<string | null> {
    const text = `SELECT record.id FROM test_data AS record WHERE ${WITHIN} ${selection.text}
      ORDER BY record.id OFFSET $${5 + selection.values.length} LIMIT 1`;
    const values = [...within(owner, stretch), ...selection.values, rows - 1];
    return (await this.db.client.query<{ id: string }>(text, values)).rows[0]?.id ?? null;
  }

  async count(owner: Owner, stretch: Stretch, selection: FilterSql): Promise<number> {
    const text = `SELECT count(*)::integer AS count FROM test_data AS record WHERE ${WITHIN} ${selection.text}`;
    const values = [...within(owner, stretch), ...selection.values];
    return (await this.db.client.query<{ count: number }>(text, values)).rows[0]?.count ?? 0;
  }

  /** Whether all records of a stretch follow this version of their schema. */
  async isOfVersion(owner: Owner, stretch: Stretch, version: number): Promise<boolean> {
    const { rows } = await this.db.query<{ is: boolean }>(IS_OF_VERSION, [...within(owner, stretch), version]);
    return rows[0]?.is === true;
  }

  /**
   * Copies a stretch within PostgreSQL, keys included; answers how many records that were, or null, with nothing copied,
   * where a value is taken under a unique key.
   */
  async copy(owner: Owner, stretch: Stretch, selection: FilterSql, into: CopiedInto): Promise<number | null> {
    const { client } = this.db;
    const values = [...within(owner, stretch), into.stockId, into.runId, into.shift, into.reset, ...selection.values];
    const text = copyText(selection, into);
    if (into.keys.length === 0) return (await client.query(text, values)).rowCount ?? 0;
    await client.query('SAVEPOINT copied_keys');
    try {
      const { rowCount } = await client.query(text, values);
      await client.query('RELEASE copied_keys');
      return rowCount ?? 0;
    } catch (error) {
      if (brokenConstraint(error) !== 'test_data_keys_pkey') throw error;
      await client.query('ROLLBACK TO copied_keys; RELEASE copied_keys');
      return null;
    }
  }

  /** Up to `limit` records of a stretch, in order; locked where they are to be removed. */
  async read(
    owner: Owner,
    stretch: Stretch,
    selection: FilterSql,
    options: { limit: number; reset: boolean; lock: boolean },
  ): Promise<SourceRow[]> {
    const at = 5 + selection.values.length;
    const free = IS_FREE.replace('$RESET', `$${at + 1}`);
    const text = `
      SELECT record.id, record.data_values, record.schema_version, record.pick_key, record.created_by,
        (extract(epoch FROM record.created_at) * 1e6)::float8 AS created,
        (extract(epoch FROM record.values_at) * 1e6)::float8 AS valued, NOT ${free} AS has_state,
        record.status, (extract(epoch FROM record.used_at) * 1e6)::float8 AS used, record.used_by, record.feature_id
      FROM test_data AS record WHERE ${WITHIN} ${selection.text}
      ORDER BY record.id LIMIT $${at} ${options.lock ? 'FOR UPDATE' : ''}`;
    const values = [...within(owner, stretch), ...selection.values, options.limit, options.reset];
    return (await this.db.client.query<SourceRow>(text, values)).rows;
  }

  /** Those of the ids that are records of a stretch and meet the selection. */
  async listSelected(owner: Owner, stretch: Stretch, selection: FilterSql, ids: string[]): Promise<string[]> {
    const text = `SELECT record.id FROM test_data AS record
      WHERE ${WITHIN} ${selection.text} AND record.id = ANY ($${5 + selection.values.length}::uuid[])`;
    const values = [...within(owner, stretch), ...selection.values, ids];
    return (await this.db.client.query<{ id: string }>(text, values)).rows.map(({ id }) => id);
  }

  /** Those of the ids that are records of the stock. */
  async listExisting(owner: Owner, stockId: string, ids: string[]): Promise<string[]> {
    return (await this.db.query<{ id: string }>(EXISTING, [owner.projectId, stockId, ids])).rows.map(({ id }) => id);
  }

  /** The values of records by their ids. */
  async listValues(
    owner: Owner,
    stockId: string,
    ids: string[],
  ): Promise<Pick<SourceRow, 'id' | 'data_values' | 'schema_version'>[]> {
    return (await this.db.query<SourceRow & object>(VALUES, [owner.projectId, stockId, ids])).rows;
  }

  /** Gives records other values; what they are used for stays. */
  async replace(owner: Owner, stockId: string, given: NewValues[]): Promise<void> {
    const columns = (['id', 'json', 'version', 'valued'] as const).map((name) => given.map((each) => each[name]));
    await this.db.query(REPLACE, [owner.projectId, stockId, ...columns]);
  }

  async remove(owner: Owner, stockId: string, ids: string[]): Promise<void> {
    await this.db.query(REMOVE, [owner.projectId, stockId, ids]);
  }
}

function within({ projectId }: Owner, { stockId, after, upto }: Stretch): string[] {
  return [projectId, stockId, after, upto];
}

/** Parameters: $1 to $4 the stretch, $5 stock, $6 run, $7 shift, $8 reset, then those of the selection, from $9 on. */
function copyText(selection: FilterSql, { values, keys }: CopiedInto): string {
  const free = IS_FREE.replace('$RESET', '$8::boolean');
  const unlessFree = (column: string): string => `CASE WHEN NOT ${free} THEN record.${column} END AS ${column}`;
  const source = `
    SELECT ${copiedIdSql('record.id', '$7')} AS id, ${values.replaceAll('$SHIFT', '$7')} AS data_values, record.pick_key,
      CASE WHEN ${free} THEN 'active' ELSE record.status END AS status, record.schema_version,
      ${['used_at', 'used_by', 'feature_id'].map(unlessFree).join(', ')}, record.created_by, record.created_at,
      record.values_at
    FROM test_data AS record WHERE ${WITHIN} ${selection.text} ORDER BY record.id`;
  const insert = (from: string): string => `
    INSERT INTO test_data (id, stock_id, project_id, data_values, pick_key, status, schema_version, run_id,
      used_at, used_by, feature_id, created_by, created_at, values_at)
    SELECT id, $5::uuid, $1::uuid, data_values, pick_key, status, schema_version, $6::uuid, used_at, used_by, feature_id,
      created_by, created_at, values_at
    FROM ${from}`;
  if (keys.length === 0) return insert(`(${source}) AS copied`);
  const entries = keys.map(({ number, text }) => `(${number}, ${text})`).join(', ');
  return `
    WITH copied AS MATERIALIZED (${source}), keyed AS (
      INSERT INTO test_data_keys (key_id, value, project_id, record_id)
      SELECT entry.key_id, entry.value, $1::uuid, copied.id
      FROM copied CROSS JOIN LATERAL (VALUES ${entries}) AS entry (key_id, value)
      WHERE entry.value IS NOT NULL ORDER BY entry.key_id, entry.value COLLATE "C"
    ) ${insert('copied')}`;
}
