import { type FieldDefinition } from '../definition/definition.js';
import { MAX_TEXT } from '../definition/limits.js';
import { compileExpression, type Expression } from '../expressions/expression.js';
import { asValue, valueTypeOf } from '../expressions/field-values.js';
import { rounded, type Value } from '../expressions/functions.js';
import { inCase } from '../formats/letter-case.js';
import { SpaceExhaustedError } from '../uniqueness/space-exhausted.js';
import { MAX_DECIMALS, parseDecimal, unitsAt } from './decimal.js';
import { type DerivedPlan, type Extent, type FieldWriter } from './field-plan.js';
import { writerOf } from './number-values.js';
import { MAX_SPAN } from './part.js';
import { namesIn, parseTemplate, type TemplateStep } from './template.js';

/** Numbers beyond this are not exact. */
const MAX_UNITS = 10 ** 15;

/** How a sequence goes on, in units of 10^-decimals, and how many rows it is exact for. */
function sequenceOf(field: FieldDefinition): { start: number; step: number; decimals: number; size: number } {
  const start = parseDecimal(field.sequence?.start ?? 1)!;
  const step = parseDecimal(field.sequence?.step ?? 1)!;
  const decimals = Math.max(start.decimals, step.decimals);
  const [first, each] = [Number(unitsAt(start, decimals)), Number(unitsAt(step, decimals))];
  const room = each > 0 ? MAX_UNITS - first : MAX_UNITS + first;
  const size = Math.max(0, Math.min(MAX_SPAN, Math.floor(room / Math.abs(each)) + 1));
  return { start: first, step: each, decimals, size };
}

/** Row i has the i-th number of the sequence. */
export function sequencePlan(field: FieldDefinition): DerivedPlan {
  const { start, step, decimals, size } = sequenceOf(field);
  const write = writerOf(decimals);
  const distinct: Extent = { size, exact: true };
  return {
    needs: [],
    distinct,
    derive: () => (i) => {
      if (i >= size) throw new SpaceExhaustedError(field.name, size);
      return write(start + i * step);
    },
  };
}

/** The text of a template for the JSON texts of its fields; null where one of them has no value. */
export function templatePlan(field: FieldDefinition): DerivedPlan {
  const steps = parseTemplate(field.template ?? '') as TemplateStep[];
  const names = namesIn(field.template ?? '');
  const alone = steps.filter((step) => step.field !== undefined).length === 1 && field.case === undefined;
  const finish = templateEnd(field);
  return {
    needs: names,
    ...(alone ? { distinctWith: names[0]! } : {}),
    derive: ({ of }) => {
      const parts = steps.map((step): string | FieldWriter =>
        step.field === undefined ? JSON.stringify(step.text).slice(1, -1) : of(step.field),
      );
      return (i) => {
        let text = '';
        for (const part of parts) {
          if (typeof part === 'string') text += part;
          else {
            const json = part(i);
            if (json === 'null') return 'null';
            text += json.charCodeAt(0) === 34 ? json.slice(1, -1) : json;
          }
        }
        return finish(`"${text}"`);
      };
    },
  };
}

/** Puts the text into its case and within the longest length; both hardly ever change anything. */
function templateEnd(field: FieldDefinition): (json: string) => string {
  const to = field.case;
  return (json) => {
    if (to === undefined && json.length <= MAX_TEXT) return json;
    return JSON.stringify(finished(field, JSON.parse(json) as string));
  };
}

function finished(field: FieldDefinition, text: string): string {
  const cased = field.case === undefined ? text : inCase(text, field.case);
  if (cased.length <= MAX_TEXT) return cased;
  // Not between the halves of a character.
  return cased.slice(0, MAX_TEXT).replace(/[\ud800-\udbff]$/, '');
}

/** The text that a template gives for a row's values; null where one of its fields has none. */
export function templateText(field: FieldDefinition, values: Record<string, unknown>): string | null {
  const steps = parseTemplate(field.template ?? '') as TemplateStep[];
  let text = '';
  for (const step of steps) {
    const value = step.field === undefined ? step.text : Object.hasOwn(values, step.field) ? values[step.field] : null;
    if (value === null || value === undefined) return null;
    text += typeof value === 'string' ? value : JSON.stringify(value);
  }
  return finished(field, text);
}

/** The value of a field's expression in a row. */
export function expressionPlan(field: FieldDefinition, fields: ReadonlyMap<string, FieldDefinition>): DerivedPlan {
  const expression = expressionOf(field.expression ?? '', fields);
  return {
    needs: expression.needs,
    derive: ({ of }) => {
      const read = valueReaders(expression.needs, fields, of);
      return (i) => JSON.stringify(asResult(field, expression.run(read(i))));
    },
  };
}

/** Compiles an expression over the fields of a schema. */
export function expressionOf(source: string, fields: ReadonlyMap<string, FieldDefinition>): Expression {
  return compileExpression(source, (name) => {
    const field = fields.get(name);
    return field ? valueTypeOf(field) : null;
  });
}

/** What a derived field has for an expression's value: numbers are rounded to the field's places. */
export function asResult(field: FieldDefinition, value: Value): Value {
  if (typeof value !== 'number') return value;
  const number = rounded(value, field.integer ? 0 : (field.decimals ?? MAX_DECIMALS));
  // -0 is no number that JSON can tell from 0.
  return Number.isFinite(number) ? number + 0 : null;
}

/** Reads the values of some fields of row i from their JSON texts. */
export function valueReaders(
  names: readonly string[],
  fields: ReadonlyMap<string, FieldDefinition>,
  of: (field: string) => FieldWriter,
): (i: number) => Value[] {
  const readers = names.map((name) => {
    const type = valueTypeOf(fields.get(name)!)!;
    const write = of(name);
    return (i: number): Value => asValue(type, JSON.parse(write(i)));
  });
  return (i) => readers.map((read) => read(i));
}
