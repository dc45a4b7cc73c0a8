import { type Problem, type SchemaDefinition } from '../definition/definition.js';

/** A set of fields whose values together are unique. */
export interface UniqueKey {
  /** The fields' ids, joined by commas: stays the same when fields are renamed or moved. */
  id: string;
  /** The fields' names. */
  fields: string[];
}

/**
 * The keys of a definition that bind: single unique fields in the order of the fields, then the sets of several. A set that
 * contains another key says nothing new and is left out.
 */
export function bindingKeys(definition: SchemaDefinition): UniqueKey[] {
  const singles = definition.fields.filter((field) => field.unique).map((field) => [field.name]);
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

/** Keys that share a field without one containing the other: they cannot be dealt out independently yet. */
export function overlapProblems(definition: SchemaDefinition): Problem[] {
  const keys = bindingKeys(definition);
  const problems: Problem[] = [];
  keys.forEach((key, k) => {
    const other = keys.slice(0, k).find((earlier) => earlier.fields.some((name) => key.fields.includes(name)));
    if (!other) return;
    const index = (definition.unique ?? []).findIndex((fields) => fields.join('\u0000') === key.fields.join('\u0000'));
    problems.push({
      pointer: `/unique/${index}`,
      code: 'unique.overlap',
      message: `the key (${key.fields.join(', ')}) shares a field with (${other.fields.join(', ')}); overlapping keys are not supported yet`,
    });
  });
  return problems;
}
