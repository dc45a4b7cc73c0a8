import { type FieldDefinition, type SchemaDefinition } from '../definition/definition.js';

/** A set of fields whose values together are unique. */
export interface UniqueKey {
  /** The fields' ids, joined by commas: stays the same when fields are renamed or moved. */
  id: string;
  /** The fields' names. */
  fields: string[];
}

/** Whether no two rows may have the same value of the field. */
export function isUnique(field: FieldDefinition): boolean {
  return field.unique === true || field.cardinality === 'one_to_one';
}

/**
 * The keys of a definition that bind: single unique fields in the order of the fields, then the sets of several. A set that
 * contains another key says nothing new and is left out.
 */
export function bindingKeys(definition: SchemaDefinition): UniqueKey[] {
  const singles = definition.fields.filter(isUnique).map((field) => [field.name]);
  const all = [...singles, ...(definition.unique ?? [])];
  const binding = all.filter((key, k) => !all.some((other, o) => implies(other, o, key, k)));
  const idOf = new Map(definition.fields.map((field) => [field.name, field.id]));
  return binding.map((fields) => ({ id: fields.map((name) => idOf.get(name) ?? name).join(), fields: [...fields] }));
}

/** Whether `other` makes `key` superfluous: it is a part of it, or the same and stands first. */
function implies(other: readonly string[], o: number, key: readonly string[], k: number): boolean {
  if (o === k || !other.every((name) => key.includes(name))) return false;
  return other.length < key.length || o < k;
}
