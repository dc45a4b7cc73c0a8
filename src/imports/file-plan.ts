import type { FieldDefinition } from '../../libs/generator/index.js';
import { CsvCutter } from '../../libs/row-files/csv-records.js';
import { type CsvDialect, findDialect } from '../../libs/row-files/csv-dialect.js';
import { isNeutralised } from '../../libs/row-files/formulas.js';
import { isBlank } from '../../libs/row-files/record-marks.js';
import { RecordScanner } from '../../libs/row-files/record-scanner.js';
import { UnreadableFile } from '../../libs/row-files/unreadable-file.js';
import { findOverlap, findTarget, type Target } from './column-targets.js';
import type { ImportQuery } from './import.dto.js';
import type { FilePlan } from './imports.jobs.js';
import { LINE, REASONS } from './rejected-rows.js';

type CsvPlan = Extract<FilePlan, { format: 'csv' }>;

/** Most columns of a file. */
const MAX_COLUMNS = 1_000;
/** Names that an error tells. */
const TOLD = 20;
const QUOTES = { double: '"', single: "'", none: null } as const;

/** What a text is that begins so: by its first character that is no space. */
export function findFormat(beginning: Buffer): FilePlan['format'] {
  const first = beginning.toString('latin1').trimStart()[0];
  return first === '[' ? 'json' : first === '{' ? 'jsonl' : 'csv';
}

/** How a CSV file that begins so, in UTF-8, is read. Throws UnreadableFile. */
export function csvPlan(beginning: Buffer, isAll: boolean, query: ImportQuery, fileName: string): CsvPlan {
  const { delimiter, quote } = query;
  const dialect = findDialect(beginning, {
    ...(delimiter === undefined ? {} : { delimiter: delimiter === 'tab' ? '\t' : delimiter }),
    ...(quote === undefined ? {} : { quote: QUOTES[quote] }),
  });
  const undoesNeutralising = query.undo_neutralised ?? isNeutralised(fileName);
  const common = { format: 'csv' as const, dialect, undoesNeutralising };
  if (query.header) return { ...common, ...readHeader(beginning, isAll, dialect) };
  const columns = (query.columns ?? '').split(',').map((name) => name.trim());
  requireColumns(columns);
  const header = columns.join(dialect.delimiter);
  return { ...common, columns, header, isRejects: false, passesNameless: true, dataAt: 0, dataLine: 1 };
}

type Header = Omit<CsvPlan, 'format' | 'dialect' | 'undoesNeutralising'>;

function readHeader(beginning: Buffer, isAll: boolean, dialect: CsvDialect): Header {
  const scanner = new RecordScanner(dialect);
  const ends: { at: number; nextLine: number }[] = [];
  scanner.scan(beginning, (at) => ends.push({ at, nextLine: scanner.line }));
  if (isAll && !scanner.isQuoted) ends.push({ at: beginning.length, nextLine: scanner.line });
  const startOf = (i: number): number => ends[i - 1]?.at ?? 0;
  const first = ends.findIndex(({ at }, i) => !isBlank(beginning.subarray(startOf(i), at)));
  const end = ends[first];
  if (!end) throw endlessHeader(beginning, scanner, dialect);
  const found = beginning.subarray(startOf(first), end.at);
  const [record] = new CsvCutter(dialect).cut(found, [found.length]);
  if (record === undefined || typeof record === 'string') {
    throw new UnreadableFile('import.header', `The header cannot be read: ${record}.`);
  }
  const names = record.map((name) => (name ?? '').trim());
  const isRejects = names[0] === LINE && names[1] === REASONS;
  const columns = isRejects ? names.slice(2) : names;
  requireColumns(columns);
  const text = found.subarray(isRejects ? skipFields(found, 2, dialect) : 0).toString('utf8');
  const header = text.replace(/[\r\n]+$/, '');
  return { columns, isRejects, passesNameless: isRejects, header, dataAt: end.at, dataLine: end.nextLine };
}

