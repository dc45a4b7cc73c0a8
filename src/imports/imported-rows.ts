import type { CompiledSchema } from '../../libs/generator/index.js';
import { CsvCutter } from '../../libs/row-files/csv-records.js';
import type { RecordBlock } from '../../libs/row-files/record-blocks.js';
import { isBlank } from '../../libs/row-files/record-marks.js';
import { RecordScanner } from '../../libs/row-files/record-scanner.js';
import { skipFields, targetsOf } from './file-plan.js';
import type { ImportParams } from './imports.jobs.js';
import { rowReader, type Values } from './csv-rows.js';
import { jsonRow } from './json-rows.js';
import { csvFormat, JSON_FORMAT, type RejectedFormat } from './rejected-rows.js';

/** A row of a file, with its values or with what is wrong with it. */
export interface ImportedRow {
  line: number;
  values: Values;
  /** Why it is refused; empty where it is not. */
  reasons: string[];
  original: () => string;
}

/** How the rows of a file become values of a schema, and how those are written that are refused. */
export interface RowSource {
  scanner: () => RecordScanner;
  read(block: RecordBlock): ImportedRow[];
  rejected: RejectedFormat;
}

/** Compiles the reading of a file's rows. `now`: what moving bounds of dates are measured from. */
export function rowSource(params: ImportParams, schema: CompiledSchema, now: number): RowSource {
  const reads = params.plan.format === 'csv' ? csvSource(params, params.plan, schema) : jsonSource(params, schema);
  const read = (block: RecordBlock): ImportedRow[] => {
    const rows: ImportedRow[] = [];
    reads.values(block).forEach((values, i) => {
      const [start, end] = [block.ends[i - 1] ?? 0, block.ends[i]!];
      const record = block.bytes.subarray(start, end);
      if (record.length <= 2 && !reads.countsBlank && isBlank(record)) return;
      const own = { line: block.lines[i]!, original: () => reads.original(record) };
      rows.push({ ...own, ...checked(values, schema, now) });
    });
    return rows;
  };
  return { scanner: reads.scanner, rejected: reads.rejected, read };
}

function checked(read: Values | string, schema: CompiledSchema, now: number): Pick<ImportedRow, 'values' | 'reasons'> {
  if (typeof read === 'string') return { values: {}, reasons: [read] };
  const values = schema.completed(read);
  const problems = schema.check(values, now);
  return { values, reasons: problems.length === 0 ? [] : problems.map(({ message }) => message) };
}

interface FormatSource {
  scanner: () => RecordScanner;
  countsBlank: boolean;
  values(block: RecordBlock): (Values | string)[];
  original(record: Buffer): string;
  rejected: RejectedFormat;
}

type CsvPlan = Extract<ImportParams['plan'], { format: 'csv' }>;

function csvSource(params: ImportParams, plan: CsvPlan, schema: CompiledSchema): FormatSource {
  const { dialect, isRejects, header, undoesNeutralising } = plan;
  const targets = targetsOf(plan, schema.fields, params.mapping, params.ignore_unknown);
  // The columns that a list of refused rows has in front lead nowhere.
  const reader = rowReader([...(isRejects ? [null, null] : []), ...targets], undoesNeutralising);
  const cutter = new CsvCutter(dialect);
  return {
    scanner: () => new RecordScanner(dialect),
    countsBlank: countsBlank(plan),
    values: ({ bytes, ends }) => cutter.cut(bytes, ends).map(reader),
    original: (record) => lineOf(record.subarray(isRejects ? skipFields(record, 2, dialect) : 0)),
    rejected: csvFormat(header, dialect.delimiter),
  };
}

function jsonSource({ mapping, ignore_unknown }: ImportParams, schema: CompiledSchema): FormatSource {
  const known = ignore_unknown ? new Set(schema.fields.map(({ name }) => name)) : null;
  return {
    scanner: () => new RecordScanner(null),
    countsBlank: false,
    values: ({ bytes, ends }) =>
      ends.map((end, i) => jsonRow(bytes.toString('utf8', ends[i - 1] ?? 0, end), { mapping, known })),
    original: lineOf,
    rejected: JSON_FORMAT,
  };
}

/** A file of one column has blank lines where that is empty; in others, they are nothing. */
export function countsBlank(plan: ImportParams['plan']): boolean {
  return plan.format === 'csv' && plan.columns.length === 1 && !plan.isRejects;
}

const lineOf = (record: Buffer): string => record.toString('utf8').replace(/[\r\n]+$/, '');
