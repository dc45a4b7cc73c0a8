import type { WriteRow } from '../../libs/database/copy.js';

/** Bytes of a chunk. */
const CHUNK = 1024 * 1024;

interface Chunk {
  bytes: Buffer;
  /** Where each of its rows ends. */
  ends: number[];
}

/**
 * Rows of binary COPY that are written before it is known which of them are kept: as bytes they weigh nothing on the heap, where
 * hundreds of thousands of texts would be looked at again and again by the garbage collector.
 */
export class WrittenRows {
  private readonly chunks: Chunk[] = [];
  private count = 0;

  constructor(private readonly write: WriteRow) {}

  /** Writes the next row. */
  add(): void {
    const last = this.chunks.at(-1);
    if (last && this.fits(last)) return;
    for (let size = CHUNK; ; size *= 2) {
      const chunk = { bytes: Buffer.allocUnsafeSlow(size), ends: [] };
      if (!this.fits(chunk)) continue;
      this.chunks.push(chunk);
      return;
    }
  }

  /** The rows that are kept, in their order, as many as stand together in one piece. */
  *kept(isKept: (row: number) => boolean): Generator<Buffer> {
    let row = 0;
    for (const { bytes, ends } of this.chunks) {
      let from = 0;
      let to = 0;
      for (const end of ends) {
        if (!isKept(row)) {
          if (to > from) yield bytes.subarray(from, to);
          from = end;
        }
        to = end;
        row += 1;
      }
      if (to > from) yield bytes.subarray(from, to);
    }
  }

  private fits({ bytes, ends }: Chunk): boolean {
    const end = this.write(this.count, bytes, ends.at(-1) ?? 0);
    if (end === null) return false;
    ends.push(end);
    this.count += 1;
    return true;
  }
}