function endlessHeader(beginning: Buffer, scanner: RecordScanner, dialect: CsvDialect): UnreadableFile {
  const columns = new RecordScanner(dialect).fieldsOf(beginning);
  if (columns > MAX_COLUMNS) return tooManyColumns(`more than ${MAX_COLUMNS}`);
  const why = scanner.isQuoted ? ' A quote in it is not closed.' : '';
  return new UnreadableFile(
    'import.header',
    `The header does not end within the first ${beginning.length} bytes.${why}`,
  );
}

function tooManyColumns(count: string): UnreadableFile {
  return new UnreadableFile(
    'import.too_many_columns',
    `The file has ${count} columns; it may have at most ${MAX_COLUMNS}.`,
  );
}

/** Where the field behind the first `count` ones begins in a record. */
export function skipFields(record: Buffer, count: number, dialect: CsvDialect): number {
  const text = record.toString('latin1');
  const { delimiter, quote } = dialect;
  let at = 0;
  for (let field = 0; field < count; field += 1) {
    if (quote !== null && text[at] === quote) {
      for (at += 1; at < text.length; at += 1) {
        if (text[at] !== quote) continue;
        if (text[at + 1] !== quote) break;
        at += 1;
      }
    }
    const end = text.indexOf(delimiter, at);
    if (end < 0) return record.length;
    at = end + 1;
  }
  return at;
}

function requireColumns(columns: readonly string[]): void {
  if (columns.length > MAX_COLUMNS) throw tooManyColumns(String(columns.length));
  const twice = columns.find((name, i) => name !== '' && columns.indexOf(name) !== i);
  if (twice !== undefined)
    throw new UnreadableFile('import.duplicate_column', `Two columns are called ${shown(twice)}.`);
}

/** What the columns lead to; null is one that is passed over. Throws UnreadableFile. */
export function targetsOf(
  { columns, passesNameless }: Pick<CsvPlan, 'columns' | 'passesNameless'>,
  fields: readonly FieldDefinition[],
  mapping: Record<string, string>,
  ignoreUnknown: boolean,
): (Target | null)[] {
  const unknown: string[] = [];
  const targets = columns.map((column, i) => {
    const name = Object.hasOwn(mapping, column) ? mapping[column]! : column;
    if (name === '' && (column !== '' || passesNameless)) return null;
    const target = findTarget(fields, name);
    if (!target && !ignoreUnknown) unknown.push(column === '' ? `column ${i + 1}, which has no name` : shown(column));
    return target;
  });
  requireMapped(columns, mapping);
  if (unknown.length > 0) {
    const more = unknown.length > TOLD ? `, and ${unknown.length - TOLD} more` : '';
    const detail = `The schema has no field for ${unknown.slice(0, TOLD).join(', ')}${more}; map them to fields, or say \`ignore_unknown=true\`.`;
    throw new UnreadableFile('import.unknown_column', detail);
  }
  const [one, other] = (findOverlap(targets) ?? []).map((at) => shown(columns[at] ?? ''));
  if (one !== undefined)
    throw new UnreadableFile('import.column_overlap', `The columns ${one} and ${other} fill the same field.`);
  return targets;
}

function requireMapped(columns: readonly string[], mapping: Record<string, string>): void {
  const missing = Object.keys(mapping).filter((column) => !columns.includes(column));
  if (missing.length === 0) return;
  const detail = `The file has no column ${missing.slice(0, TOLD).map(shown).join(', ')}, which the mapping names.`;
  throw new UnreadableFile('import.mapping', detail);
}

/** Fails where a field that every row needs has no column. */
export function requireRequired(targets: readonly (Target | null)[], fields: readonly FieldDefinition[]): void {
  const filled = new Set(targets.map((target) => target?.path[0]));
  const missing = fields.filter(
    ({ name, required, template, expression, default: own }) =>
      required && template === undefined && expression === undefined && own === undefined && !filled.has(name),
  );
  if (missing.length === 0) return;
  const names = missing.slice(0, TOLD).map(({ name }) => shown(name));
  throw new UnreadableFile(
    'import.missing_column',
    `The file has no column for ${names.join(', ')}, which every row needs.`,
  );
}

const shown = (name: string): string => JSON.stringify(name.length > 60 ? `${name.slice(0, 57)}...` : name);
