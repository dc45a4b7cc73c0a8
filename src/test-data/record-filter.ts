import { type FieldError, Invalid } from '../../libs/errors/errors.js';
import type { FieldDefinition, SchemaDefinition } from '../../libs/generator/index.js';
import { isMoment } from '../../libs/http/is-moment.js';
import type { FieldName } from '../schemas/field-name.js';
import { fieldKey } from './field-key.js';
import type { FilterValue, RecordFilter } from './record-filter.dto.js';
import { STATUS_NOW } from './status-now.js';

/** A condition on `test_data AS record`, to stand behind others: `AND …`, with the values of its parameters. */
export interface FilterSql {
  text: string;
  values: unknown[];
}

/** Most values of an `in`. */
const MAX_LISTED = 1_000;
const COMPARISONS: Record<string, string> = { lt: '<', lte: '<=', gt: '>', gte: '>=' };
const ORDERED = ['string', 'number', 'date', 'options'];
const OPERATORS = ['eq', 'ne', 'lt', 'lte', 'gt', 'gte', 'in', 'contains', 'exists'];

/**
 * The filter as SQL, whose parameters are numbered from `first` on. Fields are those of the definition; with the `names` that they
 * have ever had, records of older versions are found, too. Throws 422 `filter.invalid` with pointers below `pointer`.
 */
export function filterSql(
  filter: RecordFilter,
  definition: SchemaDefinition,
  first: number,
  pointer = '/filter',
  names: readonly FieldName[] = [],
): FilterSql {
  const parts = new Parts(first, names);
  if (filter.status) parts.add(`${STATUS_NOW} = ANY (${parts.value(filter.status)}::text[])`);
  if (filter.ids) parts.add(`record.id = ANY (${parts.value(filter.ids)}::uuid[])`);
  if (filter.run_id) parts.add(`record.run_id = ${parts.value(filter.run_id)}`);
  if (filter.used_by) parts.add(`record.used_by = ${parts.value(filter.used_by)}`);
  if (filter.feature_id) parts.add(`record.feature_id = ${parts.value(filter.feature_id)}`);
  if (filter.created_from) parts.add(`record.created_at >= ${parts.value(filter.created_from)}`);
  if (filter.created_before) parts.add(`record.created_at < ${parts.value(filter.created_before)}`);
  const errors: FieldError[] = [];
  for (const [name, conditions] of Object.entries(filter.values ?? {})) {
    const field = definition.fields.find((each) => each.name === name);
    const at = `${pointer}/values/${name}`;
    if (!field) errors.push({ pointer: at, code: 'unknown_field', detail: `the schema has no field ${name}` });
    else errors.push(...addConditions(parts, field, conditions, at));
  }
  if (errors.length > 0) throw new Invalid('filter.invalid', 'The filter cannot be applied; see errors.', errors);
  return parts.sql();
}

class Parts {
  private readonly conditions: string[] = [];
  private readonly values: unknown[] = [];

  constructor(
    private readonly first: number,
    private readonly names: readonly FieldName[],
  ) {}

  add(condition: string): void {
    this.conditions.push(`AND ${condition}`);
  }

  /** The parameter that stands for the value. */
  value(value: unknown): string {
    this.values.push(value);
    return `$${this.first + this.values.length - 1}`;
  }

  /** The name under which the record has the field's value. */
  key(field: FieldDefinition): string {
    return fieldKey(field, this.names, (value) => this.value(value));
  }

  sql(): FilterSql {
    return { text: this.conditions.join(' '), values: this.values };
  }
}

function addConditions(parts: Parts, field: FieldDefinition, conditions: unknown, at: string): FieldError[] {
  const refuse = (where: string, code: string, detail: string): FieldError[] => [{ pointer: where, code, detail }];
  if (typeof conditions !== 'object' || conditions === null || Array.isArray(conditions)) {
    return refuse(at, 'type', `must be an object with some of ${OPERATORS.join(', ')}`);
  }
  return Object.entries(conditions).flatMap(([operator, wanted]): FieldError[] => {
    const where = `${at}/${operator}`;
    if (!OPERATORS.includes(operator)) return refuse(where, 'operator', `must be one of ${OPERATORS.join(', ')}`);
    const problem = wrongValue(field, operator, wanted);
    if (problem) return refuse(where, 'value', problem);
    parts.add(condition(parts, field, operator, wanted as never));
    return [];
  });
}

