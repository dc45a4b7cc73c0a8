import { type FieldDefinition } from '../definition/definition.js';
import { parseTime } from '../values/date-bound.js';
import { dateValue } from './expression.js';
import { type Value, type ValueType } from './functions.js';

/** The type that a field has in expressions; null for fields that they cannot use. */
export function valueTypeOf(field: FieldDefinition): ValueType | null {
  switch (field.type) {
    case 'string':
    case 'reference':
      return 'text';
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'date':
      return field.format === 'time' ? 'time' : 'date';
    case 'options': {
      const types = new Set((field.options ?? []).map((option) => typeof option));
      if (types.size !== 1) return null;
      return types.has('number') ? 'number' : types.has('string') ? 'text' : 'boolean';
    }
    case 'array':
    case 'object':
      return null;
  }
}

/** A field's JSON value as expressions see it; null also where it is not of the field's type. */
export function asValue(type: ValueType, value: unknown): Value {
  if (type === 'number') return typeof value === 'number' ? value : null;
  if (type === 'boolean') return typeof value === 'boolean' ? value : null;
  if (typeof value !== 'string') return null;
  return type === 'text' ? value : type === 'date' ? dateValue(value) : parseTime(value);
}
