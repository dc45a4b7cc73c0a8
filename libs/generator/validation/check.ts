import { type Problem, type SchemaDefinition } from '../definition/definition.js';
import { isPlainObject, pointerStep, shown } from '../definition/reader.js';
import { FieldTest } from './field-test.js';
import { quickCheck } from './quick-check.js';
import { rowChecks } from './row-checks.js';
import { valueCheck, type ValueCheck } from './value-check.js';

interface FieldCheck {
  readonly name: string;
  readonly required: boolean;
  readonly pointer: string;
  readonly check: ValueCheck;
  /** Whether every object has something of that name: then the value must be its own to count. */
  readonly isInherited: boolean;
}

/** How many names that are no field's are told one by one. */
const MAX_STRANGERS = 100;

type Values = Record<string, unknown>;

/**
 * Compiles the check of a definition's values: every failing field with rule, bound and value. The check never throws, and
 * takes time linear in the size of the values. How many problems there can be depends on the definition alone: of names that
 * are no field's, the first 100 are told, and the number of the others; of a list, those of the elements up to the one with
 * the twentieth. `now` is what bounds like `now-30d` are measured from.
 */
export function compileCheck(definition: SchemaDefinition): (values: unknown, now: number) => Problem[] {
  const { isFine, problemsOf } = fieldChecks(definition);
  const acrossFields = rowChecks(definition);
  return (values, now) => {
    if (!isPlainObject(values)) return [{ pointer: '', code: 'type', message: 'the values must be an object' }];
    const problems = isFine(values, now) ? [] : problemsOf(values, now);
    if (acrossFields.length === 0 || problems.length > 0) return problems;
    // What fields have to do with each other is for values that are right by themselves.
    for (const check of acrossFields) check(values, problems);
    return problems;
  };
}

/** The checks of fields by themselves: whether all is well, and what is not. Apart for the test that they agree. */
export function fieldChecks(definition: SchemaDefinition): {
  isFine: (values: Values, now: number) => boolean;
  problemsOf: (values: Values, now: number) => Problem[];
} {
  const { fields } = definition;
  const valueChecks = fields.map(valueCheck);
  const checks = fields.map((field, f) => ({
    name: field.name,
    required: field.required === true,
    pointer: `/${pointerStep(field.name)}`,
    check: valueChecks[f]!,
    isInherited: field.name in Object.prototype,
  }));
  return {
    isFine: quickCheck(fields.map((field, f) => new FieldTest(field, valueChecks[f]!))),
    problemsOf: collector(checks),
  };
}

function collector(checks: readonly FieldCheck[]): (values: Values, now: number) => Problem[] {
  const known = new Set(checks.map(({ name }) => name));
  return (values, now) => {
    const problems: Problem[] = [];
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
    return problems;
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
  const strangers = names.filter((name) => !known.has(name));
  for (const name of strangers.slice(0, MAX_STRANGERS)) {
    problems.push({
      pointer: `/${pointerStep(name)}`,
      code: 'unknown_field',
      message: `the schema has no field ${shown(name)}`,
    });
  }
  const untold = strangers.length - MAX_STRANGERS;
  if (untold > 0)
    problems.push({ pointer: '', code: 'unknown_field', message: `${untold} more names are no fields of the schema` });
}
