import { compileExpression } from '../expressions/expression.js';
import { valueTypeOf } from '../expressions/field-values.js';
import { type ValueType } from '../expressions/functions.js';
import { ExpressionError } from '../expressions/tokens.js';
import { unitOf } from '../values/date-bounds.js';
import { namesIn } from '../values/template.js';
import { type FieldDefinition, type RowRule } from './definition.js';
import { MAX_MESSAGE, MAX_RULES } from './limits.js';
import { isPlainObject, isStorable, type Problems, shown } from './reader.js';

type Fields = ReadonlyMap<string, FieldDefinition>;

/** Checks what fields say of each other: that what they name is there, of the right type, and in no circle. */
export function checkDependencies(fields: readonly FieldDefinition[], pointer: string, problems: Problems): void {
  const byName = new Map(fields.map((field) => [field.name, field]));
  const before = problems.list.length;
  fields.forEach((field, f) => {
    const at = `${pointer}/fields/${f}`;
    const add = (rule: string, what: string, message: string): void =>
      problems.add(`${at}/${rule}`, `${rule}.${what}`, `${field.name}: ${message}`);
    checkTemplate(field, byName, add);
    checkOrder(field, byName, add);
    checkExpression(field, byName, add);
    if (field.type === 'object') checkDependencies(field.fields ?? [], at, problems);
    if (field.items?.type === 'object') checkDependencies(field.items.fields ?? [], `${at}/items`, problems);
  });
  if (problems.list.length === before) checkCircles(fields, byName, pointer, problems);
}

type Add = (rule: string, what: string, message: string) => void;

function checkTemplate(field: FieldDefinition, fields: Fields, add: Add): void {
  for (const name of namesIn(field.template ?? '')) {
    const other = fields.get(name);
    if (!other) add('template', 'unknown_field', `the template names ${shown(name)}, which is no field`);
    else if (other.type === 'array' || other.type === 'object')
      add('template', 'field_type', `the template names ${name}, which has no single value`);
    else if (field.required && mayBeMissing(other))
      add('template', 'optional_field', `${name} may have no value, so what is made of it cannot be required`);
  }
}

/** Whether rows are generated without a value of the field. */
function mayBeMissing(field: FieldDefinition): boolean {
  const isMade = field.template !== undefined || field.expression !== undefined;
  return !field.required && (Boolean(field.null_rate) || field.type === 'reference' || isMade);
}

function checkOrder(field: FieldDefinition, fields: Fields, add: Add): void {
  const rule = field.after === undefined ? 'before' : 'after';
  const name = field[rule];
  if (name === undefined) return;
  const other = fields.get(name);
  if (!other) return add(rule, 'unknown_field', `${rule} names ${shown(name)}, which is no field`);
  const alike = other.type === 'date' && unitOf(other) === unitOf(field);
  const bothTimes = (other.format === 'time') === (field.format === 'time');
  if (!alike || !bothTimes)
    add(rule, 'field_type', `${rule} names ${name}, which is not a date of the same format (days, moments, or times)`);
}

const RESULT: Partial<Record<FieldDefinition['type'], ValueType>> = {
  string: 'text',
  number: 'number',
  boolean: 'boolean',
};

function checkExpression(field: FieldDefinition, fields: Fields, add: Add): void {
  if (field.expression === undefined) return;
  const type = typeOrComplaint(field.expression, fields);
  if (type.wrong !== undefined) return add('expression', 'invalid', `expression: ${type.wrong}`);
  if (type.type !== RESULT[field.type])
    add('expression', 'type', `the expression gives a ${type.type}, and the field holds a ${field.type}`);
}

function typeOrComplaint(source: string, fields: Fields): { type?: ValueType; wrong?: string } {
  try {
    return { type: compileExpression(source, (name) => typeOf(fields, name)).type };
  } catch (error) {
    if (error instanceof ExpressionError) return { wrong: error.message };
    throw error;
  }
}

function typeOf(fields: Fields, name: string): ValueType | null {
  const field = fields.get(name);
  return field ? valueTypeOf(field) : null;
}

/** The fields that a field takes its value from. What it says must have been checked. */
export function needsOf(field: FieldDefinition, fields: Fields): readonly string[] {
  if (field.template !== undefined) return namesIn(field.template);
  if (field.expression !== undefined) return compileExpression(field.expression, (name) => typeOf(fields, name)).needs;
  const other = field.after ?? field.before;
  return other === undefined ? [] : [other];
}

function checkCircles(fields: readonly FieldDefinition[], byName: Fields, pointer: string, problems: Problems): void {
  const done = new Set<string>();
  const visit = (name: string, path: readonly string[]): readonly string[] | null => {
    if (path.includes(name)) return [...path.slice(path.indexOf(name)), name];
    if (done.has(name)) return null;
    for (const next of needsOf(byName.get(name)!, byName)) {
      const circle = visit(next, [...path, name]);
      if (circle) return circle;
    }
    done.add(name);
    return null;
  };
  for (const [f, field] of fields.entries()) {
    const circle = visit(field.name, []);
    if (!circle) continue;
    const rule = (['template', 'expression', 'after', 'before'] as const).find((each) => field[each] !== undefined);
    return problems.add(
      `${pointer}/fields/${f}/${rule ?? 'name'}`,
      `${rule ?? 'field'}.circle`,
      `these fields are made of each other: ${circle.join(' → ')}`,
    );
  }
}

/** Reads the rules of a schema: conditions over its fields. */
export function readRules(
  input: unknown,
  fields: readonly FieldDefinition[],
  problems: Problems,
): RowRule[] | undefined {
  if (input === undefined || input === null) return undefined;
  if (!Array.isArray(input) || input.length > MAX_RULES) {
    problems.add('/rules', 'rules.type', `rules must be a list of at most ${MAX_RULES} objects of check and message`);
    return undefined;
  }
  const byName = new Map(fields.map((field) => [field.name, field]));
  return input.flatMap((each: unknown, index) => {
    const at = `/rules/${index}`;
    const rule = ruleOf(each);
    if (!rule) {
      problems.add(
        at,
        'rules.type',
        `a rule must be an object of check and message (at most ${MAX_MESSAGE} characters)`,
      );
      return [];
    }
    const { type, wrong } = typeOrComplaint(rule.check, byName);
    if (wrong !== undefined) problems.add(`${at}/check`, 'rules.check', `rule: ${wrong}`);
    else if (type !== 'boolean') problems.add(`${at}/check`, 'rules.check', `rule: this gives a ${type}, no condition`);
    return [rule];
  });
}

function ruleOf(value: unknown): RowRule | null {
  if (!isPlainObject(value) || Object.keys(value).some((key) => key !== 'check' && key !== 'message')) return null;
  const { check, message } = value;
  if (typeof check !== 'string' || typeof message !== 'string' || message === '') return null;
  return message.length <= MAX_MESSAGE && isStorable(message) && isStorable(check) ? { check, message } : null;
}
