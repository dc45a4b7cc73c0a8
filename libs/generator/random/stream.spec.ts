import { describe, expect, it } from '@jest/globals';
import { mix32, streamKey } from './hash.js';
import { Stream } from './stream.js';

describe('the random stream', () => {
  const stream = new Stream();
  const key = streamKey('seed', 'field', 'name');

  it('gives the same numbers for a row wherever it comes from', () => {
    const numbers = (i: number): number[] => {
      stream.seek(key, i);
      return [stream.next(), stream.below(1000), stream.unit()];
    };
    const forward = [0, 1, 2, 3].map(numbers);
    expect([3, 2, 1, 0].map(numbers).reverse()).toEqual(forward);
    expect(new Set(forward.map(([first]) => first)).size).toBe(4);
  });

  it('is even over rows, in the first numbers and the tenth', () => {
    for (const skipped of [0, 1, 9]) {
      const buckets = new Array<number>(16).fill(0);
      for (let i = 0; i < 32_000; i++) {
        stream.seek(key, i);
        for (let k = 0; k < skipped; k++) stream.next();
        buckets[stream.below(16)]!++;
      }
      // Chi-square with 15 degrees of freedom: 44.3 is exceeded once in ten thousand times.
      const chiSquare = buckets.reduce((sum, count) => sum + (count - 2000) ** 2 / 2000, 0);
      expect(chiSquare).toBeLessThan(44.3);
    }
  });

  it('tells fields, purposes and seeds apart', () => {
    const keys = [
      streamKey(1, 'field', 'a'),
      streamKey(1, 'field', 'b'),
      streamKey(1, 'key', 'a'),
      streamKey(2, 'field', 'a'),
    ];
    expect(new Set(keys.map(({ a, b }) => `${a} ${b}`)).size).toBe(4);
    expect(streamKey(1, 'field', 'a')).toEqual(streamKey('1', 'field', 'a'));
  });

  it('draws numbers up to 2^53', () => {
    stream.seek(key, 1);
    const large = Array.from({ length: 1000 }, () => stream.below(2 ** 53));
    expect(large.every((value) => Number.isSafeInteger(value) && value >= 0)).toBe(true);
    expect(new Set(large).size).toBe(1000);
  });

  it('mixes 32 bits without losing any', () => {
    expect(new Set(Array.from({ length: 100_000 }, (_, i) => mix32(i))).size).toBe(100_000);
  });
});
