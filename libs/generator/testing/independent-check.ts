import { Ajv, type ValidateFunction } from 'ajv';
import { addDateKeywords } from './independent-dates.js';
import { FORMATS } from './independent-formats.js';
import { type DefinitionInput, type FieldInput } from './random-definitions.js';

/*
 * What a row must be, said once more by other means: Ajv, JavaScript's regular expressions, Date and Intl know nothing of
 * this library. It asks for more than the check does: a field without null_rate has a value in every row.
 */

type Values = Record<string, unknown>;
type Json = Record<string, unknown>;

const ajv = new Ajv({
  strict: true,
  strictTypes: false,
  allowUnionTypes: true,
  validateSchema: false,
  allErrors: true,
});
for (const [name, holds] of Object.entries(FORMATS)) ajv.addFormat(name, holds);
ajv.addKeyword({
  keyword: 'letterCase',
  type: 'string',
  validate: (to: string, text: unknown) => isInCase(String(text), to),
});
ajv.addKeyword({
  keyword: 'places',
  type: 'number',
  validate: (places: number, n: number) => Number(n.toFixed(places)) === n,
});
ajv.addKeyword({
  keyword: 'steps',
  type: 'number',
  validate: ([step, from]: [string, string], n: number) => (tenths(n) - tenths(from)) % tenths(step) === 0n,
});
addDateKeywords(ajv);

/** In units of the tenth decimal, exactly: no rule has more decimals. */
const tenths = (n: number | string): bigint => BigInt(Number(n).toFixed(10).replace('.', ''));

/** Says what is wrong with row `i`; nothing, as a rule. `ids` are what references may refer to. */
export function independentCheck(
  { fields, rules = [] }: DefinitionInput,
  ids: readonly string[],
): (values: Values, i: number) => string[] {
  const schema = objectOf(fields, ids);
  const validate: ValidateFunction = ajv.compile(schema);
  ajv.removeSchema(schema);
  return (values, i) => {
    validate(values);
    const wrong = (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
    for (const field of fields)
      if (!isMadeRight(field, values, i)) wrong.push(`/${field.name} is not what it is made of`);
    for (const { check } of rules) {
      const [, low = '', high = ''] = /^`(.*)` <= `(.*)`$/.exec(check)!;
      if (values[low] !== null && values[high] !== null && Number(values[low]) > Number(values[high]))
        wrong.push(check);
    }
    return wrong;
  };
}

function objectOf(fields: readonly FieldInput[], ids: readonly string[]): Json {
  return {
    type: 'object',
    properties: Object.fromEntries(fields.map((field) => [field.name, fieldSchema(field, ids)])),
    required: fields.map((field) => field.name),
    additionalProperties: false,
  };
}

function fieldSchema(field: FieldInput, ids: readonly string[]): Json {
  // What is made of a field without a value has none either.
  const mayMiss = field.null_rate !== undefined || (isMade(field) && !field.required);
  const schema = typeSchema(field, ids);
  return mayMiss ? { anyOf: [schema, { type: 'null' }] } : schema;
}

function typeSchema(field: FieldInput, ids: readonly string[]): Json {
  switch (field.type) {
    case 'string':
      return { type: 'string', ...textRules(field) };
    case 'number':
      return { type: 'number', ...numberRules(field) };
    case 'date':
      return { type: 'string', ...given({ dateForm: field.format, dateMin: field.min, dateMax: field.max }) };
    case 'boolean':
      return { type: 'boolean' };
    case 'options':
      return { enum: field.options };
    case 'reference':
      return { enum: ids };
    case 'array': {
      const { min_items: minItems, max_items: maxItems, unique_items: uniqueItems } = field;
      return {
        type: 'array',
        items: typeSchema({ name: '', ...(field.items as object) }, ids),
        ...given({ minItems, maxItems, uniqueItems }),
      };
    }
    default:
      return objectOf(field.fields as FieldInput[], ids);
  }
}

function textRules(field: FieldInput): Json {
  const minLength = field.min_length ?? field.min;
  const maxLength = field.max_length ?? field.max;
  const isFree = (field.regex ?? field.template ?? field.expression ?? field.format) === undefined;
  // Fewer characters than a@b.c has leave no room for an address.
  const isAddress = field.name === 'email' && isFree && Number(maxLength ?? Infinity) >= 5;
  const regex = isAddress ? '^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$' : field.regex;
  const pattern = regex === undefined ? undefined : inJavaScript(String(regex));
  return given({ minLength, maxLength, pattern, format: field.format, letterCase: field.case });
}

/** A pattern of the random definitions in JavaScript's dialect. */
function inJavaScript(pattern: string): string {
  return pattern.replaceAll('\\pL', '\\p{L}').replace('(?i)ab[^a-z]', '[aA][bB][^a-zA-Z]');
}

function numberRules(field: FieldInput): Json {
  const number = (value: unknown): number | undefined => (value === undefined ? undefined : Number(value));
  return given({
    minimum: number(field.min),
    maximum: number(field.max),
    exclusiveMinimum: number(field.exclusive_min),
    exclusiveMaximum: number(field.exclusive_max),
    places: field.integer ? 0 : field.decimals,
    steps: field.step === undefined ? undefined : [field.step, field.min ?? 0],
  });
}

const given = (rules: Json): Json =>
  Object.fromEntries(Object.entries(rules).filter(([, value]) => value !== undefined));

function isInCase(text: string, to: string): boolean {
  if (to === 'lower') return text === text.toLowerCase();
  if (to === 'upper') return text === text.toUpperCase();
  const words = [...text.matchAll(/\p{L}[\p{L}\p{M}\p{N}'’]*/gu)].map(([word]) => [...word]);
  return words.every(
    ([first = '', ...rest]) => first === first.toUpperCase() && rest.join('') === rest.join('').toLowerCase(),
  );
}

const isMade = (field: FieldInput): boolean =>
  field.template !== undefined || field.expression !== undefined || field.after !== undefined;

/** Templates, expressions, sequences and dates in order, as far as the random definitions have them. */
function isMadeRight(field: FieldInput, values: Values, i: number): boolean {
  const value = values[field.name];
  if (field.sequence !== undefined) {
    const { start, step } = field.sequence as { start: number; step: string };
    return value === null || value === start + i * Number(step);
  }
  const source = /\{(.*)\}-x|`(.*)` \* 2/.exec(String(field.template ?? field.expression ?? ''));
  const other = values[source?.[1] ?? source?.[2] ?? String(field.after)];
  if (!isMade(field) || value === null) return true;
  // There is nothing to come after: any date will do.
  if (field.after !== undefined && other === null) return true;
  if (field.template !== undefined) return value === `${String(other)}-x`;
  if (field.expression !== undefined) return Math.abs(Number(value) - Number(other) * 2) <= 0.00005;
  return String(value) > String(other);
}
