import type { FieldDefinition, SchemaDefinition } from '../../libs/generator/index.js';
import type { FieldName } from '../schemas/field-name.js';
import { areIndexed, type SearchableFields, searchableField, searchConditions } from './search-conditions.js';
import type { KnownSearchField } from './search-fields.repository.js';
import type { RecordFilter } from './record-filter.dto.js';
import type { OrderPlace, RecordOrder } from './record-order.js';
import { searchKind } from './searchable-fields.js';
import { RECORD_ROW } from './records.repository.js';
import { STATUS_NOW } from './status-now.js';
import { SqlParams, StoredValues } from './stored-values.js';

/** Which records of a stock are wanted, and how they are put in order. */
export interface RecordQuestion {
  definition: SchemaDefinition;
  /** All names that the fields have ever had. */
  names: FieldName[];
  /** Those whose values can be relied on. */
  searchable: SearchableFields;
  /** All of these hold. */
  filters: RecordFilter[];
  /** A text that one of the values contains. */
  text: string | null;
  order: RecordOrder;
}

/** A question about one stock, for one page. */
export interface RecordPageQuestion extends RecordQuestion {
  projectId: string;
  stockId: string;
  after: OrderPlace | null;
  limit: number;
}

/** What a page is in order of, as expressions with their types. */
type SortKey = readonly [expression: string, type: 'numeric' | 'text'];

/**
 * The statement for a page of records; its rows have the values that they are in order of as `place`. Where they are in order of
 * a searchable field, it goes along `search_values_order_idx` from where the page before ended; otherwise conditions on such
 * fields are sets of ids, which PostgreSQL starts from where they are small.
 */
export function recordPageSql(question: RecordPageQuestion): { text: string; values: unknown[] } {
  const { projectId, stockId, order, after, limit, filters, definition, names } = question;
  const params = new SqlParams();
  const stock = params.add(stockId);
  const sorted = typeof order.by === 'string' ? undefined : question.searchable.get(order.by.id);
  const keys = sortKeys(question, params, sorted !== undefined);
  const id = sorted ? 'value.record_id' : 'record.id';
  const conditions = [`record.stock_id = ${stock}`, `record.project_id = ${params.add(projectId)}`];
  if (sorted) conditions.push(`value.field_no = ${params.add(sorted.no)}`, `value.stock_id = ${stock}`);
  if (after) conditions.push(behind(params, keys, id, order, after));
  conditions.push(...fieldConditions(question, params, stock, sorted));
  if (question.text !== null) conditions.push(containing(params, question.text));
  const exact = filters.map((filter) => params.where(filter, definition, '/filter', names)).join(' ');
  const direction = order.isDescending ? 'DESC' : 'ASC';
  const text = `
    SELECT ${RECORD_ROW}, ARRAY[${keys.map(([key]) => `(${key})::text`).join(', ')}]::text[] AS place
    FROM ${sorted ? 'search_values AS value JOIN test_data AS record ON record.id = value.record_id' : 'test_data AS record'}
    JOIN stocks AS stock ON stock.id = record.stock_id
    WHERE ${conditions.join(' AND ')} ${exact}
    ORDER BY ${[...keys.map(([key]) => key), id].map((key) => `${key} ${direction}`).join(', ')} LIMIT ${params.add(limit)}`;
  return { text, values: params.values };
}

function sortKeys({ order: { by }, names }: RecordQuestion, params: SqlParams, isIndexed: boolean): SortKey[] {
  switch (by) {
    case 'created_at':
      // Ids begin with the moment, and are indexed.
      return [];
    case 'used_at':
      return [[`coalesce(extract(epoch FROM record.used_at), 'NaN')`, 'numeric']];
    case 'status':
      return [[STATUS_NOW, 'text']];
    default: {
      if (isIndexed) return [['value.number', 'numeric'], ['value.text', 'text']]; // prettier-ignore
      const json = new StoredValues(names, params).json(by);
      const kind = searchKind(by);
      return [
        [`search_number(${json}, '${kind}')`, 'numeric'],
        [`search_text(${json}, '${kind}') COLLATE "C"`, 'text'],
      ];
    }
  }
}

function behind(params: SqlParams, keys: SortKey[], id: string, order: RecordOrder, after: OrderPlace): string {
  const given = keys.map(([, type], i) => `${params.add(after.values[i])}::${type}`);
  const sign = order.isDescending ? '<' : '>';
  const own = [...keys.map(([key]) => key), id].join(', ');
  return `(${own}) ${sign} (${[...given, `${params.add(after.id)}::uuid`].join(', ')})`;
}

/** What the values of searchable fields say of the records. */
function fieldConditions(
  { filters, definition, searchable }: RecordQuestion,
  params: SqlParams,
  stock: string,
  sorted: KnownSearchField | undefined,
): string[] {
  return filters.flatMap(({ values = {} }) =>
    Object.entries(values).flatMap(([name, wanted]) => {
      const found = searchableField(definition, searchable, name);
      const condition = found && searchConditions(params, found.field, found.known.kind, wanted);
      if (!condition) return [];
      if (found.known === sorted) return [condition];
      return `record.id IN (SELECT value.record_id FROM search_values AS value
        WHERE value.field_no = ${params.add(found.known.no)} AND value.stock_id = ${stock} AND ${condition})`;
    }),
  );
}

function containing(params: SqlParams, text: string): string {
  const pattern = params.add(`%${text.replace(/[\\%_]/g, '\\$&')}%`);
  return `EXISTS (SELECT FROM jsonb_each_text(record.data_values) AS field WHERE field.value ILIKE ${pattern})`;
}

/** The fields that the question can only be answered of by looking at every record. */
export function unindexedFields({ filters, order, definition, searchable }: RecordQuestion): FieldDefinition[] {
  const asked = filters.flatMap(({ values = {} }) =>
    Object.entries(values).flatMap(([name, wanted]) => {
      const field = definition.fields.find((each) => each.name === name);
      return field && !(searchable.has(field.id) && areIndexed(wanted)) ? [field] : [];
    }),
  );
  if (typeof order.by !== 'string' && !searchable.has(order.by.id)) asked.push(order.by);
  return [...new Set(asked)];
}