/** What is wrong with the value that a field is compared with. */
function wrongValue(field: FieldDefinition, operator: string, wanted: unknown): string | null {
  const isValue = (value: unknown): value is FilterValue =>
    typeof value === 'boolean' || Number.isFinite(value) || (typeof value === 'string' && isStorableText(value));
  if (operator === 'exists') return typeof wanted === 'boolean' ? null : 'must be true or false';
  const isDay = (value: unknown): boolean => !isOfTime(field) || isMoment(value);
  if (operator === 'in') {
    const isList =
      Array.isArray(wanted) &&
      wanted.length > 0 &&
      wanted.length <= MAX_LISTED &&
      wanted.every(isValue) &&
      wanted.every(isDay);
    return isList ? null : `must be a list of 1 to ${MAX_LISTED} texts, numbers, true or false`;
  }
  if (!isValue(wanted)) return 'must be a text, a number, true or false';
  if (operator === 'contains') {
    const isPossible = field.type === 'array' || (typeof wanted === 'string' && field.type !== 'object');
    return isPossible ? null : `${field.name} is no list, so this must be a text`;
  }
  if (operator !== 'contains' && !isDay(wanted)) return 'must be a date or an RFC 3339 date-time';
  if (!(operator in COMPARISONS)) return null;
  if (!ORDERED.includes(field.type)) return `values of type ${field.type} have no order`;
  if (field.type === 'number') return typeof wanted === 'number' ? null : 'must be a number';
  if (typeof wanted !== 'string') return 'must be a text';
  return isOfTime(field) && !isMoment(wanted) ? 'must be a date or an RFC 3339 date-time' : null;
}

/** Days and moments, which may be written in more than one way. */
function isOfTime(field: FieldDefinition): boolean {
  return field.type === 'date' && field.format !== 'time';
}

function isStorableText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\u0000');
}

function condition(
  parts: Parts,
  field: FieldDefinition,
  operator: string,
  wanted: FilterValue | FilterValue[],
): string {
  const name = (): string => parts.key(field);
  switch (operator) {
    case 'eq':
      return isOneOf(parts, field, [wanted as FilterValue]);
    case 'ne':
      return `(${isOneOf(parts, field, [wanted as FilterValue])}) IS NOT TRUE`;
    case 'in':
      return isOneOf(parts, field, wanted as FilterValue[]);
    case 'exists':
      return `coalesce(jsonb_typeof(record.data_values -> ${name()}), 'null') ${wanted ? '<>' : '='} 'null'`;
    case 'contains': {
      if (field.type === 'array')
        return `record.data_values -> ${name()} @> ${parts.value(JSON.stringify([wanted]))}::jsonb`;
      const pattern = `%${String(wanted).replace(/[\\%_]/g, '\\$&')}%`;
      return `record.data_values ->> ${name()} ILIKE ${parts.value(pattern)}`;
    }
    default:
      return compared(parts, field, COMPARISONS[operator] ?? '=', wanted as string | number);
  }
}

/** As the check tells values apart: days and moments by when they are, ids of records without regard to case. */
function isOneOf(parts: Parts, field: FieldDefinition, wanted: FilterValue[]): string {
  const name = parts.key(field);
  if (isOfTime(field)) {
    const moments = `SELECT as_moment(each) FROM unnest(${parts.value(wanted.map(String))}::text[]) AS each`;
    return `as_moment(record.data_values ->> ${name}) IN (${moments})`;
  }
  const ids = field.type === 'reference';
  const texts = wanted.map((each) => JSON.stringify(ids && typeof each === 'string' ? each.toLowerCase() : each));
  const value = ids ? `lower((record.data_values -> ${name})::text)::jsonb` : `record.data_values -> ${name}`;
  return `${value} = ANY (${parts.value(texts)}::jsonb[])`;
}

function compared(parts: Parts, field: FieldDefinition, sign: string, wanted: string | number): string {
  const name = parts.key(field);
  const value = parts.value(wanted);
  // A record may have been made when the field was of another type.
  if (field.type === 'number') {
    const number = `CASE jsonb_typeof(record.data_values -> ${name}) WHEN 'number' THEN (record.data_values -> ${name})::numeric END`;
    return `${number} ${sign} ${value}::numeric`;
  }
  if (isOfTime(field)) {
    return `as_moment(record.data_values ->> ${name}) ${sign} as_moment(${value})`;
  }
  return `record.data_values ->> ${name} COLLATE "C" ${sign} ${value}`;
}
