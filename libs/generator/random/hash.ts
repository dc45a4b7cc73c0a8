/**
 * Mixes 32 bits so that every input bit reaches every output bit: the finaliser of MurmurHash3
 * (Austin Appleby, public domain). A bijection on 32-bit integers.
 */
export function mix32(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** MurmurHash3 (x86, 32 bits) of a text's UTF-16 code units. Returns a signed 32-bit integer. */
function hashText(text: string, seed: number): number {
  let h = seed | 0;
  for (let i = 0; i < text.length; i++) {
    let k = Math.imul(text.charCodeAt(i), 0xcc9e2d51);
    k = (k << 15) | (k >>> 17);
    h ^= Math.imul(k, 0x1b873593);
    h = (h << 13) | (h >>> 19);
    h = (Math.imul(h, 5) + 0xe6546b64) | 0;
  }
  return mix32(h ^ text.length);
}

/** 64 bits that stand for one random function: what a field or a key draws from depends on its key alone. */
export interface StreamKey {
  readonly a: number;
  readonly b: number;
}

/**
 * The key of the thing called `name` under `seed`. `purpose` keeps a field and a unique key of the same name apart.
 * Seeds may be numbers or text; 1 and "1" are the same seed.
 */
export function streamKey(seed: string | number, purpose: string, name: string): StreamKey {
  // NUL cannot occur in names, so no two (seed, purpose, name) triples spell the same text by accident.
  const text = `${String(seed)}\u0000${purpose}\u0000${name}`;
  return { a: hashText(text, 0x2545f491), b: hashText(text, 0x9e3779b9 | 0) };
}
