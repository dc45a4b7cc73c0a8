import { type FieldDefinition, type Problem, type SchemaDefinition } from '../definition/definition.js';
import { MAX_TEXT } from '../definition/limits.js';
import { isPlainObject, isStorable, pointerStep, Problems, shown } from '../definition/reader.js';
import { compilePattern } from '../patterns/pattern.js';
import { compareInstants, type Instant, parseInstant } from '../values/instant.js';

/** Checks one value that is not null; reports through `fail(code, message)`. */
type ValueCheck = (value: unknown, fail: (code: string, message: string) => void) => void;

/**
 * Compiles the check of a definition's values: every failing field with rule, bound and value. The check never throws, and
 * takes time linear in the size of the values.
 */
export function compileCheck(definition: SchemaDefinition): (values: unknown) => Problem[] {
  const checks = definition.fields.map((field) => ({
    field,
    pointer: `/${pointerStep(field.name)}`,
    check: valueCheck(field),
  }));
  const known = new Set(definition.fields.map((field) => field.name));
  return (values) => {
    const problems = new Problems();
    if (!isPlainObject(values)) {
      problems.add('', 'type', 'the values must be an object');
      return problems.list;
    }
    for (const { field, pointer, check } of checks) {
      const value = Object.hasOwn(values, field.name) ? values[field.name] : undefined;
      if (value !== undefined && value !== null)
        check(value, (code, message) => problems.add(pointer, code, `${field.name} ${message}`));
      else if (field.required) problems.add(pointer, 'required', `${field.name} is required`);
    }
    for (const name of Object.keys(values)) {
      if (!known.has(name))
        problems.add(`/${pointerStep(name)}`, 'unknown_field', `the schema has no field ${shown(name)}`);
    }
    return problems.list;
  };
}

function valueCheck(field: FieldDefinition): ValueCheck {
  switch (field.type) {
    case 'string':
      return stringCheck(field);
    case 'number':
      return numberCheck(field);
    case 'date':
      return dateCheck(field);
    case 'boolean':
      return (value, fail) => {
        if (typeof value !== 'boolean') fail('type', `must be true or false, not ${shown(value)}`);
      };
    case 'options':
      return optionsCheck(field);
    case 'reference':
      return (value, fail) => {
        if (typeof value !== 'string' || !UUID.test(value))
          fail('type', `must be the id (UUID) of a record, not ${shown(value)}`);
      };
  }
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

function stringCheck(field: FieldDefinition): ValueCheck {
  const pattern = field.regex === undefined ? null : compilePattern(field.regex);
  const min = Number(field.min ?? 0);
  const max = Number(field.max ?? MAX_TEXT);
  const hasLengthRule = field.min !== undefined || field.max !== undefined;
  return (value, fail) => {
    if (typeof value !== 'string') return fail('type', `must be a text, not ${shown(value)}`);
    if (value.length > MAX_TEXT) return fail('max', `must have at most ${MAX_TEXT} characters, not ${value.length}`);
    if (!isStorable(value)) return fail('text', 'must not have NUL or half a surrogate pair in it');
    const length = hasLengthRule ? codePoints(value) : min;
    if (length < min) fail('min', `must have at least ${min} characters, not ${length}`);
    if (length > max) fail('max', `must have at most ${max} characters, not ${length}`);
    if (pattern && !pattern.matches(value))
      fail('regex', `must match ${pattern.source}, which ${shown(value)} does not`);
  };
}

/** The length of a well-formed text in code points. */
function codePoints(text: string): number {
  let count = text.length;
  for (let i = 0; i < text.length; i++) if ((text.charCodeAt(i) & 0xfc00) === 0xdc00) count--;
  return count;
}

function numberCheck(field: FieldDefinition): ValueCheck {
  // As doubles on both sides: the value 0.01 is the double nearest to it, and so is the bound "0.01".
  const min = Number(field.min ?? -Infinity);
  const max = Number(field.max ?? Infinity);
  return (value, fail) => {
    if (typeof value !== 'number' || !Number.isFinite(value))
      return fail('type', `must be a number, not ${shown(value)}`);
    if (value < min) fail('min', `must be at least ${field.min}, not ${shown(value)}`);
    if (value > max) fail('max', `must be at most ${field.max}, not ${shown(value)}`);
  };
}

function dateCheck(field: FieldDefinition): ValueCheck {
  const min = field.min === undefined ? null : parseInstant(String(field.min));
  const max = field.max === undefined ? null : parseInstant(String(field.max));
  return (value, fail) => {
    const instant = typeof value === 'string' && value.length <= 60 ? parseInstant(value) : null;
    if (!instant) return fail('type', `must be a date (2024-08-14) or an RFC 3339 date-time, not ${shown(value)}`);
    if (min && compareInstants(instant, min) < 0) fail('min', `must not be before ${field.min}, as ${shown(value)} is`);
    if (max && isAfter(instant, max)) fail('max', `must not be after ${field.max}, as ${shown(value)} is`);
  };
}

/** A day as upper bound includes all of that day. */
function isAfter(instant: Instant, max: Instant): boolean {
  return max.hasTime ? compareInstants(instant, max) > 0 : instant.seconds >= max.seconds + 86_400;
}

function optionsCheck(field: FieldDefinition): ValueCheck {
  const allowed = new Set<unknown>(field.options);
  const list = shown(field.options);
  return (value, fail) => {
    if (!allowed.has(value)) fail('options', `must be one of ${list}, not ${shown(value)}`);
  };
}
