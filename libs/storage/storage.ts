import type { Disk } from 'flydrive';

/** Bytes of one stored chunk. Small enough to be held in memory, so that object stores need no multipart uploads. */
const CHUNK = 8 * 1024 * 1024;

/**
 * Files of any size, in a folder or a bucket. A file is kept as numbered chunks: it is written without knowing its length
 * beforehand, never held in memory as a whole, and can be read from any byte on.
 */
export class Storage {
  constructor(private readonly disk: Disk) {}

  /**
   * Writes a file from its chunks of bytes and answers how many there were. What was there under the key is replaced. Throws
   * what the source throws, or the signal's reason; what was written until then stays, for {@link removeAll}.
   */
  async write(key: string, source: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<number> {
    let buffered: Uint8Array[] = [];
    let size = 0;
    let no = 0;
    const flush = async (): Promise<void> => {
      await this.disk.put(chunkKey(key, no++), Buffer.concat(buffered));
      buffered = [];
    };
    for await (const bytes of source) {
      signal?.throwIfAborted();
      for (let from = 0; from < bytes.length;) {
        const piece = bytes.subarray(from, from + CHUNK - (size % CHUNK));
        buffered.push(piece);
        size += piece.length;
        from += piece.length;
        if (size % CHUNK === 0) await flush();
      }
    }
    // Always one that is not full: it tells where the file ends.
    await flush();
    return size;
  }

  /** The bytes of a file, from the byte `from` on. Throws where there is no such file. */
  async *read(key: string, from = 0): AsyncGenerator<Uint8Array> {
    for (let no = Math.floor(from / CHUNK), skip = from % CHUNK; ; no += 1, skip = 0) {
      let size = 0;
      for await (const bytes of (await this.disk.getStream(chunkKey(key, no))) as AsyncIterable<Uint8Array>) {
        const start = Math.max(0, skip - size);
        size += bytes.length;
        if (start < bytes.length) yield bytes.subarray(start);
      }
      if (size < CHUNK) return;
    }
  }

  /** Removes every file whose key begins with the prefix, which ends with a slash. */
  async removeAll(prefix: string): Promise<void> {
    await this.disk.deleteAll(prefix);
  }
}

function chunkKey(key: string, no: number): string {
  return `${key}/${String(no).padStart(6, '0')}`;
}
