import { createCipheriv, createHmac } from 'node:crypto';
import { Ff1 } from './ff1.js';

/** Below this many numbers FF1 is not safe (SP 800-38G, revision 1): there they are shuffled. */
const FEWEST = 2 ** 20;
/** Numbers that kept tables hold together: 16 MiB. */
const MOST_KEPT = 2 ** 22;

/** A permutation of [0, size) under a key, for any size. */
export class KeyedPermutations {
  private readonly ff1: Ff1;
  private readonly tables = new Map<number, Uint32Array>();
  private kept = 0;

  /** `purpose` keeps permutations of the same key apart. */
  constructor(
    private readonly key: Uint8Array,
    private readonly purpose: string,
  ) {
    this.ff1 = new Ff1(derived(key, `ff1 ${purpose}`), 2);
  }

  /**
   * The number that takes the place of `value`, 0 <= value < size. Different numbers get different ones. From 2^20 numbers on
   * FF1 over as many bits as are needed, walking cycles where it leaves the range (J. Black and P. Rogaway, Ciphers with
   * Arbitrary Finite Domains, CT-RSA 2002), twice on average at most; below, a table shuffled under the key. A `tweak` of up
   * to 8 bytes makes another permutation of it, but for tables.
   */
  at(value: bigint, size: bigint, tweak?: Uint8Array): bigint {
    if (size < FEWEST) return BigInt(this.table(Number(size))[Number(value)] as number);
    const bits = (size - 1n).toString(2).length;
    let next = value;
    do next = this.ff1.encryptNumber(next, bits, tweak);
    while (next >= size);
    return next;
  }

  private table(size: number): Uint32Array {
    const known = this.tables.get(size);
    if (known) return known;
    const made = shuffled(size, derived(this.key, `table ${this.purpose} ${size}`));
    this.kept += size;
    this.tables.set(size, made);
    for (const oldest of this.tables.keys()) {
      if (this.kept <= MOST_KEPT || oldest === size) break;
      this.tables.delete(oldest);
      this.kept -= oldest;
    }
    return made;
  }
}

/** A key of its own for each purpose: 32 bytes. */
export function derived(key: Uint8Array, purpose: string): Buffer {
  return createHmac('sha256', key).update(`testlake masking ${purpose}`).digest();
}

/** R. Durstenfeld's shuffle (Algorithm 235, 1964) with numbers from AES in counter mode, each as likely as the others. */
function shuffled(size: number, key: Buffer): Uint32Array {
  const table = Uint32Array.from({ length: size }, (_, i) => i);
  const random = randomNumbers(key);
  for (let i = size - 1; i > 0; i -= 1) {
    const most = 2 ** 32 - (2 ** 32 % (i + 1));
    let drawn = random();
    while (drawn >= most) drawn = random();
    const j = drawn % (i + 1);
    const swapped = table[i] as number;
    table[i] = table[j] as number;
    table[j] = swapped;
  }
  return table;
}

function randomNumbers(key: Buffer): () => number {
  const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16));
  const zeros = Buffer.alloc(4096);
  let [stream, at] = [cipher.update(zeros), 0];
  return () => {
    if (at === stream.length) [stream, at] = [cipher.update(zeros), 0];
    at += 4;
    return stream.readUInt32BE(at - 4);
  };
}
