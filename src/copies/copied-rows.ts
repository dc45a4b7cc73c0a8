import { int16, int32, type WriteRow } from '../../libs/database/copy.js';
import { parseUuid } from '../../libs/database/uuid7.js';
import type { SourceRow } from './source-row.js';

/** The columns that {@link copiedRowWriter} writes, for COPY. */
export const COPIED_COLUMNS = `test_data (stock_id, project_id, run_id, id, created_by, pick_key, created_at, values_at, schema_version,
  status, used_at, used_by, feature_id, data_values)`;

/** A copy that is to be stored. */
export interface CopiedRow {
  id: string;
  json: string;
  /** Version of the schema that its values follow. */
  version: number;
  source: SourceRow;
}

const COLUMNS = 14;
/** Microseconds from 1970 to 2000, from where PostgreSQL counts. */
const EPOCH = 946_684_800_000_000;
/** Bytes of a row besides its constant part and its values, at most. */
const REST = 200;

/** Writes copies as rows of binary COPY; what all have in common is put together once. */
export function copiedRowWriter(
  common: { stockId: string; projectId: string; runId: string },
  rows: readonly CopiedRow[],
): WriteRow {
  const ids = [common.stockId, common.projectId, common.runId].map(parseUuid);
  const start = Buffer.concat([int16(COLUMNS), ...ids.flatMap((id) => [int32(id.length), id])]);
  return (i, buffer, from) => {
    const { id, json, version, source } = rows[i] as CopiedRow;
    // A UTF-16 unit takes three bytes of UTF-8 at most.
    if (from + start.length + REST + json.length * 3 > buffer.length) return null;
    let at = from + start.copy(buffer, from);
    at = writeId(buffer, at, id);
    at = writeId(buffer, at, source.created_by);
    at = writeDouble(buffer, at, source.pick_key);
    at = writeMoment(buffer, at, source.created);
    at = writeMoment(buffer, at, source.valued);
    at = buffer.writeInt32BE(version, buffer.writeInt32BE(4, at));
    at = writeText(buffer, at, source.has_state ? source.status : 'active');
    at = source.has_state ? writeMoment(buffer, at, source.used) : buffer.writeInt32BE(-1, at);
    at = writeId(buffer, at, source.has_state ? source.used_by : null);
    at = writeId(buffer, at, source.has_state ? source.feature_id : null);
    buffer[at + 4] = 1; // the version of jsonb's binary form
    const length = buffer.write(json, at + 5, 'utf8') + 1;
    buffer.writeInt32BE(length, at);
    return at + 4 + length;
  };
}

function writeId(buffer: Buffer, at: number, id: string | null): number {
  if (id === null) return buffer.writeInt32BE(-1, at);
  buffer.writeInt32BE(16, at);
  return at + 4 + buffer.write(id.replaceAll('-', ''), at + 4, 'hex');
}

function writeDouble(buffer: Buffer, at: number, value: number): number {
  return buffer.writeDoubleBE(value, buffer.writeInt32BE(8, at));
}

function writeMoment(buffer: Buffer, at: number, moment: number | null): number {
  if (moment === null) return buffer.writeInt32BE(-1, at);
  const since = Math.round(moment) - EPOCH;
  const high = Math.floor(since / 2 ** 32);
  buffer.writeInt32BE(8, at);
  buffer.writeInt32BE(high, at + 4);
  return buffer.writeUInt32BE(since - high * 2 ** 32, at + 8);
}

function writeText(buffer: Buffer, at: number, text: string): number {
  const length = buffer.write(text, at + 4, 'latin1');
  buffer.writeInt32BE(length, at);
  return at + 4 + length;
}
