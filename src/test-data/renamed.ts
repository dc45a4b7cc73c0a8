import type { SchemaDefinition } from '../../libs/generator/index.js';

/** Values under the names that their fields have now: renaming a field leaves the records as they are. */
export function renamed(
  values: Record<string, unknown>,
  then: SchemaDefinition,
  now: SchemaDefinition,
): Record<string, unknown> {
  const names = new Map(then.fields.map((field) => [field.id, field.name]));
  const known = now.fields.filter(({ id }) => Object.hasOwn(values, names.get(id) ?? ''));
  return Object.fromEntries(known.map(({ id, name }) => [name, values[names.get(id) ?? '']]));
}
