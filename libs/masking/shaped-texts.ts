import { createHash } from 'node:crypto';
import { type Characters, charactersLike } from './characters.js';
import type { KeyedPermutations } from './keyed-permutation.js';

/** Most characters that are numbered together: so many small letters make a number of 94 bits. */
const MOST = 20;

interface Place {
  at: number;
  like: Characters;
}

/**
 * Exchanges the characters of a text for others of their kind; what has no kind stays. Different texts become different
 * ones: texts of one shape are numbered (mixed radix), and the number is enciphered, which is what M. Bellare, T. Ristenpart,
 * P. Rogaway and T. Stegers call rank-encipher-unrank (Format-Preserving Encryption, SAC 2009). Of longer texts, stretches
 * of 20 characters are enciphered one after the other, each under what stood before it.
 */
export function exchanged(
  text: string,
  permutations: KeyedPermutations,
  likeOf: (character: string) => Characters | null = charactersLike,
): string {
  const characters = [...text];
  const places: Place[] = [];
  for (let at = 0; at < characters.length; at += 1) {
    const like = likeOf(characters[at] as string);
    if (like) places.push({ at, like });
  }
  const stretches = Math.ceil(places.length / MOST);
  const out = [...characters];
  for (let k = 0; k < stretches; k += 1) {
    // Evenly, so that none is so short that it could be guessed.
    const from = Math.floor((places.length * k) / stretches);
    const to = Math.floor((places.length * (k + 1)) / stretches);
    const before = characters.slice(0, places[from]?.at).join('');
    encipher(characters, out, places.slice(from, to), permutations, k === 0 ? undefined : tweakOf(before));
  }
  return out.join('');
}

function encipher(
  characters: readonly string[],
  out: string[],
  places: readonly Place[],
  permutations: KeyedPermutations,
  tweak: Uint8Array | undefined,
): void {
  let [rank, size] = [0n, 1n];
  // In doubles as far as they reach: whole numbers of any size take ten times as long.
  let [part, partSize] = [0, 1];
  for (const { at, like } of places) {
    if (partSize * like.list.length > Number.MAX_SAFE_INTEGER) {
      [rank, size] = [rank * BigInt(partSize) + BigInt(part), size * BigInt(partSize)];
      [part, partSize] = [0, 1];
    }
    part = part * like.list.length + (like.places.get(characters[at] as string) as number);
    partSize *= like.list.length;
  }
  [rank, size] = [rank * BigInt(partSize) + BigInt(part), size * BigInt(partSize)];
  unrank(permutations.at(rank, size, tweak), places, out);
}

function unrank(rank: bigint, places: readonly Place[], out: string[]): void {
  let rest = rank;
  for (let i = places.length - 1; i >= 0;) {
    let [first, size] = [i, 1];
    while (first >= 0 && size * (places[first] as Place).like.list.length <= Number.MAX_SAFE_INTEGER) {
      size *= (places[first] as Place).like.list.length;
      first -= 1;
    }
    let part = Number(rest % BigInt(size));
    rest /= BigInt(size);
    for (; i > first; i -= 1) {
      const { at, like } = places[i] as Place;
      out[at] = like.list[part % like.list.length] as string;
      part = Math.floor(part / like.list.length);
    }
  }
}

function tweakOf(text: string): Uint8Array {
  return createHash('sha256').update(text).digest().subarray(0, 8);
}
