import { MAX_DESCRIPTION, MAX_FIELDS, MAX_KEYS, MAX_MESSAGE, MAX_NAME, MAX_RULES } from './limits.js';
import { MAX_EXPRESSION } from '../expressions/tokens.js';
import { RULES } from './rule-names.js';
import { RULE_SCHEMAS, type JsonSchema } from './rule-schemas.js';

/** What every field has beside the rules of its type. */
const FOR_ALL: Record<string, JsonSchema> = {
  description: { description: 'What the field is, for people.', type: 'string', maxLength: MAX_DESCRIPTION },
  required: { description: 'Whether a value must be given; null counts as none.', type: 'boolean' },
  unique: { description: 'Whether no two rows may have the same value.', type: 'boolean' },
  null_rate: {
    description: 'The share of rows without a value; for optional fields.',
    type: 'number',
    minimum: 0,
    maximum: 1,
  },
};
const NAMING: Record<string, JsonSchema> = {
  id: {
    description: 'Stays the same when the field is renamed or moved; made up if it is not given.',
    type: 'string',
    pattern: '^[A-Za-z0-9_-]{1,100}$',
  },
  name: {
    description: 'The name, unlike those of the other fields.',
    type: 'string',
    maxLength: MAX_NAME,
    pattern: '^(?!__proto__$)[A-Za-z_]([A-Za-z0-9_.\\- ]*[A-Za-z0-9_.\\-])?$',
  },
};

/**
 * A JSON Schema (draft 2020-12) of definitions, so that editors complete them and check them as they are typed. It says what
 * each rule looks like; what rules have to do with each other (min above max, unknown names, patterns) readDefinition alone
 * can say, which accepts nothing that this refuses.
 */
export function definitionJsonSchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'TestLake schema definition',
    description: 'The fields of a schema, which of them are unique, and what holds in every row.',
    type: 'object',
    properties: {
      fields: { description: 'The fields, in order.', $ref: '#/$defs/fields' },
      unique: {
        description: 'Sets of fields, by name, whose values together are unique.',
        type: 'array',
        maxItems: MAX_KEYS,
        items: { type: 'array', minItems: 1, uniqueItems: true, items: { type: 'string' } },
      },
      rules: {
        description: 'Conditions that hold in every row.',
        type: ['array', 'null'],
        maxItems: MAX_RULES,
        items: {
          type: 'object',
          properties: {
            check: {
              description: 'The condition, as in "end_date >= start_date".',
              type: 'string',
              maxLength: MAX_EXPRESSION,
            },
            message: {
              description: 'What to say when it does not hold.',
              type: 'string',
              minLength: 1,
              maxLength: MAX_MESSAGE,
            },
          },
          required: ['check', 'message'],
          additionalProperties: false,
        },
      },
    },
    required: ['fields'],
    additionalProperties: false,
    $defs: {
      fields: { type: 'array', maxItems: MAX_FIELDS, items: { $ref: '#/$defs/field' } },
      field: ofAnyType('A field', { ...NAMING, ...FOR_ALL }, ['name', 'type']),
      item: ofAnyType('An element of an array', { description: FOR_ALL.description! }, ['type']),
    },
  };
}

/** A schema for each type, chosen by `type`: so editors offer the rules of that type, and messages are about it. */
function ofAnyType(title: string, properties: Record<string, JsonSchema>, required: string[]): JsonSchema {
  const types = Object.keys(RULE_SCHEMAS);
  return {
    type: 'object',
    properties: { type: { description: `What sort of value it has.`, enum: types } },
    required,
    allOf: types.map((type) => ({
      if: { type: 'object', properties: { type: { const: type } }, required: ['type'] },
      then: ofType(title, type, properties),
    })),
  };
}

function ofType(title: string, type: string, properties: Record<string, JsonSchema>): JsonSchema {
  const { rules, required = [] } = RULE_SCHEMAS[type]!;
  // Forms send every rule, with null where it is empty.
  const others = [...RULES].filter((rule) => !(rule in rules)).map((rule) => [rule, { type: 'null' }]);
  const own = Object.entries(rules).map(([rule, schema]) => [rule, required.includes(rule) ? schema : orNull(schema)]);
  const given = Object.entries(properties).map(([name, schema]) => [name, name in NAMING ? schema : orNull(schema)]);
  return {
    title: `${title} of type ${type}`,
    properties: { type: { const: type }, ...Object.fromEntries([...given, ...own, ...others]) },
    required,
    additionalProperties: false,
  };
}

function orNull({ description, ...schema }: JsonSchema): JsonSchema {
  return { description, anyOf: [schema, { type: 'null' }] };
}
