import { type FieldDefinition } from '../definition/definition.js';
import { itemCounts } from '../definition/nested-reader.js';
import { pointerStep } from '../definition/reader.js';
import { isUnique } from '../uniqueness/keys.js';

/** A field that refers to records of another schema. */
export interface ReferenceField {
  /** The field's name; within objects and arrays with those around it: `lines[]/product`. */
  field: string;
  fieldId: string;
  schemaId: string;
  /** How many records there must be for a row to be made: 0 where the row can do without, mostly 1, more where an array needs different ones. */
  fewest: number;
  /** Whether the field by itself is unique: at most one row per record. */
  unique: boolean;
  /** Whether earlier rows of the same run may be referred to, too. */
  earlierRows: boolean;
}

/** A record that a row refers to. */
export interface Link {
  /** As ReferenceField.field. */
  field: string;
  schemaId: string;
  /** JSON pointer (RFC 6901) to the id in the row. */
  pointer: string;
  /** The record's id. */
  id: string;
}

/** A definition's references, those within objects and arrays included. */
export function referenceFields(fields: readonly FieldDefinition[]): ReferenceField[] {
  return fields.flatMap((field) => referencesOf(field, field.name, field.required ? 1 : 0));
}

function referencesOf(field: FieldDefinition, at: string, fewest: number): ReferenceField[] {
  const { items, fields: inner } = field;
  if (items) {
    const { min } = itemCounts(field);
    const needed = fewest === 0 || min === 0 ? 0 : field.unique_items ? min : 1;
    return referencesOf({ ...items, id: field.id, name: field.name }, `${at}[]`, needed);
  }
  if (inner) {
    return inner.flatMap((each) => referencesOf(each, `${at}/${each.name}`, each.required ? Math.min(1, fewest) : 0));
  }
  if (field.type !== 'reference') return [];
  const { id: fieldId, reference_schema_id: schemaId = '', earlier_rows: earlierRows = false } = field;
  return [{ field: at, fieldId, schemaId, fewest, unique: isUnique(field), earlierRows }];
}

/** Finds the records that a row refers to. Values of other types than the definition's are passed over. */
export function linksOf(fields: readonly FieldDefinition[], values: unknown): Link[] {
  const links: Link[] = [];
  collect(fields, values, '', '', links);
  return links;
}

function collect(
  fields: readonly FieldDefinition[],
  values: unknown,
  path: string,
  pointer: string,
  links: Link[],
): void {
  if (typeof values !== 'object' || values === null || Array.isArray(values)) return;
  for (const field of fields) {
    if (!Object.hasOwn(values, field.name)) continue;
    const value = (values as Record<string, unknown>)[field.name];
    follow(field, value, `${path}${field.name}`, `${pointer}/${pointerStep(field.name)}`, links);
  }
}

function follow(
  field: Omit<FieldDefinition, 'id' | 'name'>,
  value: unknown,
  at: string,
  pointer: string,
  links: Link[],
): void {
  const { items, fields, reference_schema_id: schemaId } = field;
  if (items) {
    if (!Array.isArray(value)) return;
    value.forEach((each, k) => follow(items, each, `${at}[]`, `${pointer}/${k}`, links));
  } else if (fields) collect(fields, value, `${at}/`, pointer, links);
  else if (schemaId !== undefined && typeof value === 'string') links.push({ field: at, schemaId, pointer, id: value });
}
