import { type FieldDefinition, FIELD_TYPES, type FieldType, type ItemDefinition } from './definition.js';
import { isUuid } from './choice-reader.js';
import { readFieldOf } from './field-reader.js';
import { readFields } from './fields-reader.js';
import { MAX_DEPTH, MAX_ITEMS } from './limits.js';
import { isPlainObject, pointerStep, shown } from './reader.js';
import { type RuleReader } from './rule-reader.js';

/** The least and most elements of an array: as the rules say, else one to three. */
export function itemCounts(field: FieldDefinition): { min: number; max: number } {
  const min = field.min_items ?? Math.min(1, field.max_items ?? 1);
  return { min, max: field.max_items ?? Math.max(3, min) };
}

/** What an array's elements are, as a field that is called like one of them: `tags` have a `tag`. */
export function itemField(field: FieldDefinition): FieldDefinition {
  const name = field.name.length > 3 ? field.name.replace(/s$/, '') : field.name;
  return { type: 'string', ...field.items, id: '', name };
}

// What would need to see the whole row, or says when there is no element at all.
const NOT_IN_ITEMS = ['id', 'name', 'required', 'unique', 'null_rate', 'default', 'template', 'expression', 'sequence'];
const NEITHER_IN_ITEMS = ['after', 'before', 'earlier_rows', 'cardinality'];

/** Reads the rules of an array. */
export function readArray(reader: RuleReader, depth: number): void {
  const { field, problems } = reader;
  field.min_items = reader.whole('min_items', 0, MAX_ITEMS);
  field.max_items = reader.whole('max_items', 0, MAX_ITEMS);
  field.unique_items = reader.flag('unique_items');
  const { min, max } = itemCounts(field);
  if (min > max) reader.refuse('min_items', 'above_max', `min_items ${min} is above max_items ${max}`);
  const items = reader.get('items');
  if (!isPlainObject(items)) return reader.refuse('items', 'invalid', `items must be an object, not ${shown(items)}`);
  if (depth >= MAX_DEPTH)
    return reader.refuse('items', 'too_deep', `arrays and objects may stand in each other ${MAX_DEPTH} deep`);
  const odd = [...NOT_IN_ITEMS, ...NEITHER_IN_ITEMS].filter((rule) => Object.hasOwn(items, rule));
  for (const rule of odd) {
    if (items[rule] !== null && items[rule] !== undefined)
      problems.add(
        `${reader.pointer}/items/${pointerStep(rule)}`,
        `${rule}.not_applicable`,
        `${field.name}: the elements of an array have no ${rule}`,
      );
  }
  const type = FIELD_TYPES.find((each) => each === items.type);
  if (!type) return reader.refuse('items', 'type', `items: the type must be one of ${FIELD_TYPES.join(', ')}`);
  const rules = Object.fromEntries(Object.entries(items).filter(([rule]) => !odd.includes(rule)));
  field.items = readItem(reader, rules, type, depth);
  if (field.unique_items && (type === 'array' || type === 'object'))
    reader.refuse('unique_items', 'not_applicable', `elements of type ${type} cannot be told apart`);
}

function readItem(reader: RuleReader, items: Record<string, unknown>, type: FieldType, depth: number): ItemDefinition {
  const named = itemField({ ...reader.field, items: { type } });
  const {
    id: _id,
    name: _name,
    ...item
  } = readFieldOf(items, named, `${reader.pointer}/items`, reader.problems, depth + 1);
  return item;
}

/** Reads the rules of an object: its own fields, or another schema's. */
export function readObject(reader: RuleReader, depth: number): void {
  const { field, problems } = reader;
  reader.excludes('schema', ['fields'], 'an object has its own fields or those of a schema');
  if (depth >= MAX_DEPTH)
    return reader.refuse('fields', 'too_deep', `arrays and objects may stand in each other ${MAX_DEPTH} deep`);
  const schema = reader.get('schema');
  if (schema !== undefined) {
    if (isUuid(schema)) field.schema = schema.toLowerCase();
    else reader.refuse('schema', 'invalid', `schema must be the UUID of a schema, not ${shown(schema)}`);
    return;
  }
  field.fields = readFields(reader.get('fields'), reader.pointer, problems, depth + 1);
}
