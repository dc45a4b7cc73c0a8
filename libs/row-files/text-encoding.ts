import { isUtf8 } from 'node:buffer';
import { UnreadableFile } from './unreadable-file.js';

export const ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const;
export type TextEncoding = (typeof ENCODINGS)[number];

const BOMS: [TextEncoding, Buffer][] = [
  ['utf-8', Buffer.from([0xef, 0xbb, 0xbf])],
  ['utf-16le', Buffer.from([0xff, 0xfe])],
  ['utf-16be', Buffer.from([0xfe, 0xff])],
];
const NEWLINE = 0x0a;

/**
 * The encoding of a text that begins so: what its byte order mark says; UTF-16 where every other byte is mostly NUL; UTF-8
 * where it is valid; otherwise Windows-1252. Null where it is no text: NUL bytes, but not as UTF-16 has them.
 */
export function findEncoding(beginning: Buffer): TextEncoding | null {
  const marked = BOMS.find(([, bom]) => beginning.subarray(0, bom.length).equals(bom));
  if (marked) return marked[0];
  const [even, odd] = [nuls(beginning, 0), nuls(beginning, 1)];
  const half = beginning.length / 2;
  // Texts of Latin letters, digits and delimiters: nearly all of their upper bytes are zero, and none of the lower ones.
  if (odd > half * 0.4 && even < half * 0.02) return 'utf-16le';
  if (even > half * 0.4 && odd < half * 0.02) return 'utf-16be';
  if (even + odd > beginning.length * 0.001 + 1) return null;
  return isUtf8(beginning.subarray(0, wholeCharacters(beginning))) ? 'utf-8' : 'windows-1252';
}

function nuls(bytes: Buffer, from: number): number {
  let count = 0;
  for (let i = from; i < bytes.length; i += 2) if (bytes[i] === 0) count += 1;
  return count;
}

/** The text as UTF-8 without a byte order mark. Throws UnreadableFile where it is not of the encoding. */
export async function* toUtf8(source: AsyncIterable<Uint8Array>, encoding: TextEncoding): AsyncGenerator<Buffer> {
  yield* encoding === 'utf-8' ? checked(withoutMark(source)) : transcoded(source, encoding);
}

async function* withoutMark(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const mark = BOMS[0]![1];
  let first = true;
  for await (const chunk of source) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    yield first && bytes.subarray(0, mark.length).equals(mark) ? bytes.subarray(mark.length) : bytes;
    first = false;
  }
}

async function* checked(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let carried: Buffer = Buffer.alloc(0);
  let line = 1;
  const check = (bytes: Buffer): void => {
    if (!isUtf8(bytes)) throw notUtf8(line, bytes);
    for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) line += 1;
  };
  for await (const chunk of source) {
    const bytes = carried.length > 0 ? Buffer.concat([carried, chunk]) : chunk;
    const end = wholeCharacters(bytes);
    carried = bytes.subarray(end);
    const whole = bytes.subarray(0, end);
    check(whole);
    if (end > 0) yield whole;
  }
  if (carried.length > 0) check(carried);
}

function notUtf8(before: number, bytes: Buffer): UnreadableFile {
  let [line, start] = [before, 0];
  for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
    if (!isUtf8(bytes.subarray(start, end))) break;
    start = end + 1;
    line += 1;
  }
  const detail = `Line ${line} is not valid UTF-8; say \`encoding=windows-1252\` if the file is of that encoding.`;
  return new UnreadableFile('import.encoding', detail);
}

/** How many of the bytes make whole characters of UTF-8: the last one may go on in the next chunk. */
function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back]!;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

async function* transcoded(source: AsyncIterable<Uint8Array>, encoding: TextEncoding): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  try {
    for await (const chunk of source) yield Buffer.from(decoder.decode(chunk, { stream: true }));
    yield Buffer.from(decoder.decode());
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_ENCODING_INVALID_ENCODED_DATA') throw error;
    throw new UnreadableFile('import.encoding', `The file is not valid ${encoding}.`);
  }
}
