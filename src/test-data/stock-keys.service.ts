import { Injectable } from '@nestjs/common';
import { Conflict, LimitExceeded } from '../../libs/errors/errors.js';
import type { CompiledSchema, SchemaDefinition } from '../../libs/generator/index.js';
import type { ProjectScope } from '../access/project-scope.js';
import { entriesOf, type KeyedRecord, type KeyEntries, storedValue, toEntries } from './key-entries.js';
import { PackedKeys } from './packed-keys.js';
import { StockKeysRepository, type StoredValues } from './stock-keys.repository.js';
import { renamed } from './renamed.js';
import { StocksRepository } from './stocks.repository.js';

type Owner = Pick<ProjectScope, 'projectId'>;

/** The schema's definition as it was in a version. */
type LoadVersion = (version: number) => Promise<SchemaDefinition | null>;
/** A record's values under the names that the fields have now. */
type ReadValues = (record: StoredValues) => Promise<Record<string, unknown>>;

/** Most records of a stock that a change of keys goes through within a request. */
const MAX_REBUILD = 100_000;
const BATCH = 5_000;
/** Values that are looked for at a time. */
const LOOKED_UP = 10_000;
const FIRST = '00000000-0000-0000-0000-000000000000';

/** Keeps unique fields unique against everything that is in a stock. */
@Injectable()
export class StockKeysService {
  constructor(
    private readonly keys: StockKeysRepository,
    private readonly stocks: StocksRepository,
  ) {}

  /** Takes the records' values; answers the ids of the records that cannot be, because another has one of their values. */
  async reserve(owner: Owner, stockId: string, schema: CompiledSchema, records: KeyedRecord[]): Promise<Set<string>> {
    return this.reserveEntries(owner, toEntries(await this.numbers(owner, stockId, schema), records));
  }

  /** For the values of many records, which are then taken by {@link load}. */
  async pack(owner: Owner, stockId: string, schema: CompiledSchema): Promise<PackedKeys> {
    return new PackedKeys(await this.numbers(owner, stockId, schema));
  }

  /** The same as {@link reserve} for many records at once, by COPY where it can. Needs a transaction, and the table's owner. */
  async load(owner: Owner, packed: PackedKeys, signal: AbortSignal): Promise<Set<string>> {
    if (await this.keys.load(owner, packed, signal)) return new Set();
    return this.reserveEntries(owner, packed.entries());
  }

  private async reserveEntries(owner: Owner, entries: KeyEntries): Promise<Set<string>> {
    if (entries.keys.length === 0) return new Set();
    const refused = new Set((await this.keys.reserve(owner, entries)).map((entry) => entry.record_id));
    // What such a record has taken under its other keys must be free again.
    if (refused.size > 0) await this.keys.release(owner, entriesOf(entries, refused));
    return refused;
  }

  /** Gives the records' values free. */
  async release(owner: Owner, stockId: string, schema: CompiledSchema, records: KeyedRecord[]): Promise<void> {
    const entries = toEntries(await this.numbers(owner, stockId, schema), records);
    if (entries.keys.length > 0) await this.keys.release(owner, entries);
  }

  /** The records' values as they stand in the table, and the numbers of the schema's keys there. */
  async entriesOf(
    owner: Owner,
    stockId: string,
    schema: CompiledSchema,
    records: KeyedRecord[],
  ): Promise<{ entries: KeyEntries; numbers: number[] }> {
    const numbers = await this.numbers(owner, stockId, schema);
    return { entries: toEntries(numbers, records), numbers };
  }

  /** Which entries records have already: their places, and the records. */
  async findHolders(owner: Owner, entries: KeyEntries): Promise<{ place: number; record_id: string }[]> {
    return entries.keys.length > 0 ? this.keys.findHolders(owner, entries) : [];
  }

  /** Takes all entries, by COPY; where another record has one of them, takes none, and says so. Needs a transaction. */
  async take(owner: Owner, packed: PackedKeys, signal: AbortSignal): Promise<boolean> {
    return this.keys.load(owner, packed, signal);
  }

  /** Gives entries free. */
  async give(owner: Owner, entries: KeyEntries): Promise<void> {
    if (entries.keys.length > 0) await this.keys.release(owner, entries);
  }

