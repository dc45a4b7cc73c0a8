import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compiled } from '../testing/compiled.js';

const schema = compiled({
  fields: [
    { name: 'name', type: 'string', required: true, min: 2, max: 5 },
    { name: 'code', type: 'string', regex: '^[A-Z]+$' },
    { name: 'price', type: 'number', min: '0.01', max: '10' },
    { name: 'day', type: 'date', min: '2024-01-01', max: '2024-12-31' },
    { name: 'on', type: 'boolean' },
    { name: 'size', type: 'options', options: ['S', 'M', 3] },
    { name: 'user', type: 'reference', reference_schema_id: '00000000-0000-4000-8000-000000000001' },
    { name: 'a.b c', type: 'string' },
  ],
});
const codes = (values: unknown): string[] =>
  schema.check(values).map((problem) => `${problem.pointer} ${problem.code}`);
const withName = (values: object): object => ({ name: 'abc', ...values });

describe('the check of values', () => {
  it('accepts what keeps all rules, with null for what is optional', () => {
    expect(
      codes(
        withName({
          code: 'AB',
          price: 0.01,
          day: '2024-12-31',
          on: false,
          size: 3,
          user: '00000000-0000-4000-8000-00000000000A',
        }),
      ),
    ).toEqual([]);
    expect(codes(withName({ code: null, price: null, day: '2024-12-31T23:59:59.9Z' }))).toEqual([]);
  });

  it.each([
    [{}, '/name required'],
    [{ name: null }, '/name required'],
    [{ name: 'a' }, '/name min'],
    [{ name: '💡' }, '/name min'],
    [{ name: 'abcdef' }, '/name max'],
    [{ name: 5 }, '/name type'],
    [{ name: 'a\u0000b' }, '/name text'],
    [{ name: 'ab\ud800' }, '/name text'],
    [withName({ code: 'ab' }), '/code regex'],
    [withName({ price: 0 }), '/price min'],
    [withName({ price: 10.001 }), '/price max'],
    [withName({ price: '5' }), '/price type'],
    [withName({ price: NaN }), '/price type'],
    [withName({ day: '2023-12-31' }), '/day min'],
    [withName({ day: '2025-01-01' }), '/day max'],
    [withName({ day: '2025-01-01T00:30:00+01:00' }), ''],
    [withName({ day: '2024-02-30' }), '/day type'],
    [withName({ on: 'true' }), '/on type'],
    [withName({ size: '3' }), '/size options'],
    [withName({ user: 'me' }), '/user type'],
    [withName({ 'x/y~': 1 }), '/x~1y~0 unknown_field'],
    [[], ' type'],
    ['text', ' type'],
    [null, ' type'],
  ])('%j: %s', (values, expected) => {
    expect(codes(values).join()).toBe(expected);
  });

  it('reports every failing field, naming rule, bound and value', () => {
    const problems = schema.check({ name: 'abcdef', price: 11, odd: true });
    expect(problems).toEqual([
      { pointer: '/name', code: 'max', message: 'name must have at most 5 characters, not 6' },
      { pointer: '/price', code: 'max', message: 'price must be at most 10, not 11' },
      { pointer: '/odd', code: 'unknown_field', message: 'the schema has no field "odd"' },
    ]);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true }), (values) =>
        expect(Array.isArray(schema.check(values))).toBe(true),
      ),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('name', 'price', 'day', '__proto__'), fc.anything()), (values) =>
        expect(Array.isArray(schema.check(values))).toBe(true),
      ),
    );
  });
});

describe('keys and order', () => {
  it('keys are the same however the value was written', () => {
    const keyed = compiled({
      fields: [
        { name: 'at', type: 'date' },
        { name: 'n', type: 'number' },
      ],
      unique: [['n', 'at'], ['at']].slice(0, 1),
    });
    expect(keyed.keysOf({ at: '2024-01-01T01:00:00+01:00', n: 1.0 })).toEqual(
      keyed.keysOf({ n: 1, at: '2024-01-01T00:00:00.000Z' }),
    );
    expect(keyed.keysOf({ at: '2024-01-01' })).toEqual([null]);
    expect(keyed.keysOf({ at: '2024-01-01', n: 2 })).toEqual(['[2,"2024-01-01"]']);
  });

  it('values come in the order of the definition', () => {
    expect(Object.keys(schema.ordered({ on: true, name: 'x', stranger: 1 }))).toEqual(['name', 'on']);
  });
});
