import { type FieldDefinition } from '../definition/definition.js';

export type JsonSchema = Readonly<Record<string, unknown>>;
/** A field's type and rules, before they are read. */
export type FieldRules = Partial<Record<keyof FieldDefinition, unknown>>;

/** Something that JSON Schema says and no definition can. */
export class NotExpressible extends Error {}

/** The keywords of each type, and the rules that say the same. Others are read by hand. */
const RULES: Record<string, Record<string, keyof FieldDefinition | null>> = {
  number: {
    minimum: 'min',
    maximum: 'max',
    exclusiveMinimum: null,
    exclusiveMaximum: null,
    multipleOf: 'step',
    default: 'default',
  },
  string: { minLength: 'min_length', maxLength: 'max_length', pattern: 'regex', format: 'format', default: 'default' },
  array: {
    minItems: 'min_items',
    maxItems: 'max_items',
    uniqueItems: 'unique_items',
    items: null,
    additionalItems: null,
  },
  object: { properties: null, required: null, additionalProperties: null },
  options: { enum: 'options' },
  boolean: { default: 'default' },
};
const TEXT_FORMAT: Record<string, string> = { uri: 'url' };

/**
 * The field that draft 4 of JSON Schema describes. A schema without a type gets that of its keywords; one that says nothing
 * at all is a number, which is what the suite's data are there. Throws NotExpressible.
 */
export function fieldRulesOf(schema: JsonSchema): FieldRules {
  const { type: given, ...rest } = schema;
  const type = given === 'integer' ? 'number' : (given ?? typeOfKeywords(rest));
  const rules = typeof type === 'string' ? RULES[type] : undefined;
  if (!rules) throw new NotExpressible(`type ${JSON.stringify(type)}`);
  const field: FieldRules = { type, ...(given === 'integer' ? { integer: true } : {}) };
  for (const [keyword, value] of Object.entries(rest)) {
    const rule = rules[keyword];
    if (rule === undefined) throw new NotExpressible(keyword);
    if (rule !== null) field[rule] = value;
  }
  if (type === 'number') return withExclusiveBounds(field, rest);
  if (type === 'string') return withFormat(field);
  if (type === 'array') return { ...field, items: fieldRulesOf(oneSchema(rest.items ?? {})) };
  if (type === 'object') return { ...field, fields: fieldsOf(rest) };
  return field;
}

function typeOfKeywords(schema: JsonSchema): string {
  const types = Object.keys(RULES).filter((type) => Object.keys(schema).some((keyword) => keyword in RULES[type]!));
  if (types.length > 1) throw new NotExpressible(`keywords of ${types.join(' and ')}`);
  return types[0] ?? 'number';
}

function withExclusiveBounds({ min, max, ...field }: FieldRules, schema: JsonSchema): FieldRules {
  return {
    ...field,
    ...(min === undefined ? {} : schema.exclusiveMinimum ? { exclusive_min: min } : { min }),
    ...(max === undefined ? {} : schema.exclusiveMaximum ? { exclusive_max: max } : { max }),
  };
}

function withFormat(field: FieldRules): FieldRules {
  if (field.format === 'date-time') return { ...field, type: 'date' };
  const format = TEXT_FORMAT[String(field.format)] ?? field.format;
  return format === undefined ? field : { ...field, format };
}

/** What stands in additionalItems says something beside such a list only. */
function oneSchema(items: unknown): JsonSchema {
  if (Array.isArray(items)) throw new NotExpressible('items of different schemas');
  return items as JsonSchema;
}

function fieldsOf(schema: JsonSchema): FieldRules[] {
  if ((schema.additionalProperties ?? false) !== false) throw new NotExpressible('additionalProperties');
  const required = new Set((schema.required ?? []) as string[]);
  return Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>).map(([name, property]) => ({
    name,
    ...fieldRulesOf(property),
    required: required.has(name),
  }));
}
