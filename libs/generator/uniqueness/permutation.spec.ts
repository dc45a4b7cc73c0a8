import { describe, expect, it } from '@jest/globals';
import { streamKey } from '../random/hash.js';
import { Permutation } from './permutation.js';

const permutation = (size: number, seed: number): Permutation => new Permutation(size, streamKey(seed, 'key', 'x'));

describe('a permutation', () => {
  it.each([1, 2, 3, 7, 10, 100, 520, 1000, 4097, 65_536])('of %d values gives each once', (size) => {
    for (const seed of [1, 2]) {
      const order = permutation(size, seed);
      const values = Array.from({ length: size }, (_, i) => order.at(i));
      expect(values.sort((a, b) => a - b)).toEqual(Array.from({ length: size }, (_, i) => i));
    }
  });

  it('of a large range stays within it and does not repeat', () => {
    for (const size of [2 ** 31 + 11, 10 ** 12 + 39, 2 ** 46]) {
      const p = permutation(size, 5);
      const values = Array.from({ length: 50_000 }, (_, i) => p.at(i));
      expect(new Set(values).size).toBe(50_000);
      expect(Math.max(...values)).toBeLessThan(size);
      expect(p.at(size - 1)).toBeLessThan(size);
    }
  });

  it('spreads: neighbouring rows land all over, evenly', () => {
    const size = 1_000_003;
    const p = permutation(size, 9);
    const buckets = new Array<number>(10).fill(0);
    for (let i = 0; i < 20_000; i++) buckets[Math.floor((p.at(i) / size) * 10)]!++;
    for (const count of buckets) expect(Math.abs(count - 2000)).toBeLessThan(200);
  });

  it('depends on the seed', () => {
    const orders = new Set(Array.from({ length: 50 }, (_, seed) => permutation(100, seed).at(0)));
    expect(orders.size).toBeGreaterThan(25);
  });
});
