import { type FieldDefinition } from '../definition/definition.js';

/** The fewest and most code points of a string field's texts; `max` is Infinity without a rule. */
export function lengthsOf(field: FieldDefinition): { min: number; max: number } {
  const min = field.min_length ?? field.min;
  const max = field.max_length ?? field.max;
  return { min: Number(min ?? 0), max: max === undefined ? Infinity : Number(max) };
}
