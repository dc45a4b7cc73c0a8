import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import type { PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

/** Bytes of one chunk on its way to PostgreSQL. */
const CHUNK = 256 * 1024;

// PostgreSQL's manual, "COPY, Binary Format": signature, flags, length of the header's extension; and the trailer.
const HEADER = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const TRAILER = Buffer.from([0xff, 0xff]);

/** A number of two bytes as the format has it: how many columns a row has. */
export function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

/** A number of four bytes: a value, or how many bytes follow. */
export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

/** Writes a row into the buffer from `at` on, and answers where it ends; null where the buffer is too short for it. */
export type WriteRow = (row: number, buffer: Buffer, at: number) => number | null;

/**
 * Loads `count` rows by COPY in PostgreSQL's binary format, within the client's transaction and with back-pressure.
 * `target` is a table with its columns, `things (a, b)`. Throws what PostgreSQL answers, or the signal's reason.
 */
export async function copyRows(
  client: PoolClient,
  target: string,
  count: number,
  write: WriteRow,
  signal?: AbortSignal,
): Promise<void> {
  await copyWritten(client, target, written(count, write), signal);
}

/** The same for rows that are written already, any number of whole ones to a piece. */
export async function copyWritten(
  client: PoolClient,
  target: string,
  rows: Iterable<Buffer> | AsyncIterable<Buffer>,
  signal?: AbortSignal,
): Promise<void> {
  const copy = client.query(copyFrom(`COPY ${target} FROM STDIN (FORMAT binary)`));
  await pipeline(Readable.from(framed(rows)), copy, { signal });
}

async function* framed(rows: Iterable<Buffer> | AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  yield HEADER;
  yield* rows;
  yield TRAILER;
}

async function* written(count: number, write: WriteRow): AsyncIterable<Buffer> {
  let size = CHUNK;
  let buffer = Buffer.allocUnsafeSlow(size);
  let used = 0;
  for (let row = 0; row < count;) {
    const end = write(row, buffer, used);
    if (end !== null) {
      used = end;
      row += 1;
      continue;
    }
    // A row that is larger than an empty chunk gets a larger one.
    if (used === 0) size *= 2;
    else yield buffer.subarray(0, used);
    // Between two chunks timers and signals get their turn: locks are renewed, and the worker hears that it is to stop.
    await setImmediate();
    // The socket keeps the old chunk until it is sent, so it cannot be used again.
    buffer = Buffer.allocUnsafeSlow(size);
    used = 0;
  }
  if (used > 0) yield buffer.subarray(0, used);
}
