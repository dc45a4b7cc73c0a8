import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { inOrder } from './key-order.js';

const texts = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b', '~', '\u007f', 'é', 'ü', '￿', '😀', '\0'), maxLength: 8 }),
  fc.integer({ min: 0, max: 2_000 }).map((no) => `"user_${no}@example.com"`),
);

describe('the order in which unique values are written', () => {
  it('is that of the keys, and within each that of the texts', () => {
    const entries = fc.uniqueArray(fc.tuple(fc.constantFrom(3, 11, 200), texts), {
      maxLength: 300,
      selector: ([key, value]) => `${key} ${value}`,
    });
    fc.assert(
      fc.property(entries, (given) => {
        const [keys, values] = [given.map(([key]) => key), given.map(([, value]) => value)];
        const places = inOrder({ keys, values, records: [] });
        const sorted = [...given].sort(([k, a], [l, b]) => k - l || (a < b ? -1 : 1));
        expect([...places].map((place) => given[place])).toEqual(sorted);
      }),
    );
  });
});
