import type { CsvDialect } from './csv-dialect.js';

const LINE_FEED = 0x0a;

/** Where a scanner is within a record: at the start of a field, in a plain or in a quoted one, or behind a quote in that. */
const enum Within {
  Start,
  Plain,
  Quoted,
  Behind,
}

/**
 * Finds where the records of a text end that comes in chunks: at line breaks that do not stand in quotes. A quote opens a field only
 * where the field begins. Without a dialect, at every line feed. The text is UTF-8, or any other in which ASCII is ASCII.
 */
export class RecordScanner {
  /** The line on which the record at hand begins, from 1. */
  line = 1;
  private state = Within.Start;
  /** Line breaks in the record at hand. */
  private breaks = 0;
  private readonly newline: number;
  private readonly quote: number;
  private readonly delimiter: number;

  constructor(dialect: CsvDialect | null) {
    this.newline = dialect?.newline === '\r' ? 0x0d : LINE_FEED;
    this.quote = dialect?.quote?.charCodeAt(0) ?? -1;
    this.delimiter = dialect?.delimiter.charCodeAt(0) ?? -1;
  }

  /** Whether the record at hand stands in an open quote. */
  get isQuoted(): boolean {
    return this.state === Within.Quoted;
  }

  /** Goes through the next chunk; `visit` hears where each record ends, line break included, and on which line it began. */
  scan(chunk: Buffer, visit: (end: number, line: number) => void): void {
    if (this.state !== Within.Quoted && (this.quote < 0 || !chunk.includes(this.quote))) this.scanPlain(chunk, visit);
    else this.scanQuoted(chunk, visit);
  }

  /** How many fields a whole record has. */
  fieldsOf(record: Buffer): number {
    const own = new RecordScanner(null);
    Object.assign(own, { newline: -1, quote: this.quote, delimiter: this.delimiter });
    let fields = 1;
    for (const byte of record) {
      own.step(byte);
      if (own.state === Within.Start) fields += 1;
    }
    return fields;
  }

  private scanPlain(chunk: Buffer, visit: (end: number, line: number) => void): void {
    const { newline } = this;
    let end = chunk.indexOf(newline);
    if (end < 0) {
      this.endsWith(chunk);
      return;
    }
    let last = 0;
    for (; end >= 0; end = chunk.indexOf(newline, last)) {
      last = end + 1;
      const { line } = this;
      this.line = line + this.breaks + 1;
      this.breaks = 0;
      visit(last, line);
    }
    this.state = Within.Start;
    this.endsWith(chunk.subarray(last));
  }

  /** Where a chunk without quotes leaves off. */
  private endsWith(rest: Buffer): void {
    if (rest.length > 0) this.state = rest.at(-1) === this.delimiter ? Within.Start : Within.Plain;
  }

  private scanQuoted(chunk: Buffer, visit: (end: number, line: number) => void): void {
    const { newline } = this;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at]!;
      if (byte !== newline) {
        this.step(byte);
        continue;
      }
      this.breaks += 1;
      if (this.state === Within.Quoted) continue;
      this.state = Within.Start;
      const { line } = this;
      this.line = line + this.breaks;
      this.breaks = 0;
      visit(at + 1, line);
    }
  }

  private step(byte: number): void {
    const { state } = this;
    if (state === Within.Quoted) {
      if (byte === this.quote) this.state = Within.Behind;
    } else if (byte === this.quote && state !== Within.Plain) this.state = Within.Quoted;
    else this.state = byte === this.delimiter ? Within.Start : Within.Plain;
  }
}
