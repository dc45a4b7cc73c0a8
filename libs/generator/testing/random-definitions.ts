import fc from 'fast-check';

/** Names with kinds, names without, and names that need escaping in JSON pointers or text. */
const NAMES = [
  'email', 'username', 'password', 'first_name', 'last_name', 'name', 'city', 'street', 'postal_code', 'phone', 'sku', 'title', 'iban',
  'card_number', 'expiry_date', 'created_at', 'birth_date', 'price', 'age', 'latitude', 'url', 'uuid', 'country', 'color', 'foo', 'Bar Baz', 'a.b', 'x-y', '_z',
]; // prettier-ignore
const PATTERNS = [
  '^[a-zA-Z0-9_]{3,20}$', '^[^@]+@[^@]+\\.[^@]+$', '^.{8,}$', '^[A-Z]{2}[0-9]{6}$', '^[0-9]{5}(-[0-9]{4})?$', '[a-c]+', '^(a|bc)*d?$', 'x', '^\\pL{2,4}$',
  '^(?i)ab[^a-z]$', '^\\d+\\.\\d{2}$', '^[\\s\\S]{3}$', '^"\\\\?$', '^[а-я]{1,3}$', '^$', '^(yes|no|maybe)$',
]; // prettier-ignore
const bounds = (low: number, high: number): fc.Arbitrary<{ min?: number; max?: number }> =>
  fc
    .tuple(fc.option(fc.integer({ min: low, max: high })), fc.option(fc.integer({ min: low, max: high })))
    .map(([a, b]) => {
      const [min, max] = a !== null && b !== null && a > b ? [b, a] : [a, b];
      return { ...(min === null ? {} : { min }), ...(max === null ? {} : { max }) };
    });
const dates = fc
  .constantFrom('1999-12-31', '2020-02-29', '2024-01-01T10:00:00Z', '2024-06-01T00:00:00+02:00')
  .map((date) => ({ min: date }));

const rules = fc.oneof(
  fc.record({ type: fc.constant('string') }),
  fc.tuple(fc.constantFrom(...PATTERNS)).map(([regex]) => ({ type: 'string', regex })),
  bounds(0, 40).map((each) => ({ type: 'string', ...each })),
  bounds(-1000, 1000).map((each) => ({ type: 'number', ...each })),
  fc.constantFrom(
    { type: 'number', min: '0.01' },
    { type: 'number', max: '-0.125' },
    { type: 'number', min: '-5', max: '5.25' },
  ),
  fc.constant({ type: 'date' }),
  dates.map((each) => ({ type: 'date', ...each })),
  fc.constant({ type: 'boolean' }),
  fc
    .uniqueArray(fc.oneof(fc.string(), fc.integer(), fc.boolean()), { minLength: 1, maxLength: 5 })
    .map((options) => ({ type: 'options', options })),
  fc.constant({ type: 'reference', reference_schema_id: '00000000-0000-4000-8000-000000000001' }),
);

export interface FieldInput {
  name: string;
  [rule: string]: unknown;
}

/** A field with rules that go with its type; a few need more than there is, and readDefinition refuses them. */
export const fieldInput = (name: string): fc.Arbitrary<FieldInput> =>
  fc
    .tuple(rules, fc.boolean(), fc.boolean())
    .map(([rule, required, unique]) => ({ name, ...rule, required, ...(unique ? { unique } : {}) }));

export interface DefinitionInput {
  fields: FieldInput[];
  unique?: string[][];
  rules?: { check: string; message: string }[];
}

/** Definitions of one to eight fields, some unique by themselves, the first two or three perhaps together. */
export const definitionInput: fc.Arbitrary<DefinitionInput> = fc
  .uniqueArray(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 8 })
  .chain((names) => fc.tuple(fc.tuple(...names.map(fieldInput)), fc.integer({ min: 0, max: 3 })))
  .map(([fields, together]) => {
    if (together < 2 || fields.length < together) return { fields };
    return { fields, unique: [fields.slice(0, together).map((field) => field.name)] };
  });
