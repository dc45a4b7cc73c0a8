import type { FieldDefinition, ItemDefinition, SchemaDefinition } from '../generator/definition/definition.js';
import { bindingKeys } from '../generator/uniqueness/keys.js';
import { valueCheck } from '../generator/validation/value-check.js';
import { isDerived } from './derived-fields.js';
import { fieldAt, type FoundField } from './mask-paths.js';
import { MASK_METHODS, type MaskRule } from './mask-rule.js';

/** Something wrong with what is asked of a field. */
export interface MaskProblem {
  path: string;
  code: string;
  message: string;
}

/** Under these, different values may become the same. */
const NOT_DISTINCT: readonly MaskRule[] = ['name'];

/** Everything that is wrong with masks, before any row is seen. `whole` is the definition with embedded schemas in place. */
export function maskProblems(whole: SchemaDefinition, rules: Record<string, unknown>): MaskProblem[] {
  return Object.entries(rules).flatMap(([path, rule]) => {
    const found = fieldAt(whole.fields, path);
    const problem = found ? problemOf(whole, found, rule, path) : ['unknown_field', `the schema has no field ${path}`];
    return problem ? [{ path, code: problem[0] as string, message: problem[1] as string }] : [];
  });
}

type Found = [code: string, message: string] | null;

function problemOf(whole: SchemaDefinition, found: FoundField, rule: unknown, path: string): Found {
  if (!isRule(rule)) return ['method', `must be one of ${MASK_METHODS.join(', ')}, or { "value": … }`];
  const { field } = found;
  if (isDerived(field)) return ['derived', `${path} is made of other fields; mask those`];
  if (isInKey(whole, path) && (typeof rule === 'object' || NOT_DISTINCT.includes(rule)))
    return ['unique', `${path} is unique, and this mask gives different records the same value`];
  if (typeof rule === 'object') return fixedProblem(field, rule.value, path);
  if (rule === 'null')
    return field.required || path.endsWith('[]') ? ['required', `${path} cannot be without a value`] : null;
  if (rule === 'auto') return autoProblem(field, found.siblings, path);
  return field.type === 'string' ? null : ['type', `${rule} is for texts, and ${path} is of type ${field.type}`];
}

function isRule(rule: unknown): rule is MaskRule {
  if (typeof rule === 'string') return (MASK_METHODS as readonly string[]).includes(rule);
  return typeof rule === 'object' && rule !== null && Object.keys(rule).join() === 'value';
}

function isInKey(whole: SchemaDefinition, path: string): boolean {
  return bindingKeys(whole).some(({ fields }) => fields.includes(path.split(/[/[]/)[0] ?? ''));
}

function fixedProblem(field: FieldDefinition | ItemDefinition, value: unknown, path: string): Found {
  if (field.type === 'reference') return ['type', `${path} is a reference, which is carried over by itself`];
  if (value === null) return field.required ? ['required', `${path} cannot be without a value`] : null;
  const failure = valueCheck({ ...field, id: '', name: path })(value, Date.now())?.[0];
  return failure ? [failure.code, `${path} ${failure.message}`] : null;
}

function autoProblem(
  field: FieldDefinition | ItemDefinition,
  siblings: readonly FieldDefinition[],
  path: string,
): Found {
  if (field.items) return autoProblem(field.items, [], `${path}[]`);
  if (field.fields) {
    const inner = field.fields.filter((each) => !isDerived(each) && each.type !== 'reference');
    return (
      inner.map((each) => autoProblem(each, field.fields ?? [], `${path}/${each.name}`)).find((each) => each) ?? null
    );
  }
  if (field.type === 'reference') return ['type', `${path} is a reference, which is carried over by itself`];
  const { name, after, before } = field as FieldDefinition;
  const isOrdered = after ?? before ?? siblings.find((each) => (each.after ?? each.before) === name);
  if (field.type === 'date' && name !== undefined && isOrdered)
    return [
      'ordered',
      `${path} lies before or after another date, which it might not any more; give it a value or null`,
    ];
  return null;
}
