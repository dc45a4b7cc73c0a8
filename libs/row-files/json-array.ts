import { UnreadableFile } from './unreadable-file.js';

const [QUOTE, BACKSLASH, COMMA, OPEN, CLOSE] = [0x22, 0x5c, 0x2c, 0x5b, 0x5d];
const [OPEN_OBJECT, CLOSE_OBJECT, LINE_FEED, RETURN, SPACE, TAB] = [0x7b, 0x7d, 0x0a, 0x0d, 0x20, 0x09];
const NEWLINE = Buffer.from([LINE_FEED]);

const isSpace = (byte: number): boolean => byte === SPACE || byte === LINE_FEED || byte === RETURN || byte === TAB;

/** What has to come next: the array itself, an element or its end, a comma or its end, nothing. */
type Expected = 'array' | 'first' | 'element' | 'separator' | 'nothing';

/**
 * The elements of a JSON array, each on a line of its own and otherwise byte for byte: line breaks within them, which can only be
 * space between tokens, become blanks. Elements are not parsed. Throws UnreadableFile where the array itself is broken.
 */
export async function* elementLines(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const reader = new ArrayReader();
  for await (const chunk of source) yield reader.read(Buffer.from(chunk));
  reader.end();
}

class ArrayReader {
  private expected: Expected = 'array';
  private elements = 0;
  /** Brackets that are open within the element at hand. */
  private depth = 0;
  private inElement = false;
  private inText = false;
  private escaped = false;

  /** The lines of the chunk, which is written over. */
  read(chunk: Buffer): Buffer {
    const parts: Buffer[] = [];
    let start = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      if (this.inElement) {
        if (!this.within(chunk, at)) continue;
        parts.push(chunk.subarray(start, at), NEWLINE);
        this.inElement = false;
        this.expected = 'separator';
      }
      if (this.between(chunk[at]!)) {
        start = at;
        this.begin(chunk[at]!);
      }
    }
    if (this.inElement) parts.push(chunk.subarray(start));
    return Buffer.concat(parts);
  }

  end(): void {
    if (this.expected === 'nothing') return;
    throw broken(this.inElement ? this.elements : this.elements + 1, 'the array is not closed');
  }

  private begin(byte: number): void {
    this.elements += 1;
    this.inElement = true;
    this.depth = byte === OPEN || byte === OPEN_OBJECT ? 1 : 0;
    this.inText = byte === QUOTE;
  }

  /** Goes on in an element; says whether the byte is no longer part of it. */
  private within(chunk: Buffer, at: number): boolean {
    const byte = chunk[at]!;
    if (this.inText) {
      if (this.escaped) this.escaped = false;
      else if (byte === BACKSLASH) this.escaped = true;
      else if (byte === QUOTE) this.inText = false;
      if (byte === LINE_FEED || byte === RETURN) throw broken(this.elements, 'a text goes over a line break');
      return false;
    }
    if (byte === LINE_FEED || byte === RETURN) chunk[at] = SPACE;
    if (this.depth === 0 && (byte === COMMA || byte === CLOSE)) return true;
    if (byte === QUOTE) this.inText = true;
    else if (byte === OPEN || byte === OPEN_OBJECT) this.depth += 1;
    else if (byte === CLOSE || byte === CLOSE_OBJECT) this.depth -= 1;
    if (this.depth < 0) throw broken(this.elements, 'a bracket is closed that was not opened');
    return false;
  }

  /** Takes a byte outside of elements; says whether one begins with it. */
  private between(byte: number): boolean {
    if (isSpace(byte)) return false;
    if (this.expected === 'array' && byte === OPEN) this.expected = 'first';
    else if (byte === CLOSE && (this.expected === 'first' || this.expected === 'separator')) this.expected = 'nothing';
    else if (byte === COMMA && this.expected === 'separator') this.expected = 'element';
    else if ((this.expected === 'first' || this.expected === 'element') && byte !== COMMA && byte !== CLOSE)
      return true;
    else throw broken(this.elements + 1, `${JSON.stringify(String.fromCharCode(byte))} is not expected there`);
    return false;
  }
}

function broken(element: number, what: string): UnreadableFile {
  return new UnreadableFile('import.json', `The JSON array is broken at its element ${element}: ${what}.`);
}
