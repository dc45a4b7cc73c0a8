import { Injectable } from '@nestjs/common';
import { Database } from '../../libs/database/database.js';
import type { SchemaDefinition } from '../../libs/generator/index.js';
import { CompiledSchemas } from '../schemas/compiled-schemas.js';
import { type Claim, type Settlement, settle } from './key-conflicts.js';
import { entriesOf, type KeyEntries, type KeyedRecord } from './key-entries.js';
import type { Loaded, LoadedRow, Loading } from './loading.js';
import { PackedKeys } from './packed-keys.js';
import { recordId, writeRecordId } from './record-id.js';
import { RecordsRepository } from './records.repository.js';
import { renamed } from './renamed.js';
import { StockKeysService } from './stock-keys.service.js';

/** How often others may take values between a look and the writing, before the slice is begun anew. */
const TRIES = 10;

/** What is known of the records whose unique values rows have. */
interface Others {
  holders: Map<string, string>;
  owned: Map<string, string[]>;
  /** Their entries as they are stored, to be given free. */
  entries: KeyEntries;
}

const NOBODY: Others = { holders: new Map(), owned: new Map(), entries: { keys: [], values: [], records: [] } };

/** Loads rows of schemas with unique keys. */
@Injectable()
export class KeyedLoading {
  constructor(
    private readonly db: Database,
    private readonly schemas: CompiledSchemas,
    private readonly records: RecordsRepository,
    private readonly keys: StockKeysService,
  ) {}

  /**
   * Settles which rows get their values, takes these, and stores the rows by `copy`. Needs a transaction. Most files bring values
   * that nobody has: then one COPY of all of them settles it.
   */
  async load(
    loading: Loading,
    rows: readonly LoadedRow[],
    signal: AbortSignal,
    copy: (rows: readonly LoadedRow[]) => Promise<void>,
  ): Promise<Loaded> {
    if (!loading.collides && (await this.takeAll(loading, rows, signal))) {
      await copy(rows);
      return { inserted: rows.length, replaced: 0, skipped: 0, refused: new Map() };
    }
    loading.collides = true;
    const { owner, stockId, schema, ids, onConflict } = loading;
    const keyed = rows.map(({ no, keys }) => ({ id: recordId(ids, no), keys }));
    const { entries, numbers } = await this.keys.entriesOf(owner, stockId, schema, keyed);
    const claims = claimsOf(keyed, entries);
    for (let tries = 1; ; tries += 1) {
      const others = await this.findOthers(loading, entries);
      const settled = settle(claims, onConflict, others.holders, others.owned);
      if (await this.take(loading, claims, settled, others, signal)) {
        await copy(newRecords(rows, keyed, settled.inserts));
        await this.update(loading, rows, settled.updates);
        const fields = new Map(numbers.map((number, k) => [number, schema.keys[k]?.fields ?? []]));
        return toLoaded(rows.length, settled, fields);
      }
      if (tries === TRIES) throw new Error('Others keep taking the unique values.');
    }
  }

  /** Takes the values of all rows; where one of them is in use, also by another row, takes none, and says so. */
  private async takeAll(
    { owner, stockId, schema, ids }: Loading,
    rows: readonly LoadedRow[],
    signal: AbortSignal,
  ): Promise<boolean> {
    const packed = await this.keys.pack(owner, stockId, schema);
    for (const { no, keys } of rows) packed.add(keys, (buffer, at) => writeRecordId(ids, no, buffer, at));
    return this.keys.take(owner, packed, signal);
  }

  private async findOthers(loading: Loading, entries: KeyEntries): Promise<Others> {
    const { owner, stockId, schema } = loading;
    const found = await this.keys.findHolders(owner, entries);
    if (loading.onConflict !== 'replace' || found.length === 0) {
      return { ...NOBODY, holders: new Map(found.map(({ place, record_id }) => [entryAt(entries, place), record_id])) };
    }
    const stored = await this.records.listValues(owner, [...new Set(found.map(({ record_id }) => record_id))]);
    const versions = new Map<number, SchemaDefinition>();
    const keyed: KeyedRecord[] = [];
    for (const { id, data_values, schema_version } of stored) {
      const then = versions.get(schema_version) ?? (await this.definitionOf(loading, schema_version));
      versions.set(schema_version, then);
      keyed.push({ id, keys: schema.keysOf(renamed(data_values, then, schema.definition)) });
    }
    const { entries: own } = await this.keys.entriesOf(owner, stockId, schema, keyed);
    const there = new Set(stored.map(({ id }) => id));
    // What was found counts, too: a value may be written in another way than a record's own are by now.
    for (const { place, record_id } of found.filter((each) => there.has(each.record_id))) {
      own.keys.push(entries.keys[place]!);
      own.values.push(entries.values[place]!);
      own.records.push(record_id);
    }
    return toOthers(own, there);
  }

