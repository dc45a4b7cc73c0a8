import { type FieldDefinition, type Problem, type SchemaDefinition } from '../definition/definition.js';
import { pointerStep, shown } from '../definition/reader.js';
import { asValue, valueTypeOf } from '../expressions/field-values.js';
import { type Value } from '../expressions/functions.js';
import { parseTime } from '../values/date-bound.js';
import { asResult, expressionOf, templateText } from '../values/derived-values.js';
import { compareInstants, parseInstant } from '../values/instant.js';

type Values = Record<string, unknown>;
type RowCheck = (values: Values, problems: Problem[]) => void;

/** The checks of what fields have to do with each other: templates, orders, expressions and rules. */
export function rowChecks(definition: SchemaDefinition): RowCheck[] {
  const fields = new Map(definition.fields.map((field) => [field.name, field]));
  return [
    ...definition.fields.flatMap((field) => {
      if (field.template !== undefined) return [templateCheck(field)];
      if (field.expression !== undefined) return [expressionCheck(field, fields)];
      if (field.after !== undefined || field.before !== undefined) return [orderCheck(field)];
      return [];
    }),
    ...(definition.rules ?? []).map((rule): RowCheck => {
      const { needs, run } = expressionOf(rule.check, fields);
      return (values, problems) => {
        if (run(valuesOf(needs, fields, values)) !== false) return;
        problems.push({ pointer: needs[0] === undefined ? '' : at(needs[0]), code: 'rule', message: rule.message });
      };
    }),
  ];
}

const at = (name: string): string => `/${pointerStep(name)}`;
const given = (values: Values, name: string): unknown => (Object.hasOwn(values, name) ? (values[name] ?? null) : null);

function valuesOf(names: readonly string[], fields: ReadonlyMap<string, FieldDefinition>, values: Values): Value[] {
  return names.map((name) => asValue(valueTypeOf(fields.get(name)!)!, given(values, name)));
}

function templateCheck(field: FieldDefinition): RowCheck {
  return (values, problems) => {
    const value = given(values, field.name);
    if (value === null) return;
    const expected = templateText(field, values);
    if (expected === null || value === expected) return;
    problems.push({
      pointer: at(field.name),
      code: 'template',
      message: `${field.name} must be ${shown(expected)} as its template says, not ${shown(value)}`,
    });
  };
}

function expressionCheck(field: FieldDefinition, fields: ReadonlyMap<string, FieldDefinition>): RowCheck {
  const { needs, run } = expressionOf(field.expression ?? '', fields);
  return (values, problems) => {
    const value = given(values, field.name);
    if (value === null) return;
    const expected = asResult(field, run(valuesOf(needs, fields, values)));
    if (expected === null || value === expected) return;
    problems.push({
      pointer: at(field.name),
      code: 'expression',
      message: `${field.name} must be ${shown(expected)} (${field.expression}), not ${shown(value)}`,
    });
  };
}

function orderCheck(field: FieldDefinition): RowCheck {
  const isAfter = field.after !== undefined;
  const other = (field.after ?? field.before)!;
  const word = isAfter ? 'after' : 'before';
  return (values, problems) => {
    const [value, bound] = [given(values, field.name), given(values, other)];
    if (typeof value !== 'string' || typeof bound !== 'string') return;
    const order = compare(value, bound);
    if (order === null || (isAfter ? order > 0 : order < 0)) return;
    problems.push({
      pointer: at(field.name),
      code: word,
      message: `${field.name} must lie ${word} ${other} (${bound}), not at ${shown(value)}`,
    });
  };
}

function compare(a: string, b: string): number | null {
  const [left, right] = [parseInstant(a), parseInstant(b)];
  if (left && right) return compareInstants(left, right);
  const [early, late] = [parseTime(a), parseTime(b)];
  return early === null || late === null ? null : early - late;
}
