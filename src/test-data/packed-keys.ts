import { int16, int32, type WriteRow } from '../../libs/database/copy.js';
import { formatUuid, parseUuid } from '../../libs/database/uuid7.js';
import { type KeyEntries, storedValue } from './key-entries.js';
import { inOrder } from './key-order.js';

/** Bytes to begin with; most batches of a copy or an import need no more. */
const FIRST_SIZE = 64 * 1024;
/** An entry begins with the record's id and the length of the value, as in a row of COPY. */
const ID = 16;
const LENGTH = 4;

/**
 * Values of unique keys as bytes, in which they are sorted and copied: hundreds of thousands of texts would be looked at again
 * and again by the garbage collector.
 */
export class PackedKeys {
  private bytes = Buffer.allocUnsafeSlow(FIRST_SIZE);
  private readonly keys: number[] = [];
  /** Where each entry begins, and where the last one ends. */
  private readonly starts: number[] = [0];

  /** `numbers` stand for the schema's keys in the table. */
  constructor(private readonly numbers: readonly number[]) {}

  static of({ keys, values, records }: KeyEntries): PackedKeys {
    const packed = new PackedKeys([]);
    for (const [place, key] of keys.entries()) {
      packed.addEntry(key, values[place]!, (buffer, at) => parseUuid(records[place]!).copy(buffer, at));
    }
    return packed;
  }

  get size(): number {
    return this.keys.length;
  }

  /** Adds a record's values, in the order of the keys; null where a key does not apply. */
  add(values: readonly (string | null)[], writeId: (buffer: Buffer, at: number) => void): void {
    for (let k = 0; k < values.length; k += 1) {
      const value = values[k]!;
      if (value !== null) this.addEntry(this.numbers[k]!, storedValue(value), writeId);
    }
  }

  /** The same column by column, as texts. */
  entries(): KeyEntries {
    const places = [...this.keys.keys()];
    return {
      keys: this.keys,
      values: places.map((place) => this.bytes.toString('utf8', this.valueAt(place), this.starts[place + 1])),
      records: places.map((place) => formatUuid(this.bytes.subarray(this.starts[place], this.starts[place]! + ID))),
    };
  }

  /** Writes the entries, by key and value, as rows of binary COPY into `test_data_keys (key_id, project_id, record_id, value)`. */
  writer(projectId: string): WriteRow {
    const { keys, starts } = this;
    const order = inOrder(keys, {
      bytes: this.bytes,
      start: (place) => this.valueAt(place),
      end: (place) => starts[place + 1]!,
    });
    const before = Buffer.concat([int16(4), int32(4), Buffer.alloc(4), int32(ID), parseUuid(projectId), int32(ID)]);
    return (i, buffer, at) => {
      const place = order[i]!;
      const [from, to] = [starts[place]!, starts[place + 1]!];
      if (at + before.length + to - from > buffer.length) return null;
      before.copy(buffer, at);
      buffer.writeInt32BE(keys[place]!, at + 6);
      this.bytes.copy(buffer, at + before.length, from, to);
      return at + before.length + to - from;
    };
  }

  private valueAt(place: number): number {
    return this.starts[place]! + ID + LENGTH;
  }

  private addEntry(key: number, value: string, writeId: (buffer: Buffer, at: number) => void): void {
    const at = this.starts[this.keys.length]!;
    // A code unit takes three bytes of UTF-8 at most.
    this.ensure(at + ID + LENGTH + value.length * 3);
    writeId(this.bytes, at);
    const written = this.bytes.write(value, at + ID + LENGTH, 'utf8');
    this.bytes.writeInt32BE(written, at + ID);
    this.keys.push(key);
    this.starts.push(at + ID + LENGTH + written);
  }

  private ensure(size: number): void {
    if (size <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(size, this.bytes.length * 2));
    this.bytes.copy(larger);
    this.bytes = larger;
  }
}
