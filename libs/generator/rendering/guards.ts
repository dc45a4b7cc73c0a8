import { type FieldDefinition, type SchemaDefinition } from '../definition/definition.js';
import { expressionOf, valueReaders } from '../values/derived-values.js';
import { type AnyPlan, isDerived } from '../values/field-plan.js';
import { valueCheck } from '../validation/value-check.js';
import { type GuardPlan } from './table.js';

const BOUNDS = ['min', 'max', 'min_length', 'max_length', 'exclusive_min', 'exclusive_max'] as const;

/** The conditions of a definition: its rules, and what derived fields must be. */
export function guardsOf(
  definition: SchemaDefinition,
  fields: ReadonlyMap<string, FieldDefinition>,
  plans: readonly AnyPlan[],
): GuardPlan[] {
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
  const derived = definition.fields.filter((field, f) => isMade(field) && isBound(field, plans[f]!, fields));
  return [...rules, ...derived.map(derivedGuard)];
}

const isMade = (field: FieldDefinition): boolean => field.expression !== undefined || field.template !== undefined;

/** Whether a derived value may be one that the field must not have. Templates give a text wherever their fields have values. */
function isBound(field: FieldDefinition, plan: AnyPlan, fields: ReadonlyMap<string, FieldDefinition>): boolean {
  const isText = field.template !== undefined && isDerived(plan);
  if (isText) return field.required === true && plan.needs.some((name) => mayBeNull(fields.get(name)!));
  return field.required === true || BOUNDS.some((rule) => field[rule] !== undefined);
}

function mayBeNull(field: FieldDefinition): boolean {
  return !field.required && (field.null_rate !== undefined || field.type === 'reference' || isMade(field));
}

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
