import { mix32, type StreamKey } from './hash.js';

const TWO_32 = 4294967296;
const TWO_MINUS_32 = 1 / TWO_32;
const TWO_MINUS_53 = 1 / 9007199254740992;

/**
 * A counter-based random source: `seek(key, i)` goes straight to row i, whatever was drawn before.
 * The state is hashed from (key, i); within a row it steps as xoroshiro64** (Blackman and Vigna, 2018).
 *
 * Both words are kept as signed 32-bit integers, which V8 stores without boxing.
 */
export class Stream {
  private s0 = 1;
  private s1 = 1;

  /** Goes to the numbers of row `i` (0 ≤ i < 2^53) under `key`. */
  seek(key: StreamKey, i: number): void {
    const low = i | 0;
    const high = (i * TWO_MINUS_32) | 0;
    const a = mix32(low ^ key.a);
    const b = mix32((a ^ key.b) + Math.imul(high + 1, 0x9e3779b1));
    this.s0 = a ^ Math.imul(b, 0x27d4eb2f);
    // xoroshiro must not start at (0, 0); the low bit is cheap to give away.
    this.s1 = b | 1;
  }

  /** The next 32 random bits as a signed integer. */
  next(): number {
    const s0 = this.s0;
    const t = Math.imul(s0, 0x9e3779bb);
    const s1 = this.s1 ^ s0;
    this.s0 = ((s0 << 26) | (s0 >>> 6)) ^ s1 ^ (s1 << 9);
    this.s1 = (s1 << 13) | (s1 >>> 19);
    return Math.imul((t << 5) | (t >>> 27), 5);
  }

  /** A whole number in [0, n), for 1 ≤ n ≤ 2^53. The bias is below n / 2^32 (n / 2^53 for n > 2^21). */
  below(n: number): number {
    if (n <= 2097152) return ((this.next() >>> 0) * TWO_MINUS_32 * n) | 0;
    return Math.floor(this.unit() * n);
  }

  /** A number in [0, 1) with 53 random bits. */
  unit(): number {
    const high = this.next() >>> 5;
    const low = this.next() >>> 6;
    return (high * 67108864 + low) * TWO_MINUS_53;
  }
}
