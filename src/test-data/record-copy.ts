import { int16, int32, type WriteRow } from '../../libs/database/copy.js';
import { parseUuid } from '../../libs/database/uuid7.js';
import type { TakenSlice } from '../jobs/taken-slice.js';
import { writeRecordId, type RowIds } from './record-id.js';

/** The columns that {@link recordWriter} writes, for COPY. */
export const RECORD_COLUMNS =
  'test_data (id, pick_key, stock_id, project_id, run_id, created_by, schema_version, data_values)';

/** What all rows of a slice have in common. */
export interface SliceRows {
  ids: RowIds;
  stockId: string;
  schemaVersion: number;
  taken: Pick<TakenSlice, 'project_id' | 'run_id' | 'created_by'>;
}

const ID_AT = 6;
const PICK_KEY_AT = ID_AT + 16 + 4;

/**
 * Writes records as rows of binary COPY. Everything but the id, the pick key and the values is the same in all rows of
 * a slice, and so is put together once. `rowNumber` gives the row's number in the run, `json` its values.
 */
export function recordWriter(
  slice: SliceRows,
  count: number,
  rowNumber: (i: number) => number,
  json: (i: number) => string,
): WriteRow {
  const start = constantPart(slice);
  return (i, buffer, at) => {
    const text = json(i);
    // A character of JSON text takes three bytes of UTF-8 at most; four where it takes two code units.
    if (at + start.length + 5 + text.length * 3 > buffer.length) return null;
    start.copy(buffer, at);
    writeRecordId(slice.ids, rowNumber(i), buffer, at + ID_AT);
    // Uniform over [0, 1) to pick from, and ascending, so that the index grows at one place.
    buffer.writeDoubleBE((i + Math.random()) / count, at + PICK_KEY_AT);
    const valuesAt = at + start.length + 4;
    buffer[valuesAt] = 1; // the version of jsonb's binary form
    const length = buffer.write(text, valuesAt + 1, 'utf8') + 1;
    buffer.writeInt32BE(length, at + start.length);
    return valuesAt + length;
  };
}

function constantPart({ stockId, schemaVersion, taken }: SliceRows): Buffer {
  const fields = [
    Buffer.alloc(16),
    Buffer.alloc(8),
    ...[stockId, taken.project_id, taken.run_id, taken.created_by].map(parseUuid),
    int32(schemaVersion),
  ];
  return Buffer.concat([int16(fields.length + 1), ...fields.flatMap((field) => [int32(field.length), field])]);
}
