import { describe, expect, it } from '@jest/globals';
import { readDefinition } from '../index.js';
import { compiled } from '../testing/compiled.js';

const NOW = Date.UTC(2026, 0, 15);
const values = (field: object, count = 3000): unknown[] => {
  const schema = compiled({ fields: [{ name: 'x', ...field }] });
  const rows = schema.rows({ seed: 1, now: NOW });
  return Array.from({ length: count }, (_, i) => {
    const row = JSON.parse(rows.json(i)) as { x: unknown };
    expect(schema.check(row)).toEqual([]);
    return row.x;
  });
};
const share = (all: unknown[], value: unknown): number => all.filter((x) => x === value).length / all.length;
const problems = (field: object): string =>
  readDefinition({ fields: [{ name: 'x', ...field }] })
    .problems.map(({ pointer, code }) => `${pointer} ${code}`)
    .join();

describe('how likely values are', () => {
  it('is said by probability, weights and null_rate', () => {
    expect(share(values({ type: 'boolean', probability: 0.9 }), true)).toBeCloseTo(0.9, 1);
    expect(share(values({ type: 'boolean', probability: 0 }), true)).toBe(0);
    const weighted = values({ type: 'options', options: ['a', 'b', 'c'], weights: [7, 0, 3] });
    expect(share(weighted, 'a')).toBeCloseTo(0.7, 1);
    expect(share(weighted, 'b')).toBe(0);
    expect(share(values({ type: 'string', null_rate: 0.2 }), null)).toBeCloseTo(0.2, 1);
    expect(share(values({ type: 'number', null_rate: 0.5, default: 7, min: 5, max: 9 }), 7)).toBeCloseTo(0.6, 1);
  });

  it('does not change which values the rows with a value have', () => {
    const [all, some] = [values({ type: 'string' }), values({ type: 'string', null_rate: 0.4 })];
    some.forEach((x, i) => expect(x === null || x === all[i]).toBe(true));
  });

  it('leaves keys out of rows without a value, and the others different', () => {
    const schema = compiled({ fields: [{ name: 'x', type: 'number', min: 1, max: 50, unique: true, null_rate: 0.5 }] });
    expect(schema.capacity()).toEqual({ at_least: 50n, exact: false, bound_by: 'x' });
    const rows = schema.rows({ seed: 1, now: NOW });
    const keys = Array.from({ length: 50 }, (_, i) => rows.withKeys(i).keys[0]).filter((key) => key !== null);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.length).toBeLessThan(45);
  });

  it('must not be a default in a key', () => {
    const fields = [
      { name: 'a', type: 'number', null_rate: 0.5, default: 1 },
      { name: 'b', type: 'boolean' },
    ];
    expect(readDefinition({ fields, unique: [['a', 'b']] }).problems).toMatchObject([
      { pointer: '/unique/0', code: 'unique.default' },
    ]);
  });

  it('completes rows that were typed in with defaults', () => {
    const schema = compiled({
      fields: [
        { name: 'x', type: 'number', default: 7 },
        { name: 'y', type: 'boolean' },
      ],
    });
    expect(schema.completed({ y: true })).toEqual({ x: 7, y: true });
    expect(schema.completed({ x: null })).toEqual({ x: 7 });
    expect(schema.completed({ x: 1 })).toEqual({ x: 1 });
  });

  it.each([
    [{ type: 'boolean', probability: 2 }, '/fields/0/probability probability.invalid'],
    [{ type: 'boolean', probability: 0.5, unique: true }, '/fields/0/unique unique.weighted'],
    [{ type: 'options', options: [1, 2], weights: [1] }, '/fields/0/weights weights.invalid'],
    [{ type: 'options', options: [1, 2], weights: [0, 0] }, '/fields/0/weights weights.invalid'],
    [{ type: 'options', options: [1, 2], weights: [1, 2], unique: true }, '/fields/0/unique unique.weighted'],
    [{ type: 'string', null_rate: 0.5, required: true }, '/fields/0/null_rate null_rate.required'],
    [{ type: 'string', null_rate: -1 }, '/fields/0/null_rate null_rate.invalid'],
    [{ type: 'number', max: 5, default: 6 }, '/fields/0/default default.invalid'],
    [{ type: 'string', default: 'a', required: true }, '/fields/0/default default.required'],
    [{ type: 'string', default: 'a', unique: true }, '/fields/0/default default.conflict'],
  ])('%j: %s', (field, expected) => {
    expect(problems(field)).toBe(expected);
  });
});

describe('references', () => {
  const id = '00000000-0000-4000-8000-000000000001';
  const ids = Array.from({ length: 9 }, (_, k) => `00000000-0000-4000-8000-00000000010${k}`);
  const reference = (rules: object): object => ({ name: 'x', type: 'reference', reference_schema_id: id, ...rules });

  it('one to one: each record once', () => {
    const schema = compiled({ fields: [reference({ cardinality: 'one_to_one', required: true })] });
    expect(schema.references[0]?.unique).toBe(true);
    expect(schema.capacity({ x: 9 })).toEqual({ at_least: 9n, exact: true, bound_by: 'x' });
    const rows = schema.rows({ seed: 1, now: NOW, references: { x: ids } });
    expect(new Set(ids.map((_, i) => rows.json(i))).size).toBe(9);
  });

  it('weighted: the first records more often', () => {
    const rows = compiled({ fields: [reference({ distribution: 'zipf' })] }).rows({
      seed: 1,
      now: NOW,
      references: { x: ids },
    });
    const found = Array.from({ length: 2000 }, (_, i) => JSON.parse(rows.field('x', i)) as unknown);
    expect(share(found, ids[0]) / share(found, ids[3])).toBeGreaterThan(2.5);
    expect(share(found, ids[8])).toBeGreaterThan(0);
  });

  it('to earlier rows: never to the row itself or a later one', () => {
    const schema = compiled({ fields: [reference({ earlier_rows: true })] });
    const idOf = (row: number): string => `00000000-0000-4000-8000-${String(row).padStart(12, '0')}`;
    const rows = schema.rows({ seed: 1, now: NOW, firstRow: 100, idOf });
    expect(rows.json(100)).toBe('{"x":null}');
    for (let i = 101; i < 300; i++) {
      const { x } = JSON.parse(rows.json(i)) as { x: string };
      expect(schema.check({ x })).toEqual([]);
      expect(Number(x.slice(-6)) >= 100 && Number(x.slice(-6)) < i).toBe(true);
    }
    expect(problems(reference({ earlier_rows: true, required: true }))).toBe(
      '/fields/0/earlier_rows earlier_rows.required',
    );
  });
});
