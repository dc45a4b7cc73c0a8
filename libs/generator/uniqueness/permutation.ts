import { mix32, type StreamKey } from '../random/hash.js';

// Luby and Rackoff (1988): four rounds make a permutation that random access cannot tell from a random one.
const ROUNDS = 4;
const TWO_MINUS_32 = 1 / 4294967296;

/**
 * A keyed permutation of [0, size): every row gets another value, in an order that looks random, without remembering any.
 *
 * A generalised Feistel network on Z_a × Z_b with a ≈ b ≈ √size, walking cycles where it leaves the range
 * (J. Black and P. Rogaway, Ciphers with Arbitrary Finite Domains, CT-RSA 2002, methods 2 and 3). a × b exceeds size by less
 * than a, so that a walk is rare: one value in √size. The round function is no cipher: this spreads, it does not hide.
 */
export class Permutation {
  private readonly a: number;
  private readonly b: number;
  private readonly keys: Int32Array;

  /** `size` from 1 to 2^46. */
  constructor(
    readonly size: number,
    key: StreamKey,
  ) {
    this.a = Math.ceil(Math.sqrt(size));
    this.b = Math.ceil(size / this.a);
    this.keys = Int32Array.from(
      { length: ROUNDS },
      (_, r) => mix32(key.a + Math.imul(r + 1, 0x9e3779b1)) ^ mix32(key.b + r),
    );
  }

  /** The value of index `i`, 0 ≤ i < size. */
  at(i: number): number {
    let value = i;
    do value = this.once(value);
    while (value >= this.size);
    return value;
  }

  private once(value: number): number {
    const { a, b, keys } = this;
    // Both halves are below 2^24, so that `| 0` rounds down and keeps them integers for the engine.
    let left = (value / b) | 0;
    let right = (value - left * b) | 0;
    for (let r = 0; r < ROUNDS; r += 2) {
      left += ((mix32(right ^ keys[r]!) >>> 0) * TWO_MINUS_32 * a) | 0;
      if (left >= a) left -= a;
      right += ((mix32(left ^ keys[r + 1]!) >>> 0) * TWO_MINUS_32 * b) | 0;
      if (right >= b) right -= b;
    }
    return left * b + right;
  }
}
