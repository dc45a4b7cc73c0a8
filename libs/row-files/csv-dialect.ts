import { RecordScanner } from './record-scanner.js';

/** How a CSV file is written. Delimiter and quote are ASCII characters. */
export interface CsvDialect {
  delimiter: string;
  /** Doubled within a quoted field it stands for itself; null where nothing is quoted. */
  quote: string | null;
  /** What ends a record; a carriage return before a line feed belongs to it. */
  newline: '\n' | '\r';
}

const DELIMITERS = [',', ';', '\t', '|'];
/** Records that are looked at. */
const SAMPLE = 50;

/** The dialect of a text that begins so, but for what is given. Without a sign of any other delimiter it is the comma. */
export function findDialect(
  beginning: Buffer,
  given: Partial<Pick<CsvDialect, 'delimiter' | 'quote'>> = {},
): CsvDialect {
  const newline = beginning.includes(0x0a) || !beginning.includes(0x0d) ? '\n' : '\r';
  const candidates = given.delimiter === undefined ? DELIMITERS : [given.delimiter];
  let best: { dialect: CsvDialect; score: number } | null = null;
  for (const delimiter of candidates) {
    const quote = given.quote === undefined ? findQuote(beginning, delimiter) : given.quote;
    const dialect = { delimiter, quote, newline } as const;
    const score = regularity(beginning, dialect);
    if (best === null || score > best.score) best = { dialect, score };
  }
  return best!.dialect;
}

/** The double quote, unless fields stand in single quotes and none in double ones. */
function findQuote(beginning: Buffer, delimiter: string): string {
  const text = beginning.toString('latin1');
  const at = `[${delimiter === '|' ? '|' : delimiter}\\r\\n]`;
  const has = (quote: string): boolean => new RegExp(`(^|${at})${quote}[^${quote}\\n]*${quote}(?=${at}|$)`).test(text);
  return !has('"') && !text.includes('"') && has("'") ? "'" : '"';
}

/** How regular the records are when cut so: the share of them with as many fields as the first, and more of them count more. */
function regularity(beginning: Buffer, dialect: CsvDialect): number {
  const counts = fieldCounts(beginning, dialect);
  const [first = 1] = counts;
  if (first < 2) return 0;
  const same = counts.filter((count) => count === first).length / counts.length;
  return same + Math.min(first, 99) / 1000;
}

/** The number of fields of the first whole records, blank lines left out. */
function fieldCounts(beginning: Buffer, dialect: CsvDialect): number[] {
  const counts: number[] = [];
  const scanner = new RecordScanner(dialect);
  let start = 0;
  const visit = (end: number): void => {
    if (counts.length < SAMPLE && end - start > 2) counts.push(scanner.fieldsOf(beginning.subarray(start, end)));
    start = end;
  };
  scanner.scan(beginning, visit);
  if (counts.length === 0) visit(beginning.length);
  return counts;
}
