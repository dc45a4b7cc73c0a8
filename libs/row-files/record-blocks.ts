import type { RecordScanner } from './record-scanner.js';

/** Records one after the other. */
export interface RecordBlock {
  bytes: Buffer;
  /** Where each record ends in the bytes, its line break included; the next one begins there. */
  ends: number[];
  /** The line on which each begins, from 1. */
  lines: number[];
}

/** Most records of a block, and its bytes from which on it gets no further ones. */
const RECORDS = 500;
const BYTES = 256 * 1024;

/** Cuts the first `length` bytes of a source into blocks of whole records. */
export async function* recordBlocks(
  source: AsyncIterable<Uint8Array>,
  length: number,
  scanner: RecordScanner,
): AsyncGenerator<RecordBlock> {
  let left = length;
  let rest: Buffer = Buffer.alloc(0);
  for await (const read of source) {
    const chunk = Buffer.from(read.buffer, read.byteOffset, Math.min(read.byteLength, left));
    left -= chunk.length;
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    const before = rest.length;
    const ends: number[] = [];
    const lines: number[] = [];
    scanner.scan(chunk, (end, line) => {
      ends.push(before + end);
      lines.push(line);
    });
    yield* blocksOf(bytes, ends, lines);
    rest = bytes.subarray(ends.at(-1) ?? 0);
    if (left === 0) break;
  }
  if (rest.length > 0) yield { bytes: rest, ends: [rest.length], lines: [scanner.line] };
}

function* blocksOf(bytes: Buffer, ends: readonly number[], lines: readonly number[]): Generator<RecordBlock> {
  let [first, start] = [0, 0];
  for (let i = 0; i < ends.length; i += 1) {
    const end = ends[i]!;
    if (i + 1 - first < RECORDS && end - start < BYTES && i + 1 < ends.length) continue;
    const own = ends.slice(first, i + 1).map((each) => each - start);
    yield { bytes: bytes.subarray(start, end), ends: own, lines: lines.slice(first, i + 1) };
    [first, start] = [i + 1, end];
  }
}
