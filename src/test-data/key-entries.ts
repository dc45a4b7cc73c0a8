import { createHash } from 'node:crypto';

/** Values of unique keys, column by column: entry i says that record `records[i]` has `values[i]` under `keys[i]`. */
export interface KeyEntries {
  keys: number[];
  values: string[];
  records: string[];
}

/** A record's values under the schema's unique keys, in the order of the keys; null where a key does not apply. */
export interface KeyedRecord {
  id: string;
  keys: (string | null)[];
}

/** Longer values are represented by their hash: an index entry has at most 2,704 bytes. */
const LONGEST = 500;

/** The records' values as they stand in the table; `numbers` stand for the keys there. */
export function toEntries(numbers: readonly number[], records: readonly KeyedRecord[]): KeyEntries {
  const entries: KeyEntries = { keys: [], values: [], records: [] };
  for (const record of records) {
    for (const [i, value] of record.keys.entries()) {
      if (value === null) continue;
      entries.keys.push(numbers[i] as number);
      entries.values.push(storedValue(value));
      entries.records.push(record.id);
    }
  }
  return entries;
}

/** Those of the entries that are of these records. */
export function entriesOf(all: KeyEntries, records: ReadonlySet<string>): KeyEntries {
  const places = [...all.keys.keys()].filter((place) => records.has(all.records[place]!));
  return {
    keys: places.map((place) => all.keys[place]!),
    values: places.map((place) => all.values[place]!),
    records: places.map((place) => all.records[place]!),
  };
}

/** A value as it stands in the table. */
export function storedValue(value: string): string {
  return value.length <= LONGEST ? value : createHash('sha256').update(value).digest('hex');
}
