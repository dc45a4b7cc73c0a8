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
  /** Whether every object has something of that name: then the value must be its own to count. */
  readonly isInherited: boolean;
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
    isInherited: field.name in Object.prototype,
  }));
  const known = new Set(definition.fields.map((field) => field.name));
  const acrossFields = rowChecks(definition);
  const isFine = quickCheck(checks);
  return (values, now) => {
    if (!isPlainObject(values)) return [{ pointer: '', code: 'type', message: 'the values must be an object' }];
    const problems: Problem[] = [];
    if (isFine(values, now)) {
      if (acrossFields.length === 0) return problems;
      for (const check of acrossFields) check(values, problems);
      return problems;
    }
    let present = 0;
    for (const each of checks) {
      const value = values[each.name];
      if (value === undefined || (each.isInherited && !Object.hasOwn(values, each.name))) checkMissing(each, problems);
      else {
        present++;
        if (value === null) checkMissing(each, problems);
        else checkValue(each, value, now, problems);
      }
    }
    const names = Object.keys(values);
    // As many as fields were found: nothing else is there.
    if (names.length !== present) addStrangers(names, known, problems);
    // What fields have to do with each other is for values that are right by themselves: those went the quick way.
    return problems;
  };
}

/**
 * Whether all values keep all rules, each by itself: nearly all that are checked do. Goes along the values, whose names
 * mostly come in the order of the fields, and looks nothing up as long as they do.
 */
function quickCheck(checks: readonly FieldCheck[]): (values: Record<string, unknown>, now: number) => boolean {
  const places = new Map(checks.map(({ name }, f) => [name, f]));
  const required = checks.filter((each) => each.required).length;
  return (values, now) => {
    let next = 0;
    let missing = required;
    for (const name in values) {
      let each = checks[next];
      if (each === undefined || each.name !== name) {
        next = places.get(name) ?? -1;
        if (next < 0) return false;
        each = checks[next]!;
      }
      next++;
      const value = values[name];
      if (value === null || value === undefined) continue;
      if (each.check(value, now) !== null) return false;
      if (each.required) missing--;
    }
    return missing === 0;
  };
}

function checkMissing({ required, pointer, name }: FieldCheck, problems: Problem[]): void {
  if (required) problems.push({ pointer, code: 'required', message: `${name} is required` });
}

function checkValue({ check, pointer, name }: FieldCheck, value: unknown, now: number, problems: Problem[]): void {
  const failures = check(value, now);
  if (failures === null) return;
  for (const failure of failures)
    problems.push({
      pointer: pointer + (failure.pointer ?? ''),
      code: failure.code,
      message: `${name}${failure.message.startsWith(':') ? '' : ' '}${failure.message}`,
    });
}

function addStrangers(names: readonly string[], known: ReadonlySet<string>, problems: Problem[]): void {
  for (const name of names) {
    if (!known.has(name))
      problems.push({
        pointer: `/${pointerStep(name)}`,
        code: 'unknown_field',
        message: `the schema has no field ${shown(name)}`,
      });
  }
}
