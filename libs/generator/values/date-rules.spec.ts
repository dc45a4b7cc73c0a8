import { describe, expect, it } from '@jest/globals';
import { EmptySpanError, readDefinition } from '../index.js';
import { compiled } from '../testing/compiled.js';

const NOW = Date.UTC(2026, 0, 15, 10, 30);
const date = (name: string, rules: object = {}): object => ({ name, type: 'date', ...rules });
const rowsOf = (fields: object[], count = 300, now = NOW): Record<string, string>[] => {
  const schema = compiled({ fields });
  const rows = schema.rows({ seed: 3, now });
  return Array.from({ length: count }, (_, i) => {
    const row = JSON.parse(rows.json(i)) as Record<string, string>;
    expect(schema.check(row, now)).toEqual([]);
    return row;
  });
};
const ends = (values: string[]): [string | undefined, string | undefined] => {
  const sorted = [...values].sort();
  return [sorted[0], sorted.at(-1)];
};
const problems = (...fields: object[]): string =>
  readDefinition({ fields })
    .problems.map(({ pointer, code }) => `${pointer} ${code}`)
    .join();
const failing = (rules: object, x: unknown): string[] =>
  compiled({ fields: [date('x', rules)] })
    .check({ x }, NOW)
    .map(({ code }) => code);

describe('formats of dates', () => {
  it('decide how they are written, whatever the name', () => {
    for (const { created_at, day, at } of rowsOf([
      date('created_at', { format: 'date' }),
      date('day', { format: 'date-time' }),
      date('at', { format: 'time', min: '09:00', max: '17:30:00' }),
    ])) {
      expect(created_at).toMatch(/^\d{4}-\d\d-\d\d$/);
      expect(day).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      expect(at! >= '09:00:00' && at! <= '17:30:00').toBe(true);
    }
  });

  it('are checked', () => {
    expect(failing({ format: 'date' }, '2024-01-01T00:00:00Z')).toEqual(['type']);
    expect(failing({ format: 'date-time' }, '2024-01-01')).toEqual(['type']);
    expect(failing({ format: 'time' }, '24:00')).toEqual(['type']);
    expect(failing({ format: 'time', max: '12:00' }, '12:00:01')).toEqual(['max']);
    expect(failing({ format: 'time' }, '23:59')).toEqual([]);
  });

  it('count all times of a day', () => {
    const schema = compiled({ fields: [date('x', { format: 'time', min: '10:00', max: '10:00:09', unique: true })] });
    expect(schema.capacity()).toEqual({ at_least: 10n, exact: true, bound_by: 'x' });
    expect(schema.keysOf({ x: '10:00' })).toEqual(schema.keysOf({ x: '10:00:00' }));
  });
});

describe('bounds that move with the run', () => {
  it('hold to the day and the second', () => {
    const rows = rowsOf([
      date('d', { min: 'now-2d', max: 'today' }),
      date('t', { format: 'date-time', min: 'now-10s', max: 'now' }),
      date('far', { min: 'now+1y', max: 'now+370d' }),
    ]);
    expect(ends(rows.map(({ d }) => d!))).toEqual(['2026-01-13', '2026-01-15']);
    expect(ends(rows.map(({ t }) => t!))).toEqual(['2026-01-15T10:29:50Z', '2026-01-15T10:30:00Z']);
    expect(ends(rows.map(({ far }) => far!))).toEqual(['2027-01-15', '2027-01-20']);
  });

  it('are checked against the moment given', () => {
    expect(failing({ min: 'now-2d' }, '2026-01-12')).toEqual(['min']);
    expect(failing({ max: 'now', format: 'date-time' }, '2026-01-15T10:30:01Z')).toEqual(['max']);
    expect(failing({ max: 'today', format: 'date-time' }, '2026-01-15T23:59:59Z')).toEqual([]);
  });

  it('may stand beside fixed ones, but not in a key', () => {
    expect(ends(rowsOf([date('d', { min: '2026-01-14', max: 'now' })], 50).map(({ d }) => d!))).toEqual([
      '2026-01-14',
      '2026-01-15',
    ]);
    expect(problems(date('d', { min: '2026-01-14', max: 'now', unique: true }))).toBe('/fields/0/unique unique.moving');
    const schema = compiled({ fields: [date('d', { min: 'now', max: '2030-01-01' })] });
    expect(() => schema.rows({ seed: 1, now: Date.UTC(2031, 0) })).toThrow(EmptySpanError);
  });

  it.each([
    ['now-', 'min.invalid'],
    ['now+99999y', 'min.invalid'],
    ['yesterday', 'min.invalid'],
    ['now+1d', 'min.above_max'],
  ])('%s: %s', (min, code) => {
    expect(problems(date('x', { min, max: 'now' }))).toBe(`/fields/0/min ${code}`);
  });
});

describe('order between dates', () => {
  const range = { min: '2024-01-01', max: '2024-12-31' };

  it('holds in every row, through several fields, in both directions', () => {
    for (const { a, b, c, z } of rowsOf([
      date('c', { after: 'b' }),
      date('b', { after: 'a', max: '2025-01-02' }),
      date('a', range),
      date('z', { before: 'a', min: '2023-12-01' }),
    ])) {
      expect(z! < a! && a! < b! && b! < c!).toBe(true);
      expect(b! <= '2025-01-02').toBe(true);
    }
  });

  it('is free where the other date is missing, and holds for times too', () => {
    for (const { from, to } of rowsOf([
      date('from', { format: 'time', max: '23:59:58', null_rate: 0.3 }),
      date('to', { format: 'time', after: 'from' }),
    ]))
      if (from !== null) expect(to! > from!).toBe(true);
  });

  it('is checked', () => {
    const schema = compiled({ fields: [date('a'), date('b', { after: 'a' })] });
    expect(schema.check({ a: '2024-01-02', b: '2024-01-02' })).toMatchObject([{ pointer: '/b', code: 'after' }]);
    expect(schema.check({ a: '2024-01-02', b: '2024-01-03' })).toEqual([]);
    expect(schema.check({ b: '2024-01-03' })).toEqual([]);
  });

  it.each([
    ['/fields/0 date.no_room', [date('b', { after: 'a', max: '2024-12-31' }), date('a', range)]],
    ['/fields/0/after after.unknown_field', [date('b', { after: 'x' })]],
    ['/fields/0/after after.field_type', [date('b', { after: 'x', format: 'time' }), date('x')]],
    ['/fields/0/after after.circle', [date('b', { after: 'a' }), date('a', { after: 'b' })]],
    ['/fields/0/after after.conflict', [date('b', { after: 'a', before: 'a' }), date('a')]],
    ['/fields/0/unique unique.derived', [date('b', { after: 'a', unique: true }), date('a')]],
  ])('%s', (expected, fields) => {
    expect(problems(...fields)).toBe(expected);
  });
});