  private async definitionOf({ owner, taken }: Loading, version: number): Promise<SchemaDefinition> {
    return (await this.schemas.load(owner, taken.schema_id ?? '', version)).definition;
  }

  /** Takes what the settlement gives; where somebody else has some of it by now, takes nothing, and says so. */
  private async take(
    { owner }: Loading,
    claims: readonly Claim[],
    { inserts, updates }: Settlement,
    others: Others,
    signal: AbortSignal,
  ): Promise<boolean> {
    const taken: KeyEntries = { keys: [], values: [], records: [] };
    for (const [record, row] of [...inserts, ...updates]) {
      for (const entry of claims[row]!.entries) {
        const [key, value] = splitEntry(entry);
        taken.keys.push(key);
        taken.values.push(value);
        taken.records.push(record);
      }
    }
    if (updates.size === 0) return this.keys.take(owner, PackedKeys.of(taken), signal);
    const replace = async (): Promise<boolean> => {
      await this.keys.give(owner, entriesOf(others.entries, new Set(updates.keys())));
      return this.keys.take(owner, PackedKeys.of(taken), signal);
    };
    return this.db.withSavepoint(replace, (isTaken) => isTaken);
  }

  private async update(
    { owner, schemaVersion }: Loading,
    rows: readonly LoadedRow[],
    updates: ReadonlyMap<string, number>,
  ): Promise<void> {
    if (updates.size === 0) return;
    const values = [...updates].map(([id, row]) => ({ id, json: rows[row]!.json }));
    await this.records.setManyValues(owner, values, schemaVersion);
  }
}

function toOthers(entries: KeyEntries, records: ReadonlySet<string>): Others {
  const holders = new Map<string, string>();
  const owned = new Map([...records].map((id) => [id, [] as string[]]));
  for (const place of entries.keys.keys()) {
    holders.set(entryAt(entries, place), entries.records[place]!);
    owned.get(entries.records[place]!)?.push(entryAt(entries, place));
  }
  return { holders, owned, entries };
}

function claimsOf(keyed: readonly { id: string }[], entries: KeyEntries): Claim[] {
  const byRecord = new Map(keyed.map(({ id }) => [id, [] as string[]]));
  for (const place of entries.keys.keys()) byRecord.get(entries.records[place]!)?.push(entryAt(entries, place));
  return keyed.map(({ id }) => ({ id, entries: byRecord.get(id) ?? [] }));
}

const entryAt = ({ keys, values }: KeyEntries, place: number): string => `${keys[place]} ${values[place]}`;

function splitEntry(entry: string): [key: number, value: string] {
  const at = entry.indexOf(' ');
  return [Number(entry.slice(0, at)), entry.slice(at + 1)];
}

/** The rows of new records: each with the number of the row that made it, and the values of the one that has replaced it. */
function newRecords(
  rows: readonly LoadedRow[],
  keyed: readonly { id: string }[],
  inserts: ReadonlyMap<string, number>,
): readonly LoadedRow[] {
  if (inserts.size === rows.length) return rows;
  return rows.flatMap(({ no }, i) => {
    const row = inserts.get(keyed[i]!.id);
    return row === undefined ? [] : [{ ...rows[row]!, no }];
  });
}

function toLoaded(
  rows: number,
  { inserts, skipped, refused }: Settlement,
  fields: ReadonlyMap<number, readonly string[]>,
): Loaded {
  const reasons = new Map<number, string>();
  for (const [row, entries] of refused) {
    const keys = entries.map((entry) => (fields.get(splitEntry(entry)[0]) ?? []).join(' and '));
    reasons.set(row, `another record has the same ${keys.join(', and the same ')}`);
  }
  const [inserted, skips] = [inserts.size, skipped.length];
  return { inserted, skipped: skips, replaced: rows - inserted - skips - refused.size, refused: reasons };
}
