import type { WriteRow } from '../../libs/database/copy.js';
import { parseUuid } from '../../libs/database/uuid7.js';

/** Values of unique keys, column by column: entry i says that record `records[i]` has `values[i]` under `keys[i]`. */
export interface KeyEntries {
  keys: number[];
  values: string[];
  records: string[];
}

/** Writes entries as rows of binary COPY into `test_data_keys (key_id, project_id, record_id, value)`. */
export function keyWriter(projectId: string, { keys, values, records }: KeyEntries, order: Uint32Array): WriteRow {
  const start = Buffer.concat([columns(4), length(4), Buffer.alloc(4), length(16), parseUuid(projectId), length(16)]);
  return (i, buffer, at) => {
    const entry = order[i] as number;
    const value = values[entry] as string;
    if (at + start.length + 16 + 4 + value.length * 3 > buffer.length) return null;
    start.copy(buffer, at);
    buffer.writeInt32BE(keys[entry] as number, at + 6);
    const idAt = at + start.length;
    buffer.write((records[entry] as string).replaceAll('-', ''), idAt, 'hex');
    const bytes = buffer.write(value, idAt + 20, 'utf8');
    buffer.writeInt32BE(bytes, idAt + 16);
    return idAt + 20 + bytes;
  };
}

function columns(count: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(count);
  return bytes;
}

function length(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
