import type { FieldDefinition, SchemaDefinition } from '../../libs/generator/index.js';
import type { FieldConditions } from './record-filter.dto.js';
import type { SearchKind } from './search.entity.js';
import type { KnownSearchField } from './search-fields.repository.js';
import type { SqlParams } from './stored-values.js';

/** Operators that the values of searchable fields answer; `ne` and `contains` look at the records. */
const INDEXED = ['eq', 'in', 'lt', 'lte', 'gt', 'gte', 'exists'];

/** Whether conditions can be met from the values of a searchable field. */
export function areIndexed(conditions: FieldConditions): boolean {
  return Object.keys(conditions).every((operator) => INDEXED.includes(operator) || operator === 'ne');
}

/** Searchable fields, by id. */
export type SearchableFields = ReadonlyMap<string, KnownSearchField>;

/** Those whose values are all there. */
export function readyOnes(known: SearchableFields): SearchableFields {
  return new Map([...known].filter(([, { is_ready }]) => is_ready));
}

/** The searchable one among fields that have this name in a definition. */
export function searchableField(
  { fields }: SchemaDefinition,
  searchable: SearchableFields,
  name: string,
): { field: FieldDefinition; known: KnownSearchField } | null {
  const field = fields.find((each) => each.name === name);
  const known = field && searchable.get(field.id);
  return known ? { field, known } : null;
}

/**
 * What must hold of `search_values AS value` for the conditions on a field to hold. It may hold for more: texts are kept by their
 * first characters, so the records themselves are asked, too. Null where nothing narrows the values down.
 */
export function searchConditions(
  params: SqlParams,
  { type }: FieldDefinition,
  kind: SearchKind,
  conditions: FieldConditions,
): string | null {
  const key = (wanted: unknown): string => {
    const json = `${params.add(JSON.stringify(wanted))}::jsonb`;
    return `search_number(${json}, '${kind}'), search_text(${json}, '${kind}')`;
  };
  const parts = Object.entries(conditions).flatMap(([operator, wanted]): string[] => {
    switch (operator) {
      case 'eq':
        return [`(value.number, value.text) = (${key(wanted)})`];
      case 'in': {
        const list = `unnest(${params.add((wanted as unknown[]).map((each) => JSON.stringify(each)))}::jsonb[]) AS given (wanted)`;
        return [
          `(value.number, value.text) IN (SELECT search_number(wanted, '${kind}'), search_text(wanted, '${kind}') FROM ${list})`,
        ];
      }
      case 'exists':
        return [`value.number ${wanted ? '<' : '='} 'NaN'`];
      case 'lt':
      case 'lte':
        return [bound(kind, '<=', key(wanted))];
      case 'gt':
      case 'gte':
        return [bound(kind, '>=', key(wanted))];
      default:
        return [];
    }
  });
  // Options of several types are compared as texts here, and by type in the records.
  return parts.length === 0 || type === 'array' || type === 'object' ? null : parts.join(' AND ');
}

/** Both ends included, since of a text only the beginning is there. */
function bound(kind: SearchKind, sign: '<=' | '>=', key: string): string {
  if (kind === 'text' || kind === 'id') return `value.number = 0 AND (value.number, value.text) ${sign} (${key})`;
  // What is missing is greater than everything.
  return `value.number < 'NaN' AND (value.number, value.text) ${sign} (${key})`;
}
