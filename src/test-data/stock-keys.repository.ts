import { Injectable } from '@nestjs/common';
import { brokenConstraint } from '../../libs/database/constraint.js';
import { copyRows } from '../../libs/database/copy.js';
import { Database } from '../../libs/database/database.js';
import type { ProjectScope } from '../access/project-scope.js';
import type { KeyEntries } from './key-entries.js';
import type { PackedKeys } from './packed-keys.js';

type Owner = Pick<ProjectScope, 'projectId'>;

/** A record's values as they are stored, and the version of the schema that they follow. */
export interface StoredValues {
  id: string;
  data_values: Record<string, unknown>;
  schema_version: number;
}

const ENSURE = {
  name: 'stock_keys.ensure',
  text: `
    INSERT INTO stock_keys (project_id, stock_id, fields) SELECT $1, $2, unnest($3::text[])
    ON CONFLICT (stock_id, fields) DO NOTHING`,
};
const LIST = {
  name: 'stock_keys.list',
  text: 'SELECT id, fields FROM stock_keys WHERE project_id = $1 AND stock_id = $2',
};
// Sorted, so that two writers of the same values wait for each other in one order and never in a circle.
const RESERVE = {
  name: 'stock_keys.reserve',
  text: `
    WITH given AS (
      SELECT * FROM unnest($2::integer[], $3::text[], $4::uuid[]) AS entry (key_id, value, record_id)
    ), taken AS (
      INSERT INTO test_data_keys (key_id, value, project_id, record_id)
      SELECT key_id, value, $1, record_id FROM given ORDER BY key_id, value COLLATE "C"
      ON CONFLICT (key_id, value) DO NOTHING
      RETURNING key_id, value, record_id
    )
    SELECT given.key_id, given.record_id FROM given LEFT JOIN taken USING (key_id, value, record_id)
    WHERE taken.key_id IS NULL`,
};
const RELEASE = {
  name: 'stock_keys.release',
  text: `
    DELETE FROM test_data_keys AS kept USING unnest($2::integer[], $3::text[], $4::uuid[]) AS entry (key_id, value, record_id)
    WHERE kept.project_id = $1 AND kept.key_id = entry.key_id AND kept.value = entry.value COLLATE "C"
      AND kept.record_id = entry.record_id`,
};
const HOLDERS = {
  name: 'stock_keys.holders',
  text: `
    SELECT DISTINCT given.record_id, kept.record_id AS holder
    FROM unnest($2::integer[], $3::text[], $4::uuid[]) AS given (key_id, value, record_id)
    JOIN test_data_keys AS kept ON kept.key_id = given.key_id AND kept.value = given.value COLLATE "C"
    WHERE kept.project_id = $1 ORDER BY 1, 2`,
};
const COUNT = {
  name: 'stock_keys.count',
  text: `
    SELECT key.fields, count(kept.key_id)::float8 AS taken
    FROM stock_keys AS key LEFT JOIN test_data_keys AS kept ON kept.key_id = key.id
    WHERE key.project_id = $1 AND key.stock_id = $2 AND key.fields = ANY ($3::text[]) GROUP BY key.fields`,
};
const FIND_TAKEN = {
  name: 'stock_keys.find_taken',
  text: `
    SELECT given.place::integer - 1 AS place
    FROM stock_keys AS key CROSS JOIN unnest($4::text[]) WITH ORDINALITY AS given (value, place)
    JOIN test_data_keys AS kept ON kept.key_id = key.id AND kept.value = given.value COLLATE "C"
    WHERE key.project_id = $1 AND key.stock_id = $2 AND key.fields = $3 ORDER BY given.place`,
};
const FIND_HOLDERS = {
  name: 'stock_keys.find_holders',
  text: `
    SELECT given.place::integer - 1 AS place, kept.record_id
    FROM unnest($2::integer[], $3::text[]) WITH ORDINALITY AS given (key_id, value, place)
    JOIN test_data_keys AS kept ON kept.key_id = given.key_id AND kept.value = given.value COLLATE "C"
    WHERE kept.project_id = $1`,
};
const DROP = {
  name: 'stock_keys.drop',
  text: `
    WITH gone AS (DELETE FROM stock_keys WHERE project_id = $1 AND stock_id = $2 AND fields = ANY ($3::text[]) RETURNING id)
    DELETE FROM test_data_keys WHERE key_id IN (SELECT id FROM gone)`,
};
const RECORDS = {
  name: 'stock_keys.records',
  text: `
    SELECT id, data_values, schema_version FROM test_data
    WHERE project_id = $1 AND stock_id = $2 AND id > $3 ORDER BY id LIMIT $4`,
};

