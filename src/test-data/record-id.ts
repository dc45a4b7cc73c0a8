import { createHash } from 'node:crypto';
import { formatUuid } from '../../libs/database/uuid7.js';

/** What the ids of a run's rows are made from. */
export interface RowIds {
  /** The run's moment in milliseconds. */
  time: number;
  /** 34 bits that tell runs of the same millisecond apart: the high 2 and the low 32. */
  high: number;
  low: number;
}

/** The ids of a run are a function of the run, so that a row made twice has the same id and cannot be stored twice. */
export function rowIds(runId: string, createdAt: Date): RowIds {
  const hash = createHash('sha256').update(runId).digest();
  return { time: createdAt.getTime(), high: (hash[0] ?? 0) & 0x03, low: hash.readUInt32BE(1) };
}

/**
 * Writes the id of row `row` (below 2^40): UUID v7's layout (RFC 9562, 5.7) with the row number in the bits that follow
 * the time, so that ids ascend with the rows, and the run's 34 bits behind it.
 */
export function writeRecordId(ids: RowIds, row: number, buffer: Buffer, at: number): void {
  const top = Math.floor(row / 0x1000_0000); // the row's upper 12 bits
  const rest = row % 0x1000_0000; // its lower 28 bits
  buffer.writeUIntBE(ids.time, at, 6);
  buffer.writeUInt16BE(0x7000 | top, at + 6);
  // Two bits of variant, 28 of the row, the run's upper 2, and its lower 32.
  buffer.writeUInt32BE((0x8000_0000 | (rest << 2) | ids.high) >>> 0, at + 8);
  buffer.writeUInt32BE(ids.low, at + 12);
}

/** The same as text. */
export function recordId(ids: RowIds, row: number): string {
  const bytes = Buffer.alloc(16);
  writeRecordId(ids, row, bytes, 0);
  return formatUuid(bytes);
}
