import type { CompiledSchema, ItemDefinition } from '../../libs/generator/index.js';
import { CsvCutter } from '../../libs/row-files/csv-records.js';
import type { RecordBlock } from '../../libs/row-files/record-blocks.js';
import { isBlank } from '../../libs/row-files/record-marks.js';
import { RecordScanner } from '../../libs/row-files/record-scanner.js';
import type { LoadedRow } from '../test-data/loading.js';
import { skipFields, targetsOf } from './file-plan.js';
import type { ImportParams } from './imports.jobs.js';
import { rowReader, type Values } from './csv-rows.js';
import { jsonRow } from './json-rows.js';
import { csvFormat, JSON_FORMAT, type RejectedFormat } from './rejected-rows.js';

/** A row of a file, ready to be stored or with what is wrong with it. */
export interface ImportedRow extends LoadedRow {
  line: number;
  /** Why it is refused; empty where it is not. */
  reasons: readonly string[];
  /** The bytes that it was read from, and where it begins and ends in them. */
  bytes: Buffer;
  start: number;
  end: number;
}

/** How the rows of a file become rows of a schema, and how those are written that are refused. */
export interface RowSource {
  scanner: () => RecordScanner;
  /** The rows of a block; `no` is the number of the first. */
  read(block: RecordBlock, no: number): ImportedRow[];
  /** The row as it was sent. */
  originalOf(row: ImportedRow): string;
  rejected: RejectedFormat;
}

const NONE: readonly never[] = [];

/** Compiles the reading of a file's rows. `now`: what moving bounds of dates are measured from. */
export function rowSource(params: ImportParams, schema: CompiledSchema, now: number): RowSource {
  const reads = params.plan.format === 'csv' ? csvSource(params, params.plan, schema) : jsonSource(params, schema);
  const complete = checker(schema, now);
  return {
    scanner: reads.scanner,
    rejected: reads.rejected,
    originalOf: ({ bytes, start, end }) => reads.original(bytes.subarray(start, end)),
    read: (block, first) => {
      const { bytes, ends, lines } = block;
      const rows: ImportedRow[] = [];
      const all = reads.values(block);
      for (let i = 0; i < all.length; i += 1) {
        const [start, end] = [ends[i - 1] ?? 0, ends[i]!];
        if (end - start <= 2 && !reads.countsBlank && isBlank(bytes.subarray(start, end))) continue;
        rows.push(complete(all[i]!, { no: first + rows.length, line: lines[i]!, bytes, start, end }));
      }
      return rows;
    },
  };
}

type Place = Pick<ImportedRow, 'no' | 'line' | 'bytes' | 'start' | 'end'>;

/** Fills in what follows from a row's values and checks them. */
function checker(schema: CompiledSchema, now: number): (read: Values | string, place: Place) => ImportedRow {
  const fills = schema.fields.some(mayFill);
  const [hasKeys, refers] = [schema.keys.length > 0, schema.references.length > 0];
  return (read, { no, line, bytes, start, end }) => {
    const row = { no, json: '', keys: NONE as never[], links: NONE, line, reasons: NONE, bytes, start, end };
    if (typeof read === 'string') return { ...row, reasons: [read] };
    const values = fills ? schema.completed(read) : read;
    const problems = schema.check(values, now);
    if (problems.length > 0) return { ...row, reasons: problems.map(({ message }) => message) };
    const keys = hasKeys ? schema.keysOf(values) : (NONE as never[]);
    const links = refers ? schema.links(values) : NONE;
    return { no, json: JSON.stringify(values), keys, links, line, reasons: NONE, bytes, start, end };
  };
}

/** Whether a field, or one within it, may get a value that was not given. */
function mayFill({ template, expression, default: own, items, fields = [] }: ItemDefinition): boolean {
  const isFilled = template !== undefined || expression !== undefined || own !== undefined;
  return isFilled || (items !== undefined && mayFill(items)) || fields.some(mayFill);
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
    rejected: csvFormat(header, dialect, undoesNeutralising),
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
