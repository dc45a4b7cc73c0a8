import { Injectable } from '@nestjs/common';
import { copyRows } from '../../libs/database/copy.js';
import { Database } from '../../libs/database/database.js';
import { RunFailure } from '../jobs/run-failure.js';
import type { TakenSlice } from '../jobs/taken-slice.js';
import { CompiledSchemas } from '../schemas/compiled-schemas.js';
import { KeyedLoading } from './keyed-loading.service.js';
import type { OnConflict } from './key-conflicts.js';
import type { Loaded, LoadedRow, Loading } from './loading.js';
import { RECORD_COLUMNS, recordWriter } from './record-copy.js';
import { rowIds } from './record-id.js';
import { RecordsRepository } from './records.repository.js';
import { requireSameKeys } from './same-keys.js';
import { StocksRepository } from './stocks.repository.js';

/** Loads rows into a stock as fast as COPY takes them, and keeps unique fields unique and references whole. */
@Injectable()
export class RecordLoading {
  constructor(
    private readonly db: Database,
    private readonly schemas: CompiledSchemas,
    private readonly stocks: StocksRepository,
    private readonly records: RecordsRepository,
    private readonly keyed: KeyedLoading,
  ) {}

  /** Holds the schema for a slice whose rows follow this version of it. Needs the slice's transaction. */
  async open(taken: TakenSlice, schemaVersion: number, onConflict: OnConflict): Promise<Loading> {
    const { schema_id: schemaId, environment_id: environmentId } = taken;
    if (!schemaId || !environmentId) throw new RunFailure('The run names no schema or environment.');
    const owner = { projectId: taken.project_id };
    const current = await this.schemas.hold(owner, schemaId);
    if (!current) throw new RunFailure('The schema was deleted meanwhile.');
    const schema = await this.schemas.load(owner, schemaId, schemaVersion);
    requireSameKeys(schema, current);
    const stockId = await this.stocks.ensure(owner, schemaId, environmentId);
    // Two that load many unique values at a time would wait for each other in circles.
    if (schema.keys.length > 0) await this.stocks.lock(owner, stockId);
    const ids = rowIds(taken.run_id, taken.created_at);
    return { owner, schema, schemaVersion, environmentId, stockId, ids, taken, onConflict, collides: false };
  }

  /** What is wrong with the references of rows, by their places: each has to name a record of the environment. */
  async danglingReferences(
    { owner, schema, environmentId }: Loading,
    rows: readonly LoadedRow[],
  ): Promise<Map<number, string[]>> {
    const dangling = new Map<number, string[]>();
    if (schema.references.length === 0) return dangling;
    const links = rows.flatMap((each, row) => each.links.map((link) => ({ ...link, row })));
    for (const schemaId of new Set(links.map((link) => link.schemaId))) {
      const own = links.filter((link) => link.schemaId === schemaId);
      const stockId = await this.stocks.find(owner, schemaId, environmentId);
      const ids = [...new Set(own.map(({ id }) => id.toLowerCase()))];
      const existing = new Set(stockId ? await this.records.listExisting(owner, stockId, ids) : []);
      for (const { row, field, id } of own) {
        if (existing.has(id.toLowerCase())) continue;
        const reason = `${field} must be the id of a record of schema ${schemaId} in the same environment`;
        dangling.set(row, [...(dangling.get(row) ?? []), reason]);
      }
    }
    return dangling;
  }

  /** Stores the rows, as far as unique values let them, in the current transaction. */
  async load(loading: Loading, rows: readonly LoadedRow[], signal: AbortSignal): Promise<Loaded> {
    if (loading.schema.keys.length > 0) {
      return this.keyed.load(loading, rows, signal, (stored) => this.copy(loading, stored, signal));
    }
    await this.copy(loading, rows, signal);
    return { inserted: rows.length, replaced: 0, skipped: 0, refused: new Map() };
  }

  private async copy(loading: Loading, rows: readonly LoadedRow[], signal: AbortSignal): Promise<void> {
    const count = rows.length;
    if (count === 0) return;
    const writer = recordWriter(
      loading,
      count,
      (i) => rows[i]?.no ?? 0,
      (i) => rows[i]?.json ?? '',
    );
    await copyRows(this.db.client, RECORD_COLUMNS, count, writer, signal);
  }
}
