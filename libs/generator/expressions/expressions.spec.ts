import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readDefinition, RuleUnmetError } from '../index.js';
import { compiled } from '../testing/compiled.js';
import { compileExpression } from './expression.js';
import { rounded, type Value, type ValueType } from './functions.js';
import { ExpressionError } from './tokens.js';

const NOW = Date.UTC(2026, 0, 15);
const TYPES: Record<string, ValueType> = {
  a: 'number',
  b: 'number',
  s: 'text',
  t: 'text',
  on: 'boolean',
  d: 'date',
  e: 'date',
  at: 'time',
  'odd name': 'number',
};
const VALUES: Record<string, Value> = {
  a: 7,
  b: 2,
  s: 'Hello',
  t: 'lo',
  on: true,
  d: 86_400 * 19_000,
  e: 86_400 * 19_010,
  at: 3600,
  'odd name': 5,
};
const typeOf = (name: string): ValueType | null => (Object.hasOwn(TYPES, name) ? TYPES[name]! : null);
const run = (source: string, values: Record<string, Value> = VALUES): Value => {
  const { needs, run: evaluate } = compileExpression(source, typeOf);
  return evaluate(needs.map((name) => values[name] ?? null));
};

describe('expressions', () => {
  it.each([
    ['1 + 2 * 3 - 4 / 2', 5],
    ['-(a + b) % 4', -1],
    ['a - b - 1', 4],
    ['a > b && !(a == 7) || on', true],
    ['not on or a != b', true],
    ['a > 5 ? "big" : "small"', 'big'],
    ['a in [1, 7]', true],
    ['s + " " + upper(t)', 'Hello LO'],
    ['length(s) + min(a, b, 9) + max(1, b)', 9],
    ['round(a / 3, 2)', 2.33],
    ['contains(s, t) && starts_with(s, "He") && ends_with(s, t)', true],
    ['e - d', 10],
    ['d + 10 == e', true],
    ['d < "2022-01-10" && d >= "2022-01-08T00:00:00Z"', true],
    ['at <= "01:00"', true],
    ['year(d) * 100 + month(d)', 202201],
    ['`odd name` * 2', 10],
    ["'it\\'s'", "it's"],
    ['a / 0', null],
    ['is_null(a / 0)', true],
    ['coalesce(a / 0, 3)', 3],
    ['trim(lower(" X ")) == "x"', true],
    ['text(a) + text(on)', '7true'],
  ])('%s is %s', (source, expected) => {
    expect(run(source)).toBe(expected);
  });

  it('do with missing values what SQL does', () => {
    const none = { on: false };
    expect(run('a > 1', none)).toBeNull();
    expect(run('a > 1 && on', none)).toBe(false);
    expect(run('a > 1 || !on', none)).toBe(true);
    expect(run('a in [1]', none)).toBeNull();
  });

  it.each([
    ['', 'expected a value instead of the end'],
    ['1 +', 'expected a value instead of the end'],
    ['(1', 'expected )'],
    ['1 2', 'unexpected 2'],
    ['a < b < 3', 'cannot be chained'],
    ['a + s', '+ does not take (number, text)'],
    ['a && b', '&& takes two conditions'],
    ['nobody', 'nobody is no field'],
    ['constructor', 'constructor is no field'],
    ['__proto__', '__proto__ is no field'],
    ['s.length', 'unexpected "."'],
    ['eval("1")', 'there is no function eval'],
    ['toString()', 'there is no function toString'],
    ['on ? 1 : "x"', 'two values of one type'],
    ['"abc', 'unexpected'],
    ['a = 1', 'unexpected "="'],
    [`${'('.repeat(30)}1${')'.repeat(30)}`, 'at most 24 deep'],
    [`${'!'.repeat(30)}on`, 'too many signs'],
    [Array.from({ length: 150 }, () => '1').join('+'), 'at most 200 parts'],
    ['1'.repeat(1001), 'at most 1000 characters'],
  ])('%s: %s', (source, message) => {
    expect(() => compileExpression(source, typeOf)).toThrow(ExpressionError);
    expect(() => compileExpression(source, typeOf)).toThrow(message);
  });

  it('whatever they are, are compiled or refused, and end', () => {
    const part = fc.constantFrom('a', 's', 'on', 'd', '(', ')', '+', '-', '*', '<', '==', '&&', '!', '?', ':', '[', ']', ',', 'in', '"x"', '1.5', 'length', 'min', '`');
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.array(part).map((parts) => parts.join(' '))), (source) => {
        try {
          run(source);
        } catch (error) {
          expect(error).toBeInstanceOf(ExpressionError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('round as people do', () => {
    expect([rounded(1.005, 2), rounded(-2.5, 0), rounded(19.99 * 3, 2), rounded(0.1 + 0.2, 10), rounded(1e300, 2)]).toEqual([1.01, -3, 59.97, 0.3, 1e300]);
  });
}); // prettier-ignore

const number = (name: string, rules: object = {}): object => ({ name, type: 'number', ...rules });
const problems = (definition: object): string =>
  readDefinition(definition)
    .problems.map(({ pointer, code }) => `${pointer} ${code}`)
    .join();

describe('derived fields and rules', () => {
  const schema = compiled({
    fields: [
      number('price', { min: '0.01', max: '20', decimals: 2 }),
      number('quantity', { min: 1, max: 12 }),
      number('total', { expression: 'price * quantity', decimals: 2, required: true, min: 30 }),
      { name: 'bulk', type: 'boolean', expression: 'quantity >= 6' },
      { name: 'start_date', type: 'date' },
      { name: 'end_date', type: 'date', null_rate: 0.2 },
      { name: 'note', type: 'string' },
    ],
    rules: [
      { check: 'end_date >= start_date', message: 'end must be after start' },
      { check: 'bulk || price > 5', message: 'few must be dear' },
    ],
  });

  it('hold in every row, by itself and in any order', () => {
    const rows = schema.rows({ seed: 1, now: NOW });
    const all = Array.from({ length: 300 }, (_, i) => rows.json(i));
    for (let i = 299; i >= 0; i -= 7) expect(rows.json(i)).toBe(all[i]);
    expect(schema.rows({ seed: 1, now: NOW }).field('price', 77)).toBe(JSON.stringify((JSON.parse(all[77]!) as { price: number }).price));
    for (const json of all) {
      const row = JSON.parse(json) as { price: number; quantity: number; total: number; bulk: boolean };
      expect(JSON.stringify(row)).toBe(json);
      expect(schema.check(row)).toEqual([]);
      expect(row.total).toBeCloseTo(row.price * row.quantity, 6);
      expect(row.total).toBeGreaterThanOrEqual(30);
      expect(row.bulk || row.price > 5).toBe(true);
    }
  });

  it('touch no field that they do not name', () => {
    const plain = compiled({ fields: [{ name: 'note', type: 'string' }] });
    for (let i = 0; i < 20; i++)
      expect(plain.rows({ seed: 1, now: NOW }).field('note', i)).toBe(schema.rows({ seed: 1, now: NOW }).field('note', i));
  });

  it('are checked with messages of their own, and filled in', () => {
    const values = { price: 10, quantity: 4, total: 40, bulk: false, start_date: '2024-01-02', end_date: '2024-01-03' };
    expect(schema.check(values)).toEqual([]);
    expect(schema.check({ ...values, total: 41 })).toMatchObject([{ pointer: '/total', code: 'expression' }]);
    expect(schema.check({ ...values, end_date: '2024-01-01' })).toEqual([
      { pointer: '/end_date', code: 'rule', message: 'end must be after start' },
    ]);
    expect(schema.check({ ...values, end_date: null })).toEqual([]);
    expect(schema.completed({ price: 19.99, quantity: 3 })).toEqual({ price: 19.99, quantity: 3, total: 59.97, bulk: false });
  });

  it('are refused when nothing can keep them, or they make no sense', () => {
    const fields = [number('a', { min: 1, max: 5 }), number('b', { min: 6, max: 9 })];
    const rule = (check: unknown, message: unknown = 'm'): object => ({ fields, rules: [{ check, message }] });
    expect(problems(rule('a > b'))).toBe('/rules rules.unmet');
    expect(problems(rule('a + b'))).toBe('/rules/0/check rules.check');
    expect(problems(rule('a <'))).toBe('/rules/0/check rules.check');
    expect(problems(rule('a < b', ''))).toBe('/rules/0 rules.type');
    expect(problems({ fields, rules: 'x' })).toBe('/rules rules.type');
    expect(problems({ fields: [number('a', { expression: 'b' }), number('b', { expression: 'a' })] })).toBe('/fields/0/expression expression.circle');
    expect(problems({ fields: [number('a', { expression: '"x"' })] })).toBe('/fields/0/expression expression.type');
    expect(problems({ fields: [number('a', { expression: 'x' })] })).toBe('/fields/0/expression expression.invalid');
    expect(problems({ fields: [number('a', { expression: 'b', unique: true }), number('b')] })).toBe('/fields/0/unique unique.derived');
  });

  it('that some row cannot keep make that row an error, after a bounded number of draws', () => {
    const narrow = compiled({ fields: [number('a', { min: 1, max: 300, unique: true }), number('b', { min: 1, max: 295 })], rules: [{ check: 'b >= a', message: 'm' }] });
    const rows = narrow.rows({ seed: 1, now: NOW });
    const failed = Array.from({ length: 300 }, (_, i) => i).filter((i) => {
      try {
        return rows.json(i) === '';
      } catch (error) {
        return error instanceof RuleUnmetError && error.row === i;
      }
    });
    expect(failed.length).toBeGreaterThanOrEqual(5);
  });
}); // prettier-ignore
