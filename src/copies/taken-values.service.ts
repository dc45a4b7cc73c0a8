import { Injectable } from '@nestjs/common';
import { parseUuid } from '../../libs/database/uuid7.js';
import { CompiledSchemas } from '../schemas/compiled-schemas.js';
import { RunFailure } from '../jobs/run-failure.js';
import { StockKeysService } from '../test-data/stock-keys.service.js';
import { CopiesRepository } from './copies.repository.js';
import { underNamesOf } from './copied-references.js';
import type { CopyPart } from './copy-part.js';
import type { RowOnItsWay } from './row-copies.service.js';

/** A record that was not copied, and why. */
export interface Skipped {
  id: string;
  code: 'reference' | 'conflict';
  detail: string;
}

/** What came of the records of a part. */
export interface Outcome {
  copied: number;
  /** Records of the other environment that got the values of a copied one. */
  replaced: number;
  skipped: Skipped[];
}

interface Settled {
  free: RowOnItsWay[];
  replaced: RowOnItsWay[];
  skipped: Skipped[];
}

/** Decides what becomes of copies whose unique values are in use where they come to. */
@Injectable()
export class TakenValues {
  constructor(
    private readonly schemas: CompiledSchemas,
    private readonly keys: StockKeysService,
    private readonly copies: CopiesRepository,
  ) {}

  /** Takes the unique values of the rows; what cannot have its own is skipped, replaces who has them, or fails the run. */
  async settle(part: CopyPart, rows: RowOnItsWay[]): Promise<Settled> {
    if (part.schema.keys.length === 0) return { free: rows, replaced: [], skipped: [] };
    const { owner, stockId, schema, signal } = part;
    const packed = await this.keys.pack(owner, stockId, schema);
    for (const { id, keys } of rows) packed.add(keys, (buffer, at) => parseUuid(id).copy(buffer, at));
    const refused = await this.keys.load(owner, packed, signal);
    if (refused.size === 0) return { free: rows, replaced: [], skipped: [] };
    const free = rows.filter(({ id }) => !refused.has(id));
    const taken = rows.filter(({ id }) => refused.has(id));
    if (part.params.on_conflict === 'fail') throw new RunFailure(conflictOf(part, taken[0] as RowOnItsWay));
    if (part.params.on_conflict === 'skip')
      return { free, replaced: [], skipped: taken.map((row) => skipped(part, row)) };
    return { free, ...(await this.replace(part, taken)) };
  }

  /** The records that have the unique values of the rows where these come to, by the ids of the copies. */
  async listHolders({ owner, stockId, schema }: CopyPart, rows: RowOnItsWay[]): Promise<Map<string, string[]>> {
    return this.keys.holders(owner, stockId, schema, rows);
  }

  /** Deletes moved records where they came from, and gives their unique values free there. */
  async removeMoved(part: CopyPart, rows: RowOnItsWay[]): Promise<void> {
    const { owner, schema, source } = part;
    const originals = rows.map((row) => ({ id: row.source.id, keys: row.oldKeys }));
    if (schema.keys.length > 0) await this.keys.release(owner, source.stockId, schema, originals);
    const ids = originals.map(({ id }) => id);
    if (ids.length > 0) await this.copies.remove(owner, source.stockId, ids);
  }

  /** Who has the values keeps its id, to which others refer, and gets the values of the copy. */
  private async replace(part: CopyPart, rows: RowOnItsWay[]): Promise<Omit<Settled, 'free'>> {
    const { owner, stockId, schema } = part;
    const holders = await this.listHolders(part, rows);
    const given = new Map<string, RowOnItsWay>();
    const left: Skipped[] = [];
    for (const row of rows) {
      const [holder, ...others] = holders.get(row.id) ?? [];
      if (holder === undefined || others.length > 0 || given.has(holder)) left.push(skipped(part, row));
      else given.set(holder, row);
    }
    const old: { id: string; keys: (string | null)[] }[] = [];
    for (const { id, data_values, schema_version } of await this.copies.listValues(owner, stockId, [...given.keys()])) {
      const then = await this.schemas.load(owner, part.cursor.schema, schema_version);
      old.push({ id, keys: schema.keysOf(underNamesOf(schema, then, data_values)) });
    }
    await this.keys.release(owner, stockId, schema, old);
    const wanted = [...given].map(([id, { keys }]) => ({ id, keys }));
    const refused = await this.keys.reserve(owner, stockId, schema, wanted);
    // Somebody else has taken one meanwhile: the slice is made again.
    if (refused.size > 0) throw new Error('Unique values were taken while records were being replaced');
    const values = [...given].map(([id, { json, version, source }]) => {
      return { id, json, version, valued: source.valued ?? source.created };
    });
    await this.copies.replace(owner, stockId, values);
    return { replaced: [...given.values()], skipped: left };
  }
}

function skipped(part: CopyPart, row: RowOnItsWay): Skipped {
  return { id: row.source.id, code: 'conflict', detail: conflictOf(part, row) };
}

/** Names the fields, never the values, which may be what is to be masked. */
function conflictOf({ schema, name }: CopyPart, { source }: RowOnItsWay): string {
  const keys = schema.keys.map(({ fields }) => fields.join(', ')).join('; ');
  return `The record ${source.id} of ${name} has a value of a unique field (${keys}) that is in use there.`;
}
