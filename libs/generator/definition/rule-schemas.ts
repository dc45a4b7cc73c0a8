import { MAX_EXPRESSION } from '../expressions/tokens.js';
import { MAX_PATTERN_LENGTH } from '../patterns/limits.js';
import { MAX_DECIMALS } from '../values/decimal.js';
import { DATE_FORMATS, LETTER_CASES, TEXT_FORMATS } from './definition.js';
import { MAX_ITEMS, MAX_OPTION_LENGTH, MAX_OPTIONS, MAX_TEMPLATE, MAX_TEXT } from './limits.js';
import { SELF } from './self-reference.js';

/** A JSON Schema, or a part of one. */
export type JsonSchema = Record<string, unknown>;

/** The JSON Schema of one rule, its description first: editors show that. */
const rule = (description: string, schema: JsonSchema): JsonSchema => ({ description, ...schema });

const UUID: JsonSchema = {
  type: 'string',
  pattern: '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$',
};
const NUMBER_TEXT = '^\\s*[+-]?[0-9]{1,30}(\\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?\\s*$';
const NUMBER: JsonSchema = { type: ['number', 'string'], pattern: NUMBER_TEXT, minimum: -1e15, maximum: 1e15 };
const LENGTH: JsonSchema = {
  type: ['integer', 'string'],
  pattern: '^\\s*\\+?[0-9]{1,5}\\s*$',
  minimum: 0,
  maximum: MAX_TEXT,
};
const DATE: JsonSchema = {
  type: 'string',
  pattern:
    '^([0-9]{4}-[0-9]{2}-[0-9]{2}([Tt ][0-9:.]+([Zz]|[+-][0-9]{2}:[0-9]{2}))?|(now|today)([+-][0-9]{1,5}(s|min|h|d|w|mo|y))?|[0-2][0-9]:[0-5][0-9](:[0-5][0-9])?)$',
};
const SHARE: JsonSchema = { type: 'number', minimum: 0, maximum: 1 };
const FLAG: JsonSchema = { type: 'boolean' };
const NAME_OF_FIELD: JsonSchema = { type: 'string', minLength: 1 };
const COUNT: JsonSchema = { type: 'integer', minimum: 0, maximum: MAX_ITEMS };
const SCALAR: JsonSchema = { type: ['string', 'number', 'boolean'] };

const REGEX = rule(
  'The pattern that the text must contain, in RE2 syntax; anchor it with ^ and $ to bind the whole text.',
  {
    type: 'string',
    maxLength: MAX_PATTERN_LENGTH,
  },
);
const EXPRESSION = rule('The value, computed from other fields, as in "price * quantity".', {
  type: 'string',
  maxLength: MAX_EXPRESSION,
});

const parameters = (type: string, names: Record<string, JsonSchema>): JsonSchema => ({
  type: 'object',
  properties: { type: { const: type }, ...names },
  required: ['type'],
  additionalProperties: false,
});
const number = (minimum: number, maximum: number): JsonSchema => ({ type: 'number', minimum, maximum });
const DISTRIBUTIONS: Record<string, JsonSchema> = {
  uniform: parameters('uniform', {}),
  normal: parameters('normal', { mean: number(-1e15, 1e15), stddev: number(1e-10, 1e15) }),
  log_normal: parameters('log_normal', { mean: number(-50, 50), stddev: number(1e-6, 50) }),
  zipf: parameters('zipf', { exponent: number(0.01, 20) }),
};

function distribution(...types: string[]): JsonSchema {
  return rule('How likely which values are, within the bounds: a type with its parameters, or the type alone.', {
    anyOf: [{ enum: types }, ...types.map((type) => DISTRIBUTIONS[type])],
  });
}

const DEFAULT = rule('The value of rows that have none of their own; for optional fields.', SCALAR);

const SEARCHABLE = rule(
  'Whether large stocks can be searched and put in order by it; for fields of the schema itself.',
  FLAG,
);

const STRING: Record<string, JsonSchema> = {
  regex: REGEX,
  min: rule('Fewest characters.', LENGTH),
  max: rule('Most characters.', LENGTH),
  min_length: rule('Fewest characters; another name of min.', LENGTH),
  max_length: rule('Most characters; another name of max.', LENGTH),
  format: rule('What the text must be, check digits included.', { enum: TEXT_FORMATS }),
  case: rule('The case of all letters; title: a capital at the start of each word and no other.', {
    enum: LETTER_CASES,
  }),
  template: rule('A text with the values of other fields in it: "{first_name}.{last_name}@test.com".', {
    type: 'string',
    maxLength: MAX_TEMPLATE,
  }),
  expression: EXPRESSION,
  default: DEFAULT,
  searchable: SEARCHABLE,
};

