import { type Cipher, createCipheriv } from 'node:crypto';

const BLOCK = 16;
const ROUNDS = 10;
/** Up to this many bits, half of a binary numeral is computed with in doubles. */
const FAST_BITS = 48;

/** The numbers of one radix and length, as FF1 encrypts them. */
interface Space {
  readonly length: number;
  /** Numerals of the two halves. */
  readonly u: number;
  readonly v: number;
  /** What halves are taken modulo. */
  readonly sizes: readonly [bigint, bigint];
  /** Bytes of a half, and of the stream that is added to one. */
  readonly b: number;
  readonly d: number;
  /** The first block of what is authenticated, encrypted already: it is the same in every round. */
  readonly start: Buffer;
  /** Where the others are put together: the tweak, zeros, the round, a half. */
  readonly q: Buffer;
}

/**
 * FF1, format-preserving encryption with AES: NIST SP 800-38G (2016), algorithm 7. A keyed permutation of the numeral
 * strings of a radix and a length; the standard asks for at least 1,000,000 of them (revision 1). Here only to encrypt.
 */
export class Ff1 {
  private readonly cipher: Cipher;
  private readonly block = Buffer.alloc(BLOCK);
  private readonly spaces = new Map<string, Space>();

  /** `key` has 16, 24 or 32 bytes; `radix` is 2 to 65,536. */
  constructor(
    key: Uint8Array,
    private readonly radix: number,
  ) {
    this.cipher = createCipheriv(`aes-${key.length * 8}-ecb`, key, null).setAutoPadding(false);
  }

  /** Encrypts a numeral string: numerals below the radix, the most significant first. */
  encrypt(numerals: readonly number[], tweak: Uint8Array = new Uint8Array()): number[] {
    const radix = BigInt(this.radix);
    const value = numerals.reduce((sum, numeral) => sum * radix + BigInt(numeral), 0n);
    let rest = this.encryptNumber(value, numerals.length, tweak);
    const out = new Array<number>(numerals.length);
    for (let i = out.length - 1; i >= 0; i -= 1) {
      out[i] = Number(rest % radix);
      rest /= radix;
    }
    return out;
  }

  /** The same for the number that the string stands for, 0 to radix^length - 1. */
  encryptNumber(value: bigint, length: number, tweak: Uint8Array = new Uint8Array()): bigint {
    const space = this.space(length, tweak.length);
    const low = space.sizes[1];
    if (this.radix === 2 && space.v <= FAST_BITS) {
      const [a, b] = this.binary(space, Number(value / low), Number(value % low), tweak);
      return BigInt(a) * low + BigInt(b);
    }
    let a = value / low;
    let b = value % low;
    for (let round = 0; round < ROUNDS; round += 1) {
      const stream = this.stream(space, tweak, round, bytesOf(b, space.b));
      const c = (a + BigInt(`0x${stream.toString('hex')}`)) % (space.sizes[round % 2] as bigint);
      [a, b] = [b, c];
    }
    return a * low + b;
  }

  /** What is added is taken modulo a power of two, so that only its last bits count. */
  private binary(space: Space, first: number, second: number, tweak: Uint8Array): [number, number] {
    let [a, b] = [first, second];
    const half = Buffer.alloc(space.b);
    const sizes = [2 ** space.u, 2 ** space.v] as const;
    for (let round = 0; round < ROUNDS; round += 1) {
      half.writeUIntBE(b, 0, space.b);
      const stream = this.stream(space, tweak, round, half);
      const size = sizes[round % 2] as number;
      const c = (a + (stream.readUIntBE(space.d - 6, 6) % size)) % size;
      [a, b] = [b, c];
    }
    return [a, b];
  }

  /** The round function: a CBC-MAC over the space, the tweak, the round and one half, drawn out to `d` bytes. */
  private stream(space: Space, tweak: Uint8Array, round: number, half: Buffer): Buffer {
    const { q } = space;
    q.set(tweak);
    q[q.length - space.b - 1] = round;
    q.set(half, q.length - space.b);
    let mac = space.start;
    for (let at = 0; at < q.length; at += BLOCK) {
      for (let i = 0; i < BLOCK; i += 1) this.block[i] = (q[at + i] as number) ^ (mac[i] as number);
      mac = this.cipher.update(this.block);
    }
    if (space.d <= BLOCK) return mac.subarray(0, space.d);
    const blocks = [mac];
    for (let j = 1; j < Math.ceil(space.d / BLOCK); j += 1) {
      const next = Buffer.from(mac);
      next.writeUInt32BE((next.readUInt32BE(12) ^ j) >>> 0, 12);
      blocks.push(this.cipher.update(next));
    }
    return Buffer.concat(blocks).subarray(0, space.d);
  }

  private space(length: number, tweak: number): Space {
    const key = `${length} ${tweak}`;
    let space = this.spaces.get(key);
    if (!space) this.spaces.set(key, (space = this.newSpace(length, tweak)));
    return space;
  }

  private newSpace(length: number, tweak: number): Space {
    const radix = BigInt(this.radix);
    const u = Math.floor(length / 2);
    const v = length - u;
    const b = Math.ceil((radix ** BigInt(v) - 1n).toString(2).length / 8);
    const start = Buffer.from([1, 2, 1, 0, 0, 0, ROUNDS, u % 256, 0, 0, 0, 0, 0, 0, 0, 0]);
    start.writeUIntBE(this.radix, 3, 3);
    start.writeUInt32BE(length, 8);
    start.writeUInt32BE(tweak, 12);
    const sizes = [radix ** BigInt(u), radix ** BigInt(v)] as const;
    const q = Buffer.alloc(Math.ceil((tweak + b + 1) / BLOCK) * BLOCK);
    return { length, u, v, sizes, b, d: 4 * Math.ceil(b / 4) + 4, start: this.cipher.update(start), q };
  }
}

function bytesOf(value: bigint, length: number): Buffer {
  return Buffer.from(value.toString(16).padStart(length * 2, '0'), 'hex');
}
