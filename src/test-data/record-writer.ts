import { Injectable } from '@nestjs/common';
import { Database } from '../../libs/database/database.js';
import { uuid7 } from '../../libs/database/uuid7.js';
import type { CompiledSchema } from '../../libs/generator/index.js';
import type { ProjectScope } from '../access/project-scope.js';
import type { RecordRow } from './record.dto.js';
import { type NewRecords, RecordsRepository } from './records.repository.js';
import { StockKeysService } from './stock-keys.service.js';

/** A row to store, with its values under the schema's unique keys. */
export interface KeyedRow {
  json: string;
  keys: (string | null)[];
}

/** Stores rows, few at a time, and keeps unique fields unique. */
@Injectable()
export class RecordWriter {
  constructor(
    private readonly db: Database,
    private readonly records: RecordsRepository,
    private readonly keys: StockKeysService,
  ) {}

  /** Stores the first rows whose unique values are free, `limit` of them at most; answers their ids. */
  async insert(
    scope: ProjectScope,
    schema: CompiledSchema,
    rows: KeyedRow[],
    common: NewRecords,
    limit = rows.length,
  ): Promise<string[]> {
    return this.db.transaction(async () => {
      const { stockId } = common;
      const records = rows.map((row) => ({ id: uuid7(), ...row }));
      const refused = await this.keys.reserve(scope, stockId, schema, records);
      const free = records.filter(({ id }) => !refused.has(id));
      if (free.length > limit) await this.keys.release(scope, stockId, schema, free.slice(limit));
      const stored = free.slice(0, limit);
      if (stored.length > 0) await this.records.insert(scope, stored, common);
      return stored.map(({ id }) => id);
    });
  }

  /** Replaces a record's values; false where another record forbids it. */
  async update(
    scope: ProjectScope,
    schema: CompiledSchema,
    current: RecordRow,
    values: Record<string, unknown>,
    version: number,
  ): Promise<boolean> {
    const { id, stock_id } = current;
    await this.keys.release(scope, stock_id, schema, [{ id, keys: schema.keysOf(current.data_values) }]);
    const refused = await this.keys.reserve(scope, stock_id, schema, [{ id, keys: schema.keysOf(values) }]);
    if (refused.size > 0) return false;
    await this.records.setValues(scope, { id, json: JSON.stringify(values) }, version);
    return true;
  }

  /** Deletes a record and gives its unique values free. */
  async remove(scope: ProjectScope, schema: CompiledSchema, { id, stock_id, data_values }: RecordRow): Promise<void> {
    await this.keys.release(scope, stock_id, schema, [{ id, keys: schema.keysOf(data_values) }]);
    await this.records.remove(scope, id);
  }
}
