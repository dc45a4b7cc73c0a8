import { type FieldDefinition, type SchemaDefinition } from '../definition/definition.js';
import { expressionOf, valueReaders } from '../values/derived-values.js';
import { valueCheck } from '../validation/value-check.js';
import { type GuardPlan } from './table.js';

const BOUNDS = ['min', 'max', 'min_length', 'max_length', 'exclusive_min', 'exclusive_max'] as const;

/** The conditions of a definition: its rules, and what derived fields must be. */
export function guardsOf(definition: SchemaDefinition, fields: ReadonlyMap<string, FieldDefinition>): GuardPlan[] {
  const rules = (definition.rules ?? []).map(({ check, message }): GuardPlan => {
    const { needs, run } = expressionOf(check, fields);
    return {
      needs,
      message,
      bind: (of) => {
        const read = valueReaders(needs, fields, of);
        // As in SQL, a rule that cannot be decided for want of a value is not broken.
        return (i) => run(read(i)) !== false;
      },
    };
  });
  const derived = definition.fields.filter((field) => field.expression !== undefined && isBound(field));
  return [...rules, ...derived.map(derivedGuard)];
}

/** Whether an expression may give what the field must not have. Templates give a text wherever their fields have values. */
const isBound = (field: FieldDefinition): boolean =>
  field.required === true || BOUNDS.some((rule) => field[rule] !== undefined);

function derivedGuard(field: FieldDefinition): GuardPlan {
  const check = valueCheck(field);
  return {
    needs: [field.name],
    message: `${field.name} must have an allowed value`,
    bind: (of) => {
      const write = of(field.name);
      return (i) => {
        const value: unknown = JSON.parse(write(i));
        return value === null ? field.required !== true : check(value, 0) === null;
      };
    },
  };
}