  /** The records of the stock that have one of a record's values already, by the record's id; those that have none are left out. */
  async holders(
    owner: Owner,
    stockId: string,
    schema: CompiledSchema,
    records: KeyedRecord[],
  ): Promise<Map<string, string[]>> {
    const found = new Map<string, string[]>();
    const entries = toEntries(await this.numbers(owner, stockId, schema), records);
    if (entries.keys.length === 0) return found;
    for (const { record_id, holder } of await this.keys.listHolders(owner, entries)) {
      found.set(record_id, [...(found.get(record_id) ?? []), holder]);
    }
    return found;
  }

  /** How many values are taken under these keys, by the key's id. */
  async countTaken(owner: Owner, stockId: string, keyIds: string[]): Promise<Map<string, number>> {
    return keyIds.length > 0 ? this.keys.countTaken(owner, stockId, keyIds) : new Map();
  }

  /** Which of these values are taken under a key: their places in the list, ascending. */
  async findTaken(owner: Owner, stockId: string, keyId: string, values: Iterable<string>): Promise<number[]> {
    const found: number[] = [];
    let [first, batch] = [0, [] as string[]];
    const find = async (): Promise<void> => {
      for (const place of await this.keys.findTaken(owner, stockId, keyId, batch)) found.push(first + place);
      [first, batch] = [first + batch.length, []];
    };
    for (const value of values) {
      batch.push(storedValue(value));
      if (batch.length === LOOKED_UP) await find();
    }
    if (batch.length > 0) await find();
    return found;
  }

  /** Brings the keys of a schema's stocks to a new definition. Throws 409 `schema.not_unique`, `schema.too_many_records`. */
  async followDefinition(
    owner: Owner,
    schemaId: string,
    before: CompiledSchema,
    after: CompiledSchema,
    load: LoadVersion,
  ): Promise<void> {
    const [old, now] = [typedKeys(before), typedKeys(after)];
    const dropped = [...old.keys()].filter((key) => old.get(key) !== now.get(key));
    const added = [...now.keys()].filter((key) => old.get(key) !== now.get(key));
    const versions = new Map<number, SchemaDefinition>();
    const valuesOf: ReadValues = async ({ data_values, schema_version }) => {
      const then = versions.get(schema_version) ?? (await load(schema_version)) ?? after.definition;
      versions.set(schema_version, then);
      return renamed(data_values, then, after.definition);
    };
    for (const stockId of await this.stocks.listOfSchema(owner, schemaId)) {
      if (dropped.length > 0) await this.keys.drop(owner, stockId, dropped);
      if (added.length > 0) await this.build(owner, stockId, after, added, valuesOf);
    }
  }

  private async build(
    owner: Owner,
    stockId: string,
    schema: CompiledSchema,
    added: string[],
    valuesOf: ReadValues,
  ): Promise<void> {
    const numbers = await this.numbers(owner, stockId, schema);
    let after = FIRST;
    for (let read = 0; ; read += BATCH) {
      const records = await this.keys.listRecords(owner, stockId, after, BATCH);
      if (records.length === 0) return;
      if (read >= MAX_REBUILD) throw tooMany();
      after = records.at(-1)?.id ?? after;
      const keyed: KeyedRecord[] = [];
      for (const record of records) {
        const keys = schema.keysOf(await valuesOf(record));
        keyed.push({
          id: record.id,
          keys: keys.map((key, i) => (added.includes(schema.keys[i]?.id ?? '') ? key : null)),
        });
      }
      const [refused] = await this.keys.reserve(owner, toEntries(numbers, keyed));
      if (refused) throw notUnique(schema.keys[numbers.indexOf(refused.key_id)]?.fields ?? [], refused.record_id);
    }
  }

  /** The small numbers that stand for the schema's keys in this stock, in the order of the keys. */
  async numbers(owner: Owner, stockId: string, schema: CompiledSchema): Promise<number[]> {
    if (schema.keys.length === 0) return [];
    return this.keys.numbers(
      owner,
      stockId,
      schema.keys.map((key) => key.id),
    );
  }
}

/** The keys by their ids, with the types of their fields: a value of another type is written another way. */
function typedKeys({ keys, definition }: CompiledSchema): Map<string, string> {
  const types = new Map(definition.fields.map(({ name, type }) => [name, type]));
  return new Map(keys.map((key) => [key.id, key.fields.map((name) => types.get(name)).join()]));
}

function tooMany(): Error {
  const detail = `A field can become unique while a stock has at most ${MAX_REBUILD} records; this one has more.`;
  return new LimitExceeded('schema.too_many_records', detail);
}

function notUnique(fields: string[], recordId: string): Error {
  const detail = `Records have the same ${fields.join(', ')} already, the record ${recordId} among them; change or delete them first.`;
  return new Conflict('schema.not_unique', detail);
}
