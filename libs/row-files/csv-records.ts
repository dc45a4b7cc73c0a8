import { parse, type CastingContext, CsvError, type Options } from 'csv-parse/sync';
import type { CsvDialect } from './csv-dialect.js';

/** The fields of a record; null is a field without anything, '' one that is empty in quotes. A text says why it is none. */
export type CsvRecord = (string | null)[] | string;

/** Cuts blocks of records into fields. */
export class CsvCutter {
  private readonly options: Options;
  /** Finds what may be an empty field in quotes: nothing else tells it from a field without anything. */
  private readonly emptyQuotes: RegExp | null;

  constructor(private readonly dialect: CsvDialect) {
    const { delimiter, quote, newline } = dialect;
    this.options = {
      delimiter,
      quote: quote ?? false,
      escape: quote,
      record_delimiter: newline === '\r' ? ['\r'] : ['\r\n', '\n'],
      relax_column_count: true,
    };
    const around = `[${escaped(delimiter)}\\r\\n]`;
    this.emptyQuotes = quote ? new RegExp(`(^|${around})${escaped(quote)}{2}(?=${around}|$)`) : null;
  }

  /**
   * The records of a block, which `ends` cuts: where each one ends, its line break included. A record whose quotes are wrong is told
   * apart from the others, which it does not hurt.
   */
  cut(block: Buffer, ends: readonly number[]): CsvRecord[] {
    const { quote } = this.dialect;
    const text = block.toString('utf8');
    // Without a quote nothing is special but delimiters and line breaks, and cutting there is several times faster.
    if (quote === null || !text.includes(quote)) return this.cutPlain(text, ends.length);
    if (!this.emptyQuotes?.test(text)) {
      const records = this.tryParse(text);
      if (records?.length === ends.length) return records.map(emptyToNull);
    }
    return ends.map((end, i) => this.cutOne(block.toString('utf8', ends[i - 1] ?? 0, end)));
  }

  private cutPlain(text: string, count: number): CsvRecord[] {
    const { delimiter, newline } = this.dialect;
    const records: CsvRecord[] = new Array<CsvRecord>(count);
    let start = 0;
    for (let i = 0; i < count; i += 1) {
      const found = text.indexOf(newline, start);
      let end = found < 0 ? text.length : found;
      const next = end + 1;
      if (newline === '\n' && text.charCodeAt(end - 1) === 0x0d && end > start) end -= 1;
      records[i] = emptyToNull(text.slice(start, end).split(delimiter));
      start = next;
    }
    return records;
  }

  private tryParse(text: string): string[][] | null {
    try {
      return parse(text, this.options);
    } catch (error) {
      if (error instanceof CsvError) return null;
      throw error;
    }
  }

  private cutOne(text: string): CsvRecord {
    const { quote } = this.dialect;
    if (quote === null || !text.includes(quote)) return this.cutPlain(text, 1)[0]!;
    const isMarked = this.emptyQuotes!.test(text);
    const cast = (value: string, { quoting }: CastingContext): string | null =>
      value === '' && !quoting ? null : value;
    try {
      const records: (string | null)[][] = parse(text, isMarked ? { ...this.options, cast } : this.options);
      if (records.length !== 1) return 'the record has line breaks outside of quotes';
      return isMarked ? records[0]! : emptyToNull(records[0]!);
    } catch (error) {
      if (error instanceof CsvError) return explain(error);
      throw error;
    }
  }
}

function emptyToNull(fields: (string | null)[]): (string | null)[] {
  for (let i = 0; i < fields.length; i += 1) if (fields[i] === '') fields[i] = null;
  return fields;
}

const escaped = (character: string): string => character.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** In words of ours: the parser's name lines of the block that it was given. */
function explain({ code, column }: CsvError & { column?: unknown }): string {
  const field = typeof column === 'number' ? `field ${column + 1}` : 'a field';
  switch (code) {
    case 'INVALID_OPENING_QUOTE':
      return `${field} has a quote in the middle; a field with quotes in it must stand in quotes, with each of them doubled`;
    case 'CSV_INVALID_CLOSING_QUOTE':
      return `${field} goes on behind its closing quote; a quote within a quoted field must be doubled`;
    case 'CSV_QUOTE_NOT_CLOSED':
      return 'a quote is opened and not closed';
    default:
      return `${field} is not written as CSV (${code})`;
  }
}
