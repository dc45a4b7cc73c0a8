import { type FieldDefinition, type SchemaDefinition } from '../definition/definition.js';
import { keyText } from './key-text.js';
import { parseTime } from '../values/date-bound.js';
import { parseInstant, writeInstant, writeTime } from '../values/instant.js';
import { type UniqueKey } from './keys.js';

/**
 * Compiles the reading of keys from values. A generated row and the same values typed in have the same keys: numbers as
 * JSON writes them, moments in UTC.
 */
export function keyReader(
  definition: SchemaDefinition,
  keys: readonly UniqueKey[],
): (values: Record<string, unknown>) => (string | null)[] {
  const fields = new Map(definition.fields.map((field) => [field.name, field]));
  const members = keys.map((key) => key.fields.map((name) => fields.get(name)!));
  return (values) => members.map((key) => keyText(key.map((field) => canonical(field, values))));
}

function canonical(field: FieldDefinition, values: Record<string, unknown>): string | null {
  const value = Object.hasOwn(values, field.name) ? values[field.name] : null;
  return value === null || value === undefined ? null : canonicalText(field, value);
}

/** The text by which a value is told apart from others of its field. */
export function canonicalText(field: Pick<FieldDefinition, 'type' | 'format'>, value: unknown): string {
  if (field.type === 'date' && typeof value === 'string') {
    const second = field.format === 'time' ? parseTime(value) : null;
    if (second !== null) return JSON.stringify(writeTime(second));
    const instant = parseInstant(value);
    return JSON.stringify(instant ? writeInstant(instant) : value);
  }
  // Ids of records compare without regard to case.
  return JSON.stringify(field.type === 'reference' && typeof value === 'string' ? value.toLowerCase() : value);
}
