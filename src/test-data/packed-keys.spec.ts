import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { uuid7 } from '../../libs/database/uuid7.js';
import type { KeyEntries } from './key-entries.js';
import { PackedKeys } from './packed-keys.js';

const texts = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b', '~', '\u007f', 'é', 'ü', '￿', '😀', '\0'), maxLength: 8 }),
  fc.integer({ min: 0, max: 2_000 }).map((no) => `"user_${no}@example.com"`),
);
const entries = fc
  .uniqueArray(fc.tuple(fc.constantFrom(3, 11, 200), texts), {
    maxLength: 300,
    selector: ([key, value]) => `${key} ${value}`,
  })
  .map((given): KeyEntries => ({
    keys: given.map(([key]) => key),
    values: given.map(([, value]) => value),
    records: given.map(() => uuid7()),
  }));
const PROJECT = uuid7();

/** The key, the record and the value of the rows of COPY that are written. */
function writtenRows(packed: PackedKeys): [number, string, string][] {
  const write = packed.writer(PROJECT);
  return Array.from({ length: packed.size }, (_, i) => {
    const buffer = Buffer.alloc(200);
    const end = write(i, buffer, 0)!;
    expect(buffer.toString('hex', 14, 30)).toBe(PROJECT.replaceAll('-', ''));
    expect(buffer.readInt32BE(50)).toBe(end - 54);
    return [buffer.readInt32BE(6), buffer.toString('hex', 34, 50), buffer.toString('utf8', 54, end)];
  });
}

describe('values of unique keys as bytes', () => {
  it('are the same as texts again', () => {
    fc.assert(fc.property(entries, (given) => expect(PackedKeys.of(given).entries()).toEqual(given)));
  });

  it('are written in the order of the keys, and within each in that of the bytes', () => {
    fc.assert(
      fc.property(entries, ({ keys, values, records }) => {
        const rows = keys.map((key, i): [number, string, string] => [key, records[i]!.replaceAll('-', ''), values[i]!]);
        rows.sort(([k, , a], [l, , b]) => k - l || Buffer.from(a).compare(Buffer.from(b)));
        expect(writtenRows(PackedKeys.of({ keys, values, records }))).toEqual(rows);
      }),
    );
  });

  it('ask for a larger buffer where a row does not fit', () => {
    const packed = PackedKeys.of({ keys: [1], values: ['value'], records: [uuid7()] });
    expect(packed.writer(PROJECT)(0, Buffer.alloc(58), 0)).toBeNull();
    expect(packed.writer(PROJECT)(0, Buffer.alloc(59), 0)).toBe(59);
  });
});