/** The table of values that are taken under unique keys. */
@Injectable()
export class StockKeysRepository {
  constructor(private readonly db: Database) {}

  /** The small numbers of the keys, which are named by their fields' ids; made where they are missing. */
  async numbers(owner: Owner, stockId: string, keys: string[]): Promise<number[]> {
    let known = await this.list(owner, stockId);
    if (keys.some((key) => !known.has(key))) {
      await this.db.query(ENSURE, [owner.projectId, stockId, keys]);
      known = await this.list(owner, stockId);
    }
    return keys.map((key) => known.get(key) as number);
  }

  /** Takes the values; answers which entries were refused because another record has the value. */
  async reserve(owner: Owner, entries: KeyEntries): Promise<{ key_id: number; record_id: string }[]> {
    const values = [owner.projectId, entries.keys, entries.values, entries.records];
    const { rows } = await this.db.query<{ key_id: number; record_id: string }>(RESERVE, values);
    return rows;
  }

  /**
   * Takes the values by COPY, which is several times faster, where none of them is in use; otherwise takes none, and says so.
   * Needs a transaction, and the table's owner.
   */
  async load(owner: Owner, packed: PackedKeys, signal: AbortSignal): Promise<boolean> {
    if (packed.size === 0) return true;
    const { client } = this.db;
    await client.query('SAVEPOINT keys');
    try {
      const write = packed.writer(owner.projectId);
      await copyRows(client, 'test_data_keys (key_id, project_id, record_id, value)', packed.size, write, signal);
    } catch (error) {
      if (brokenConstraint(error) !== 'test_data_keys_pkey') throw error;
      await client.query('ROLLBACK TO keys; RELEASE keys');
      return false;
    }
    await client.query('RELEASE keys');
    return true;
  }

  async release(owner: Owner, entries: KeyEntries): Promise<void> {
    await this.db.query(RELEASE, [owner.projectId, entries.keys, entries.values, entries.records]);
  }

  /** The records that have the values of the entries. */
  async listHolders(owner: Owner, entries: KeyEntries): Promise<{ record_id: string; holder: string }[]> {
    const values = [owner.projectId, entries.keys, entries.values, entries.records];
    return (await this.db.query<{ record_id: string; holder: string }>(HOLDERS, values)).rows;
  }

  /** How many values are taken, by key. */
  async countTaken(owner: Owner, stockId: string, keys: string[]): Promise<Map<string, number>> {
    const { rows } = await this.db.query<{ fields: string; taken: number }>(COUNT, [owner.projectId, stockId, keys]);
    return new Map(rows.map((row) => [row.fields, row.taken]));
  }

  /** Which of these values are taken: their places in the list, ascending. */
  async findTaken(owner: Owner, stockId: string, key: string, values: string[]): Promise<number[]> {
    const { rows } = await this.db.query<{ place: number }>(FIND_TAKEN, [owner.projectId, stockId, key, values]);
    return rows.map(({ place }) => place);
  }

  /** Which entries records have already: their places, and the records. */
  async findHolders(owner: Owner, { keys, values }: KeyEntries): Promise<{ place: number; record_id: string }[]> {
    const { rows } = await this.db.query<{ place: number; record_id: string }>(FIND_HOLDERS, [
      owner.projectId,
      keys,
      values,
    ]);
    return rows;
  }

  async drop(owner: Owner, stockId: string, keys: string[]): Promise<void> {
    await this.db.query(DROP, [owner.projectId, stockId, keys]);
  }

  /** The stock's records behind the given id, in the order of their ids. */
  async listRecords(owner: Owner, stockId: string, after: string, limit: number): Promise<StoredValues[]> {
    const { rows } = await this.db.query<StoredValues & object>(RECORDS, [owner.projectId, stockId, after, limit]);
    return rows;
  }

  private async list(owner: Owner, stockId: string): Promise<Map<string, number>> {
    const { rows } = await this.db.query<{ id: number; fields: string }>(LIST, [owner.projectId, stockId]);
    return new Map(rows.map((row) => [row.fields, row.id]));
  }
}
