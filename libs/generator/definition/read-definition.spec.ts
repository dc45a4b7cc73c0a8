import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compile, DefinitionError, readDefinition } from '../index.js';
import { EMAIL_RULE } from './read-definition.js';

const string = (rules: object = {}): object => ({ name: 'x', type: 'string', ...rules });
const of = (...fields: unknown[]): object => ({ fields });
const codes = (input: unknown): string =>
  readDefinition(input)
    .problems.map(({ pointer, code }) => `${pointer} ${code}`)
    .join(', ');
const SCHEMA = '0198c0de-0000-7000-8000-00000000ABCD';

describe('a definition', () => {
  it('never throws for lists in lists of what the run decides', () => {
    const items = { type: 'array', items: { type: 'reference', reference_schema_id: SCHEMA } };
    const list = { name: 'a', type: 'array', required: true, items };
    expect(codes(of(list, { name: 'b', type: 'number', expression: '1 + 1' }))).toBe('');
  });

  it.each(['__proto__', 'constructor', 'toString'])('has no field with the id %s, which every object has', (id) => {
    expect(codes(of(string({ id })))).toBe('/fields/0/id id.invalid');
  });

  it('is read as it stands, with an id for each field', () => {
    const { definition, problems } = readDefinition(
      of(
        { name: 'age', type: 'number', min: '13', max: '120', required: false },
        { id: 'f1', name: 'user', type: 'reference', reference_schema_id: SCHEMA },
      ),
    );
    expect(problems).toEqual([]);
    expect(definition).toEqual({
      fields: [
        {
          id: expect.stringMatching(/^[0-9a-f-]{36}$/),
          name: 'age',
          type: 'number',
          min: '13',
          max: '120',
          required: false,
        },
        { id: 'f1', name: 'user', type: 'reference', reference_schema_id: SCHEMA.toLowerCase() },
      ],
    });
    expect(readDefinition(definition)).toEqual({ definition, applied: [], problems: [] });
  });

  it('gives a field named email its rule, and says so', () => {
    const { definition, applied } = readDefinition(of({ name: 'email', type: 'string' }));
    expect(applied).toEqual([{ field: 'email', rule: 'regex', value: EMAIL_RULE, reason: expect.any(String) }]);
    expect(definition?.fields[0]?.regex).toBe(EMAIL_RULE);
    expect(readDefinition(definition).applied).toEqual([]);
    expect(readDefinition(of({ name: 'email', type: 'string', regex: '.' })).applied).toEqual([]);
    expect(readDefinition(of({ name: 'email', type: 'string', max: 4 })).definition?.fields[0]).not.toHaveProperty(
      'regex',
    );
  });

  it.each([
    [null, ' definition.type'],
    [{}, '/fields fields.type'],
    [{ fields: [], more: 1 }, '/more definition.unknown_property'],
    [of(5), '/fields/0 field.type'],
    [of({ type: 'string' }), '/fields/0/name name.required'],
    [of(string({ name: '' })), '/fields/0/name name.invalid'],
    [of(string({ name: '__proto__' })), '/fields/0/name name.invalid'],
    [of(string({ name: 'a\u0000' })), '/fields/0/name name.invalid'],
    [of(string({ name: 'a'.repeat(101) })), '/fields/0/name name.invalid'],
    [of(string(), string()), '/fields/1/name name.taken'],
    [of(string({ id: 'i' }), string({ id: 'i', name: 'y' })), '/fields/1/id id.taken'],
    [of(string({ id: 'a,b' })), '/fields/0/id id.invalid'],
    [of({ name: 'x', type: 'text' }), '/fields/0/type type.unknown'],
    [of(string({ colour: 1 })), '/fields/0/colour field.unknown_property'],
    [of(string({ required: 'yes' })), '/fields/0/required required.type'],
    [of(string({ description: 5 })), '/fields/0/description description.invalid'],
    [of(string({ regex: 5 })), '/fields/0/regex regex.type'],
    [of(string({ regex: '(?=a)' })), '/fields/0/regex regex.unsupported'],
    [of(string({ regex: '(' })), '/fields/0/regex regex.syntax'],
    [of(string({ regex: '[ab]*a[ab]{20}' })), '/fields/0/regex regex.too_large'],
    [of(string({ regex: 'a'.repeat(501) })), '/fields/0/regex regex.too_long'],
    [of(string({ regex: '^a{2}$', min: 3 })), '/fields/0/regex regex.no_match'],
    [of(string({ min: 3, max: 2 })), '/fields/0/min min.above_max'],
    [of(string({ min: -1 })), '/fields/0/min min.invalid'],
    [of(string({ max: 10_001 })), '/fields/0/max max.invalid'],
    [of(string({ max: 1.5 })), '/fields/0/max max.invalid'],
    [of(string({ options: ['a'] })), '/fields/0/options options.not_applicable'],
    [of(string({ options: null })), ''],
    [of({ name: 'x', type: 'number', regex: 'a' }), '/fields/0/regex regex.not_applicable'],
    [of({ name: 'x', type: 'number', min: 'a' }), '/fields/0/min min.invalid'],
    [of({ name: 'x', type: 'number', min: '10', max: '9.99' }), '/fields/0/min min.above_max'],
    [of({ name: 'x', type: 'number', min: 1e16 }), '/fields/0/min min.invalid'],
    [of({ name: 'x', type: 'number', min: '0.00000001', max: 1e14 }), '/fields/0/min min.invalid'],
    [of({ name: 'price', type: 'number', min: 1e15 }), ''],
    [of({ name: 'x', type: 'date', min: '2024-02-30' }), '/fields/0/min min.invalid'],
    [of({ name: 'x', type: 'date', min: 5 }), '/fields/0/min min.invalid'],
    [of({ name: 'x', type: 'date', min: '2024-02-02', max: '2024-02-01' }), '/fields/0/min min.above_max'],
    [of({ name: 'x', type: 'date', min: '2024-02-02T10:00:00Z', max: '2024-02-02' }), ''],
    [
      of({ name: 'x', type: 'date', min: '2024-02-02T10:00:00.2Z', max: '2024-02-02T10:00:00.7Z' }),
      '/fields/0/min min.above_max',
    ],
    [of({ name: 'x', type: 'options' }), '/fields/0/options options.invalid'],
    [of({ name: 'x', type: 'options', options: ['a', 'a'] }), '/fields/0/options/1 options.repeated'],
    [of({ name: 'x', type: 'options', options: [null] }), '/fields/0/options/0 options.value'],
    [of({ name: 'x', type: 'reference' }), '/fields/0/reference_schema_id reference_schema_id.invalid'],
    [{ fields: [string()], unique: [['y']] }, '/unique/0 unique.unknown_field'],
    [{ fields: [string()], unique: [['x', 'x']] }, '/unique/0 unique.repeated_field'],
    [{ fields: [string()], unique: [['x'], ['x']] }, '/unique/1 unique.taken'],
    [{ fields: [string()], unique: 'x' }, '/unique unique.type'],
    [{ fields: [string()], unique: [[]] }, '/unique/0 unique.type'],
    [
      {
        fields: [string(), string({ name: 'y' }), string({ name: 'z' })],
        unique: [
          ['x', 'y'],
          ['y', 'z'],
        ],
      },
      '',
    ],
    [{ fields: [string({ unique: true }), string({ name: 'y' })], unique: [['x', 'y']] }, ''],
    [of(...Array.from({ length: 201 }, (_, k) => string({ name: `f${k}` }))), '/fields fields.too_many'],
  ])('%j: %s', (input, expected) => {
    expect(codes(input)).toBe(expected);
    expect(readDefinition(input).definition === null).toBe(expected !== '');
  });

  it('names field, rule and bound in its problems', () => {
    expect(readDefinition(of({ name: 'age', type: 'number', min: 10, max: 5 })).problems[0]?.message).toBe(
      'age: min 10 is above max 5',
    );
  });

  it('whatever it is, is read without throwing', () => {
    fc.assert(fc.property(fc.anything(), (input) => expect(Array.isArray(readDefinition(input).problems)).toBe(true)));
    const field = fc.record(
      {
        name: fc.anything(),
        type: fc.constantFrom('string', 'number', 'date', 'options', 'reference'),
        min: fc.anything(),
        max: fc.anything(),
        regex: fc.anything(),
        options: fc.anything(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(field), fc.anything(), (fields, unique) =>
        expect(Array.isArray(readDefinition({ fields, unique }).problems)).toBe(true),
      ),
    );
  });

  it('with problems does not compile', () => {
    expect(() => compile({ fields: [{ id: 'a', name: '', type: 'string' }] })).toThrow(DefinitionError);
  });
});
