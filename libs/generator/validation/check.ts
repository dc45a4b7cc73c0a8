import { type FieldDefinition, type Problem, type SchemaDefinition } from '../definition/definition.js';
import { isPlainObject, pointerStep, shown } from '../definition/reader.js';
import { rowChecks } from './row-checks.js';
import { valueCheck, type ValueCheck } from './value-check.js';

interface FieldCheck {
  readonly field: FieldDefinition;
  readonly name: string;
  readonly required: boolean;
  readonly pointer: string;
  readonly check: ValueCheck;
}

/**
 * Compiles the check of a definition's values: every failing field with rule, bound and value. The check never throws, and
 * takes time linear in the size of the values. `now` is what bounds like `now-30d` are measured from.
 */
export function compileCheck(definition: SchemaDefinition): (values: unknown, now: number) => Problem[] {
  const checks = definition.fields.map((field) => ({
    field,
    name: field.name,
    required: field.required === true,
    pointer: `/${pointerStep(field.name)}`,
    check: valueCheck(field),
  }));
  const known = new Set(definition.fields.map((field) => field.name));
  const acrossFields = rowChecks(definition);
  return (values, now) => {
    if (!isPlainObject(values)) return [{ pointer: '', code: 'type', message: 'the values must be an object' }];
    const problems: Problem[] = [];
    for (const each of checks) checkField(each, values, now, problems);
    for (const name in values) {
      if (!known.has(name) && Object.hasOwn(values, name))
        problems.push({
          pointer: `/${pointerStep(name)}`,
          code: 'unknown_field',
          message: `the schema has no field ${shown(name)}`,
        });
    }
    // What fields have to do with each other is for values that are right by themselves.
    if (problems.length === 0) for (const check of acrossFields) check(values, problems);
    return problems;
  };
}

function checkField(each: FieldCheck, values: Record<string, unknown>, now: number, problems: Problem[]): void {
  const { name, pointer } = each;
  const value = values[name];
  if (value === undefined || value === null || !Object.hasOwn(values, name)) {
    if (each.required) problems.push({ pointer, code: 'required', message: `${name} is required` });
    return;
  }
  const failures = each.check(value, now);
  if (failures === null) return;
  for (const failure of failures)
    problems.push({
      pointer: pointer + (failure.pointer ?? ''),
      code: failure.code,
      message: `${name}${failure.message.startsWith(':') ? '' : ' '}${failure.message}`,
    });
}
