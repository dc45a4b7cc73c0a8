import type { CopiedQuery } from '../../libs/database/copy-out.js';
import type { FieldDefinition, SchemaDefinition } from '../../libs/generator/index.js';
import type { FieldName } from '../schemas/field-name.js';
import { SqlParams, StoredValues } from '../test-data/stored-values.js';
import { STATUS_NOW } from '../test-data/status-now.js';
import { type CsvColumn, csvColumns } from './csv-columns.js';
import type { ExportParams } from './exports.jobs.js';
import { markedCharacters, neutralisedSql } from '../../libs/row-files/formulas.js';

/** What stands in front of the fields where a record's own data is wanted; the names are those of columns and properties. */
export const META_NAMES: readonly string[] = ['_id', '_status', '_created_at'];
const CREATED_AT = `to_char(record.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
const META_SQL = ['record.id::text', STATUS_NOW, CREATED_AT];
/** A function of PostgreSQL takes 100 arguments. */
const MOST_ARGUMENTS = 90;

/** The records to export, and how their fields are called now and were called before. */
export interface Exported {
  projectId: string;
  stockId: string;
  /** With the fields of embedded schemas in their places. */
  definition: SchemaDefinition;
  names: readonly FieldName[];
  params: ExportParams;
}

/** The query of an export's rows, what COPY has to do with them, and what stands above them. */
export interface ExportQuery {
  query: CopiedQuery;
  options: string;
  /** The line of the columns' names; empty where there is none. */
  header: string;
}

/** How many records there are to export. Throws 422 `filter.invalid`. */
export function countQuery(exported: Exported): CopiedQuery {
  const params = new SqlParams();
  return { text: `SELECT count(*) ${wanted(exported, params)}`, values: params.values };
}

/** The records in the order of their ids. Throws 422 `filter.invalid`. */
export function exportQuery(exported: Exported): ExportQuery {
  const { fields } = exported.definition;
  const { fields: named, format } = exported.params;
  const chosen = named === null ? fields : fields.filter(({ name }) => named.includes(name));
  return format === 'csv' ? csvQuery(exported, csvColumns(chosen)) : jsonQuery(exported, chosen);
}

function csvQuery(exported: Exported, columns: CsvColumn[]): ExportQuery {
  const { delimiter, neutralise_formulas, with_meta } = exported.params;
  const params = new SqlParams();
  const stored = new StoredValues(exported.names, params);
  const meta = with_meta ? META_SQL : [];
  const texts = [...meta, ...columns.map(({ field, below }) => stored.text(field, below))];
  const named = texts.map((sql, i) => `${sql} AS c${i}`).join(', ');
  // OFFSET 0 keeps each value from being read again for every mention of it.
  const rows = `SELECT record.id, record.data_values, record.schema_version, ${named} ${wanted(exported, params)} ORDER BY record.id OFFSET 0`;
  const marked = neutralise_formulas ? params.add(markedCharacters) : null;
  const cells = [
    ...meta.map((_, i) => `record.c${i}`),
    ...columns.map((column, i) => cell(column, `record.c${meta.length + i}`, marked, stored, params)),
  ];
  return {
    query: { text: `SELECT ${cells.join(', ')} FROM (${rows}) AS record ORDER BY record.id`, values: params.values },
    options: `FORMAT csv, DELIMITER '${delimiter}'`,
    header: `${[...(with_meta ? META_NAMES : []), ...columns.map(({ name }) => name)].join(delimiter)}\n`,
  };
}

function cell(
  { field, below, leaf }: CsvColumn,
  text: string,
  marked: string | null,
  stored: StoredValues,
  params: SqlParams,
): string {
  if (marked === null) return text;
  if (leaf.type !== 'number' && leaf.type !== 'options') return neutralisedSql(text, marked);
  // -5 stays a number; but what was made when the field was of another type may be any text.
  const value = below.length === 0 ? stored.json(field) : `${stored.json(field)} #> ${params.add(below)}::text[]`;
  return neutralisedSql(text, marked, `jsonb_typeof(${value}) = 'number'`);
}

function jsonQuery(exported: Exported, fields: FieldDefinition[]): ExportQuery {
  const params = new SqlParams();
  const line = isAsStored(exported) ? 'record.data_values::text' : builtLine(exported, fields, params);
  return {
    query: { text: `SELECT ${line} ${wanted(exported, params)} ORDER BY record.id`, values: params.values },
    // JSON has neither of these characters, so nothing is quoted and each row stands as it is.
    options: `FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02'`,
    header: '',
  };
}

/** Whether the records hold just what is wanted: three times as fast as putting lines together. */
function isAsStored({ names, definition, params: { fields, with_meta } }: Exported): boolean {
  const isCurrent = ({ id, name }: FieldName): boolean =>
    definition.fields.some((field) => field.id === id && field.name === name);
  return fields === null && !with_meta && names.every(isCurrent);
}

function builtLine(exported: Exported, fields: FieldDefinition[], params: SqlParams): string {
  const stored = new StoredValues(exported.names, params);
  const property = (name: string, json: string): string => `${params.add(`${JSON.stringify(name)}:`)}::text || ${json}`;
  const meta = exported.params.with_meta ? META_SQL : [];
  const properties = [
    ...meta.map((sql, i) => property(META_NAMES[i] ?? '', `to_json(${sql})::text`)),
    ...fields.map((field) => property(field.name, `${stored.json(field)}::text`)),
  ];
  return `'{' || ${joined(properties)} || '}'`;
}

/** What is not NULL, with commas between. */
function joined(parts: string[]): string {
  const groups: string[] = [];
  for (let i = 0; i < parts.length; i += MOST_ARGUMENTS) {
    groups.push(`nullif(concat_ws(',', ${parts.slice(i, i + MOST_ARGUMENTS).join(', ')}), '')`);
  }
  return `concat_ws(',', ${groups.join(', ')})`;
}

function wanted({ stockId, projectId, definition, params: { filter } }: Exported, params: SqlParams): string {
  const own = `record.stock_id = ${params.add(stockId)} AND record.project_id = ${params.add(projectId)}`;
  return `FROM test_data AS record WHERE ${own} ${params.where(filter, definition)}`;
}
