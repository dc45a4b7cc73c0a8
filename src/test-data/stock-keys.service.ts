import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Conflict, LimitExceeded } from '../../libs/errors/errors.js';
import type { CompiledSchema, SchemaDefinition } from '../../libs/generator/index.js';
import type { ProjectScope } from '../access/project-scope.js';
import type { KeyEntries } from './key-copy.js';
import { StockKeysRepository, type StoredValues } from './stock-keys.repository.js';
import { renamed } from './renamed.js';
import { StocksRepository } from './stocks.repository.js';

type Owner = Pick<ProjectScope, 'projectId'>;

/** A record's values under the schema's unique keys, in the order of the keys; null where a key does not apply. */
export interface KeyedRecord {
  id: string;
  keys: (string | null)[];
}

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
/** Longer values are represented by their hash: an index entry has at most 2,704 bytes. */
const LONGEST = 500;

/** Keeps unique fields unique against everything that is in a stock. */
@Injectable()
export class StockKeysService {
  constructor(
    private readonly keys: StockKeysRepository,
    private readonly stocks: StocksRepository,
  ) {}

  /** Takes the records' values; answers the ids of the records that cannot be, because another has one of their values. */
  async reserve(owner: Owner, stockId: string, schema: CompiledSchema, records: KeyedRecord[]): Promise<Set<string>> {
    const numbers = await this.numbers(owner, stockId, schema);
    const entries = toEntries(numbers, records);
    if (entries.keys.length === 0) return new Set();
    return this.reserveEntries(owner, numbers, entries, records);
  }

  /** The same for many records at once, by COPY where it can. Needs a transaction, and the table's owner. */
  async load(
    owner: Owner,
    stockId: string,
    schema: CompiledSchema,
    records: KeyedRecord[],
    signal: AbortSignal,
  ): Promise<Set<string>> {
    const numbers = await this.numbers(owner, stockId, schema);
    const entries = toEntries(numbers, records);
    if (await this.keys.load(owner, entries, signal)) return new Set();
    return this.reserveEntries(owner, numbers, entries, records);
  }

  private async reserveEntries(
    owner: Owner,
    numbers: number[],
    entries: KeyEntries,
    records: KeyedRecord[],
  ): Promise<Set<string>> {
    const refused = new Set((await this.keys.reserve(owner, entries)).map((entry) => entry.record_id));
    if (refused.size > 0) {
      // What such a record has taken under its other keys must be free again.
      await this.keys.release(
        owner,
        toEntries(
          numbers,
          records.filter(({ id }) => refused.has(id)),
        ),
      );
    }
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
  async take(owner: Owner, entries: KeyEntries, signal: AbortSignal): Promise<boolean> {
    return entries.keys.length === 0 || this.keys.load(owner, entries, signal);
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
      batch.push(stored(value));
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

function toEntries(numbers: number[], records: KeyedRecord[]): KeyEntries {
  const entries: KeyEntries = { keys: [], values: [], records: [] };
  for (const record of records) {
    for (const [i, value] of record.keys.entries()) {
      if (value === null) continue;
      entries.keys.push(numbers[i] as number);
      entries.values.push(stored(value));
      entries.records.push(record.id);
    }
  }
  return entries;
}

/** A value as it stands in the table. */
function stored(value: string): string {
  return value.length <= LONGEST ? value : createHash('sha256').update(value).digest('hex');
}

function tooMany(): Error {
  const detail = `A field can become unique while a stock has at most ${MAX_REBUILD} records; this one has more.`;
  return new LimitExceeded('schema.too_many_records', detail);
}

function notUnique(fields: string[], recordId: string): Error {
  const detail = `Records have the same ${fields.join(', ')} already, the record ${recordId} among them; change or delete them first.`;
  return new Conflict('schema.not_unique', detail);
}
