import { type FieldType } from './definition.js';

/** The rules of each type, beside those of all. */
export const RULES_OF: Record<FieldType, readonly string[]> = {
  string: [
    'regex',
    'min',
    'max',
    'min_length',
    'max_length',
    'format',
    'case',
    'template',
    'expression',
    'default',
    'searchable',
  ],
  number: [
    ...['min', 'max', 'exclusive_min', 'exclusive_max', 'decimals', 'integer', 'step'],
    ...['distribution', 'sequence', 'expression', 'default', 'searchable'],
  ],
  date: ['min', 'max', 'format', 'after', 'before', 'default', 'searchable'],
  boolean: ['probability', 'expression', 'default', 'searchable'],
  options: ['options', 'weights', 'default', 'searchable'],
  reference: ['reference_schema_id', 'cardinality', 'distribution', 'earlier_rows', 'searchable'],
  array: ['items', 'min_items', 'max_items', 'unique_items'],
  object: ['fields', 'schema'],
};

/** What every field has. */
export const FOR_ALL: readonly string[] = ['id', 'name', 'type', 'description', 'required', 'unique', 'null_rate'];

/** All rules there are. */
export const RULES: ReadonlySet<string> = new Set(Object.values(RULES_OF).flat());
