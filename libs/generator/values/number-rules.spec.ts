import { describe, expect, it } from '@jest/globals';
import { readDefinition } from '../index.js';
import { compiled } from '../testing/compiled.js';
import { normalBelow, normalQuantile } from './normal.js';

const NOW = Date.UTC(2026, 0, 15);
const schemaOf = (rules: object): ReturnType<typeof compiled> =>
  compiled({ fields: [{ name: 'x', type: 'number', ...rules }] });
const numbers = (rules: object, count = 500): number[] => {
  const schema = schemaOf(rules);
  const rows = schema.rows({ seed: 1, now: NOW });
  return Array.from({ length: count }, (_, i) => {
    const row = JSON.parse(rows.json(i)) as { x: number };
    expect(JSON.stringify(row)).toBe(rows.json(i));
    expect(schema.check(row)).toEqual([]);
    return row.x;
  });
};
const failing = (rules: object, x: number): string[] =>
  schemaOf(rules)
    .check({ x })
    .map(({ code }) => code);
const problems = (rules: object): string[] =>
  readDefinition({ fields: [{ name: 'x', type: 'number', ...rules }] }).problems.map(
    ({ pointer, code }) => `${pointer} ${code}`,
  );
const sorted = (values: number[]): number[] => [...new Set(values)].sort((a, b) => a - b);
const mean = (values: number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;

describe('decimals, steps and exclusive bounds', () => {
  it('give exactly the numbers that they allow', () => {
    expect(sorted(numbers({ exclusive_min: 0, exclusive_max: 4 }))).toEqual([1, 2, 3]);
    expect(sorted(numbers({ min: 0, max: 1, step: '0.25' }))).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(sorted(numbers({ min: 1, max: 10, step: 4 }))).toEqual([1, 5, 9]);
    expect(sorted(numbers({ exclusive_min: 1, max: 10, step: 4 }))).toEqual([4, 8]);
    expect(sorted(numbers({ min: '0.1', max: '0.3', step: '0.1' }))).toEqual([0.1, 0.2, 0.3]);
    expect(sorted(numbers({ min: '0.5', max: '2.5', integer: true }))).toEqual([1, 2]);
    expect(sorted(numbers({ min: '-0.15', max: '0.15', decimals: 1 }))).toEqual([-0.1, 0, 0.1]);
    expect(sorted(numbers({ min: -1, max: 0, step: '0.5' }))).toEqual([-1, -0.5, 0]);
  });

  it('are checked in decimals, not in doubles', () => {
    expect(failing({ step: '0.1' }, 0.3)).toEqual([]);
    expect(failing({ step: '0.01' }, 19.99)).toEqual([]);
    expect(failing({ step: '0.1' }, 0.35)).toEqual(['step']);
    expect(failing({ decimals: 2 }, 1.005)).toEqual(['decimals']);
    expect(failing({ integer: true, exclusive_max: 5 }, 5)).toEqual(['exclusive_max']);
    expect(failing({ integer: true }, 4.5)).toEqual(['integer']);
    expect(failing({ exclusive_min: '0.5' }, 0.5)).toEqual(['exclusive_min']);
  });

  it('that are unique are counted exactly', () => {
    const schema = schemaOf({ min: 0, max: 1, step: '0.125', unique: true });
    expect(schema.capacity()).toEqual({ at_least: 9n, exact: true, bound_by: 'x' });
    const rows = schema.rows({ seed: 1, now: NOW });
    expect(new Set(Array.from({ length: 9 }, (_, i) => rows.field('x', i))).size).toBe(9);
  });

  it.each([
    [{ exclusive_min: 1, exclusive_max: 2 }, '/fields/0/exclusive_min exclusive_min.no_value'],
    [{ exclusive_min: 2, exclusive_max: 1 }, '/fields/0/exclusive_min exclusive_min.above_max'],
    [{ min: 1, exclusive_min: 1 }, '/fields/0/exclusive_min exclusive_min.conflict'],
    [{ step: 0 }, '/fields/0/step step.invalid'],
    [{ step: '0.5', integer: true }, '/fields/0/step step.conflict'],
    [{ decimals: 11 }, '/fields/0/decimals decimals.invalid'],
    [{ decimals: 2, integer: true }, '/fields/0/decimals decimals.conflict'],
    [{ min: 1e14, decimals: 5 }, '/fields/0/min min.invalid'],
    [{ distribution: 'cauchy' }, '/fields/0/distribution distribution.invalid'],
    [{ distribution: { type: 'normal', stddev: 0 } }, '/fields/0/distribution distribution.parameter'],
    [{ distribution: 'normal', unique: true }, '/fields/0/unique unique.weighted'],
    [{ sequence: { step: 0 } }, '/fields/0/sequence sequence.invalid'],
    [{ sequence: {}, min: 5 }, '/fields/0/sequence sequence.conflict'],
  ])('%j: %s', (rules, expected) => {
    expect(problems(rules).join()).toBe(expected);
  });
});

describe('distributions', () => {
  it('normal: has the mean and the spread asked for, and stays within bounds', () => {
    const found = numbers({ min: 0, max: 200, distribution: { type: 'normal', mean: 100, stddev: 10 } }, 4000);
    expect(mean(found)).toBeCloseTo(100, 0);
    expect(Math.sqrt(mean(found.map((x) => (x - 100) ** 2)))).toBeCloseTo(10, 0);
    const tail = numbers({ min: 140, max: 200, distribution: { type: 'normal', mean: 100, stddev: 10 } });
    expect(Math.min(...tail)).toBeGreaterThanOrEqual(140);
    expect(mean(tail)).toBeLessThan(145);
  });

  it('log_normal: has the median asked for', () => {
    const found = numbers({ min: 1, max: 100_000, distribution: { type: 'log_normal', mean: 5, stddev: 0.5 } }, 4001);
    const median = [...found].sort((a, b) => a - b)[2000]!;
    expect(Math.log(median)).toBeCloseTo(5, 1);
  });

  it('zipf: the k-th value comes as often as 1 / k, also where the table ends', () => {
    const found = numbers({ min: 1, max: 100_000, distribution: 'zipf' }, 6000);
    const share = (k: number): number => found.filter((x) => x === k).length / found.length;
    const sum = Math.log(100_000) + 0.5772;
    expect(share(1)).toBeCloseTo(1 / sum, 1);
    expect(share(1) / share(2)).toBeGreaterThan(1.6);
    expect(found.filter((x) => x > 1024).length / found.length).toBeCloseTo(Math.log(100_000 / 1024.5) / sum, 1);
    expect(Math.max(...found)).toBeGreaterThan(50_000);
  });

  it('rest on a quantile that is the inverse of the normal curve', () => {
    for (let z = -8; z <= 5; z += 0.37) expect(normalQuantile(normalBelow(z))).toBeCloseTo(z, 5);
    expect(normalBelow(1.959963984540054)).toBeCloseTo(0.975, 12);
  });
});

describe('sequences', () => {
  it('count from row to row, whatever slice is made', () => {
    const rows = schemaOf({ sequence: { start: '0.5', step: '-0.25' } }).rows({ seed: 1, now: NOW });
    expect([3, 0, 1].map((i) => rows.json(i))).toEqual(['{"x":-0.25}', '{"x":0.5}', '{"x":0.25}']);
  });

  it('are unique by themselves, and so is every key with one', () => {
    const schema = compiled({
      fields: [
        { name: 'n', type: 'number', sequence: {}, unique: true },
        { name: 'm', type: 'number', sequence: { step: 10 } },
        { name: 'odd', type: 'number', distribution: 'zipf' },
      ],
      unique: [['m', 'odd']],
    });
    expect(schema.capacity()?.exact).toBe(true);
    expect(schema.rows({ seed: 1, now: NOW }).withKeys(4).keys[0]).toBe('5');
  });
});