const NUMBERS: Record<string, JsonSchema> = {
  min: rule('Smallest value.', NUMBER),
  max: rule('Largest value.', NUMBER),
  exclusive_min: rule('Every value must be above this.', NUMBER),
  exclusive_max: rule('Every value must be below this.', NUMBER),
  decimals: rule('Most places after the point.', { type: 'integer', minimum: 0, maximum: MAX_DECIMALS }),
  integer: rule('Whether only whole numbers are allowed.', FLAG),
  step: rule('Values lie a multiple of this above min, or above 0 without a min.', {
    type: ['number', 'string'],
    pattern: NUMBER_TEXT,
    exclusiveMinimum: 0,
    maximum: 1e15,
  }),
  distribution: distribution('uniform', 'normal', 'log_normal', 'zipf'),
  sequence: rule('A number that goes on from row to row, from start (1) by step (1).', {
    type: 'object',
    properties: { start: NUMBER, step: NUMBER },
    additionalProperties: false,
  }),
  expression: EXPRESSION,
  default: DEFAULT,
  searchable: SEARCHABLE,
};

const DATES: Record<string, JsonSchema> = {
  min: rule('Earliest date, date-time or time; also relative to the start of the run: now-30d, today.', DATE),
  max: rule('Latest date, date-time or time; also relative to the start of the run: now, now+1y.', DATE),
  format: rule('date: 2024-08-14; date-time: 2024-08-14T10:00:00Z; time: 10:00:00.', { enum: DATE_FORMATS }),
  after: rule('The name of a date field which this one must lie after.', NAME_OF_FIELD),
  before: rule('The name of a date field which this one must lie before.', NAME_OF_FIELD),
  default: DEFAULT,
  searchable: SEARCHABLE,
};

/** The rules of each type, and which of them it cannot do without. */
export const RULE_SCHEMAS: Record<string, { rules: Record<string, JsonSchema>; required?: string[] }> = {
  string: { rules: STRING },
  number: { rules: NUMBERS },
  date: { rules: DATES },
  boolean: {
    rules: {
      probability: rule('How likely true is.', SHARE),
      expression: EXPRESSION,
      default: DEFAULT,
      searchable: SEARCHABLE,
    },
  },
  options: {
    required: ['options'],
    rules: {
      options: rule('The values to choose from.', {
        type: 'array',
        minItems: 1,
        maxItems: MAX_OPTIONS,
        uniqueItems: true,
        items: { ...SCALAR, maxLength: MAX_OPTION_LENGTH },
      }),
      weights: rule('How likely each option is, in relation to the others.', {
        type: 'array',
        minItems: 1,
        items: { type: 'number', minimum: 0, maximum: 1e9 },
        contains: { type: 'number', exclusiveMinimum: 0 },
      }),
      default: DEFAULT,
      searchable: SEARCHABLE,
    },
  },
  reference: {
    required: ['reference_schema_id'],
    rules: {
      reference_schema_id: rule('The schema whose records are referred to; `self` is the schema itself.', {
        anyOf: [UUID, { const: SELF }],
      }),
      cardinality: rule('Whether each record may be referred to by many rows, or by one only.', {
        enum: ['many_to_one', 'one_to_one'],
      }),
      distribution: distribution('uniform', 'zipf'),
      earlier_rows: rule('Whether earlier rows of the same run may be referred to, too.', FLAG),
      searchable: SEARCHABLE,
    },
  },
  array: {
    required: ['items'],
    rules: {
      items: rule('What the elements are.', { $ref: '#/$defs/item' }),
      min_items: rule('Fewest elements.', COUNT),
      max_items: rule('Most elements.', COUNT),
      unique_items: rule('Whether no element may be there twice.', FLAG),
    },
  },
  object: {
    rules: {
      fields: rule('The fields of the object.', { $ref: '#/$defs/fields' }),
      schema: rule('The schema whose fields the object has, instead of fields of its own.', UUID),
    },
  },
};
