import type { RecordScanner } from './record-scanner.js';
import { UnreadableFile } from './unreadable-file.js';

/** Where a record begins. */
export interface Mark {
  /** Byte in the file. */
  at: number;
  /** Line, from 1. */
  line: number;
}

export interface MarkOptions {
  /** Records between two marks. */
  every: number;
  /** Most bytes of a record. */
  longest: number;
  /** Whether blank lines are records. */
  countsBlank: boolean;
}

const LINE_FEED = 0x0a;
const RETURN = 0x0d;

/**
 * Counts the records of a file that comes in chunks, and marks every so many of them: from a mark on, the file can be read by itself.
 * Throws UnreadableFile for a record that is too long, as an open quote makes them, and for a quote that is never closed.
 */
export class RecordMarks {
  /** Records so far. */
  records = 0;
  readonly marks: Mark[] = [];
  /** Bytes so far. */
  private bytes: number;
  private start: number;
  private lastByte = 0;

  /** `from`: the bytes before the first record, which the scanner is past of. */
  constructor(
    private readonly scanner: RecordScanner,
    from: number,
    private readonly options: MarkOptions,
  ) {
    this.bytes = from;
    this.start = from;
  }

  feed(chunk: Buffer): void {
    this.scanner.scan(chunk, (end, line) => this.record(this.bytes + end, line, this.byteBefore(chunk, end - 2)));
    this.bytes += chunk.length;
    this.lastByte = chunk.at(-1) ?? this.lastByte;
    this.requireShort(this.bytes, this.scanner.line);
  }

  /** Takes what is left as the last record. */
  end(): void {
    if (this.scanner.isQuoted) throw notClosed(this.scanner.line);
    if (this.bytes > this.start) this.record(this.bytes, this.scanner.line, -1);
  }

  private record(end: number, line: number, byteBefore: number): void {
    this.requireShort(end, line);
    const length = end - this.start;
    const isBlank = byteBefore >= 0 && (length === 1 || (length === 2 && byteBefore === RETURN));
    if (!isBlank || this.options.countsBlank) {
      if (this.records % this.options.every === 0) this.marks.push({ at: this.start, line });
      this.records += 1;
    }
    this.start = end;
  }

  private byteBefore(chunk: Buffer, at: number): number {
    return at >= 0 ? chunk[at]! : this.lastByte;
  }

  private requireShort(end: number, line: number): void {
    const { longest } = this.options;
    if (end - this.start <= longest) return;
    const why = this.scanner.isQuoted ? ' A quote that is opened there is not closed.' : '';
    const detail = `The row that begins on line ${line} is longer than ${longest} bytes.${why}`;
    throw new UnreadableFile('import.row_too_long', detail);
  }
}

function notClosed(line: number): UnreadableFile {
  const detail = `A quote that is opened in the row that begins on line ${line} is not closed by the end of the file.`;
  return new UnreadableFile('import.quote_not_closed', detail);
}

/** Whether a record is nothing but a line break. */
export function isBlank(record: Buffer): boolean {
  const { length } = record;
  return (
    length === 0 ||
    (length === 1 && isBreak(record[0])) ||
    (length === 2 && record[0] === RETURN && record[1] === LINE_FEED)
  );
}

const isBreak = (byte: number | undefined): boolean => byte === LINE_FEED || byte === RETURN;
