import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { streamKey } from '../random/hash.js';
import { Stream } from '../random/stream.js';
import { compiled } from '../testing/compiled.js';
import { type Deal, type KeyMembers } from './deal.js';
import { dealsOf } from './deals.js';

const stream = new Stream();
const extents = (...sizes: number[]): { size: number; exact: boolean }[] =>
  sizes.map((size) => ({ size, exact: true }));

/** The ranks of all fields of a deal in row i. */
function ranks(deal: Deal, rows: number): Map<number, number>[] {
  const dealer = deal.open('key', (purpose) => streamKey('s', purpose, 'x'));
  return Array.from({ length: rows }, (_, i) => {
    stream.seek({ a: 1, b: 2 }, i);
    return new Map(deal.fields.map((f, m) => [f, dealer(m, i, stream)]));
  });
}

function expectDealt(keys: readonly KeyMembers[], sizes: readonly number[], rows: number): void {
  for (const deal of dealsOf(keys, extents(...sizes))) {
    const dealt = ranks(deal, Math.min(rows, deal.size));
    for (const row of dealt) for (const [f, rank] of row) expect(rank >= 0 && rank < sizes[f]!).toBe(true);
    for (const key of keys.filter((each) => each.every((f) => deal.fields.includes(f)))) {
      const seen = new Set(dealt.map((row) => key.map((f) => row.get(f)).join()));
      expect([key, seen.size]).toEqual([key, dealt.length]);
    }
  }
}
const sizesOf = (keys: readonly KeyMembers[], ...sizes: number[]): [number, boolean][] =>
  dealsOf(keys, extents(...sizes)).map(({ size, exact }) => [size, exact]);

describe('keys that share fields', () => {
  it('with one field in common are dealt to the last combination', () => {
    const keys = [
      [0, 1],
      [0, 2],
      [0, 3],
    ];
    expect(sizesOf(keys, 5, 7, 9, 8)).toEqual([[35, true]]);
    expectDealt(keys, [5, 7, 9, 8], Infinity);
  });

  it('in a triangle are dealt like a Latin square', () => {
    const keys = [
      [0, 1],
      [1, 2],
      [0, 2],
    ];
    expect(sizesOf(keys, 7, 7, 7)).toEqual([[49, true]]);
    expect(sizesOf(keys, 2, 2, 2)).toEqual([[4, true]]);
    expect(sizesOf(keys, 8, 9, 8)).toEqual([[49, false]]);
    expectDealt(keys, [8, 9, 8], Infinity);
  });

  it('in a chain are dealt as far as can be promised', () => {
    const keys = [
      [0, 1],
      [1, 2],
      [2, 3],
    ];
    expect(sizesOf(keys, 11, 11, 11, 11)).toEqual([[121, true]]);
    expect(sizesOf(keys, 100, 2, 100, 2)[0]![0]).toBeGreaterThanOrEqual(2);
    expectDealt(keys, [100, 2, 100, 2], Infinity);
  });

  it('never repeat, whatever the keys and sizes', () => {
    const key = fc.uniqueArray(fc.nat(5), { minLength: 1, maxLength: 4 });
    const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 400 })), {
      minLength: 6,
      maxLength: 6,
    });
    fc.assert(
      fc.property(fc.array(key, { minLength: 1, maxLength: 4 }), sizes, (keys, all) => {
        const binding = keys.filter(
          (a, k) => !keys.some((b, o) => o !== k && b.every((f) => a.includes(f)) && (b.length < a.length || o < k)),
        );
        const product = (each: KeyMembers): number => each.reduce((sum, f) => sum * all[f]!, 1);
        for (const deal of dealsOf(binding, extents(...all))) {
          const own = binding.filter((each) => each.some((f) => deal.fields.includes(f)));
          expect(deal.size).toBeGreaterThanOrEqual(1);
          expect(deal.size).toBeLessThanOrEqual(Math.min(...own.map(product)));
        }
        expectDealt(binding, all, 500);
      }),
      { numRuns: 200 },
    );
  });

  it('count in the capacity, with references, and end in an error that names them', () => {
    const fields = [
      { name: 'user', type: 'reference', reference_schema_id: '00000000-0000-4000-8000-000000000001' },
      { name: 'product', type: 'options', options: ['a', 'b', 'c'] },
      { name: 'day', type: 'number', min: 1, max: 4 },
    ];
    const schema = compiled({
      fields,
      unique: [
        ['user', 'product'],
        ['user', 'day'],
      ],
    });
    expect(schema.capacity({ user: 5 })).toEqual({ at_least: 15n, exact: true, bound_by: 'user, product' });
    expect(schema.capacity({ user: 0 })).toBeNull();
    const ids = Array.from({ length: 5 }, (_, k) => `00000000-0000-4000-8000-00000000010${k}`);
    const rows = schema.rows({ seed: 1, now: Date.UTC(2026, 0), references: { user: ids } });
    const keys = Array.from({ length: 15 }, (_, i) => rows.withKeys(14 - i).keys);
    for (const k of [0, 1]) expect(new Set(keys.map((each) => each[k])).size).toBe(15);
    expect(() => rows.json(15)).toThrow('user, product can tell only 15 rows apart');
  });
});
