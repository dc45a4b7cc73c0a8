import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compiled } from '../testing/compiled.js';
import { compareDecimals, parseDecimal } from './decimal.js';
import { daysFromCivil, parseInstant, writeDay, writeInstant } from './instant.js';

const NOW = Date.UTC(2026, 0, 15, 10, 30);
const values = (field: object, rows = 300): unknown[] => {
  const source = compiled({ fields: [{ name: 'x', ...field }] }).rows({ seed: 1, now: NOW });
  const name = (field as { name?: string }).name ?? 'x';
  return Array.from({ length: rows }, (_, i) => JSON.parse(source.field(name, i)) as unknown);
};
const numbers = (field: object): number[] => values({ type: 'number', ...field }) as number[];
const capacity = (field: object): unknown => compiled({ fields: [{ name: 'x', unique: true, ...field }] }).capacity();

describe('numbers', () => {
  it('are whole unless a bound or the name says otherwise', () => {
    expect(numbers({ min: 3, max: 9 }).every((x) => Number.isInteger(x) && x >= 3 && x <= 9)).toBe(true);
    expect(numbers({ name: 'price' }).some((x) => !Number.isInteger(x))).toBe(true);
    expect(numbers({ min: '0.5', max: 2 }).every((x) => x * 10 === Math.round(x * 10))).toBe(true);
  });

  it('reach both bounds, and no further', () => {
    expect(new Set(numbers({ min: -1, max: 1 }))).toEqual(new Set([-1, 0, 1]));
    expect(new Set(numbers({ min: '-0.02', max: '0.02' }))).toEqual(new Set([-0.02, -0.01, 0, 0.01, 0.02]));
    expect(numbers({ min: 5, max: 5 })[0]).toBe(5);
  });

  it('are written as JSON.stringify writes them', () => {
    for (const field of [
      { name: 'price' },
      { name: 'latitude' },
      { min: '-0.0000000003', max: '0.0000000002' },
      { min: -1e15, max: 1e15 },
    ]) {
      const source = compiled({ fields: [{ name: 'x', type: 'number', ...field }] }).rows({ seed: 4, now: NOW });
      for (let i = 0; i < 300; i++) {
        const text = source.json(i);
        expect(JSON.stringify(JSON.parse(text))).toBe(text);
      }
    }
  });

  it('take a missing bound from the name, or lie near the other one', () => {
    expect(Math.max(...numbers({ name: 'price', min: '0.01' }))).toBeLessThan(1000);
    expect(Math.min(...numbers({ min: 5000 }))).toBeGreaterThanOrEqual(5000);
    expect(Math.max(...numbers({ min: 5000 }))).toBeLessThanOrEqual(6000);
    expect(Math.max(...numbers({ max: -5000 }))).toBeLessThanOrEqual(-5000);
  });

  it('that are unique have every value of their range, or room', () => {
    expect(capacity({ type: 'number', min: '0.5', max: '1.5' })).toEqual({ at_least: 11n, exact: true, bound_by: 'x' });
    expect(capacity({ type: 'number' })).toEqual({ at_least: 1_000_000_001n, exact: true, bound_by: 'x' });
    expect(capacity({ type: 'number', min: -1e15, max: 1e15 })).toEqual({
      at_least: 2n ** 46n,
      exact: false,
      bound_by: 'x',
    });
  });
});

describe('decimals', () => {
  it('are read as written', () => {
    expect(parseDecimal('0.10')).toEqual({ units: 10n, decimals: 2 });
    expect(parseDecimal(-1.5)).toEqual({ units: -15n, decimals: 1 });
    expect(parseDecimal(1e21)).toEqual({ units: 10n ** 21n, decimals: 0 });
    expect(parseDecimal(1e-7)).toEqual({ units: 1n, decimals: 7 });
    for (const wrong of ['', 'abc', '1.', '.5', '0x10', 'NaN', NaN, Infinity, null, true, '1e9999'])
      expect(parseDecimal(wrong)).toBeNull();
  });

  it('compare exactly', () => {
    const [a, b] = [parseDecimal('0.1'), parseDecimal('0.10000000000000000000000001')];
    expect(compareDecimals(a!, b!)).toBeLessThan(0);
    expect(compareDecimals(a!, parseDecimal('0.100')!)).toBe(0);
  });
});

describe('dates', () => {
  const dates = (field: object): string[] => values({ type: 'date', ...field }) as string[];

  it('are days, or seconds where the name or a bound says so', () => {
    expect(dates({})[0]).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(dates({ name: 'created_at' })[0]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(dates({ min: '2024-01-01T00:00:00Z' })[0]).toMatch(/Z$/);
  });

  it('lie around now as their names say', () => {
    expect(dates({ name: 'birth_date' }).every((date) => date < '2008-02' && date > '1945')).toBe(true);
    expect(dates({ name: 'order_date' }).every((date) => date <= '2026-01-15' && date >= '2025-01-15')).toBe(true);
    expect(dates({ name: 'expires_at' }).every((date) => date > '2026-01-15')).toBe(true);
  });

  it('keep their bounds, the last day included', () => {
    expect(new Set(dates({ min: '2024-02-28', max: '2024-03-01' }))).toEqual(
      new Set(['2024-02-28', '2024-02-29', '2024-03-01']),
    );
    expect(
      dates({ name: 'seen_at', min: '2024-02-29', max: '2024-02-29' }).every((date) => date.startsWith('2024-02-29T')),
    ).toBe(true);
    expect(dates({ max: '0000-01-01' })).toContain('0000-01-01');
    expect(dates({ min: '9999-12-31' })).toContain('9999-12-31');
  });

  it('count their days', () => {
    expect(capacity({ type: 'date', min: '2024-01-01', max: '2024-12-31' })).toEqual({
      at_least: 366n,
      exact: true,
      bound_by: 'x',
    });
    expect(capacity({ type: 'date' })).toEqual({ at_least: 36_525n, exact: true, bound_by: 'x' });
  });
});

describe('instants', () => {
  it('agree with Date', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('0000-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true }),
        (date) => {
          const text = date.toISOString();
          const instant = parseInstant(text)!;
          expect(instant.seconds).toBe(Math.floor(date.getTime() / 1000));
          expect(writeInstant(instant)).toBe(text.replace(/\.?0*Z$/, 'Z').replace(/:(\d)Z$/, ':$10Z'));
          expect(writeDay(daysFromCivil(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()))).toBe(
            text.slice(0, 10),
          );
        },
      ),
    );
  });

  it('have one canonical text each', () => {
    const canonical = (text: string): string => writeInstant(parseInstant(text)!);
    expect(canonical('2024-01-01T01:00:00+01:00')).toBe('2024-01-01T00:00:00Z');
    expect(canonical('2024-01-01t00:00:00.500z')).toBe('2024-01-01T00:00:00.5Z');
    expect(canonical('2024-01-01')).toBe('2024-01-01');
  });

  it.each([
    '2023-02-29',
    '2024-13-01',
    '2024-00-10',
    '2024-01-32',
    '24-01-01',
    '2024-01-01T24:00:00Z',
    '2024-01-01T10:00',
    '2024-01-01T10:00:00',
    '2024-01-01T10:00:00+25:00',
    'yesterday',
    '',
  ])('%j is none', (text) => {
    expect(parseInstant(text)).toBeNull();
  });
});
