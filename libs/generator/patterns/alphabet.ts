import { type CharSet } from './char-set.js';

/**
 * The characters divided into classes that no set of the pattern tells apart: `[a-z]|[0-9]` has three classes
 * (letters, digits, all the rest), and a table over classes stays small where one over characters would not.
 */
export interface Alphabet {
  /** How many classes there are. Class 0 is what no set contains, or all characters where there is no set. */
  readonly classes: number;
  /** First code point of each stretch of one class, ascending from 0. */
  readonly bounds: Int32Array;
  /** The class of each stretch. */
  readonly classOfStretch: Int32Array;
  /** The class of each ASCII character, for speed. */
  readonly ascii: Int32Array;
  /** For each set, the classes that make it up. */
  readonly classesOfSet: readonly (readonly number[])[];
}

/** Divides the characters so that every one of `sets` is a union of classes. */
export function divide(sets: readonly CharSet[]): Alphabet {
  const cuts = new Set<number>([0]);
  for (const set of sets) {
    for (let i = 0; i < set.length; i += 2) cuts.add(set[i]!).add(set[i + 1]! + 1);
  }
  const bounds = Int32Array.from(cuts).sort();
  const classOfStretch = refine(bounds, sets);
  const classes = classOfStretch.reduce((most, c) => Math.max(most, c), 0) + 1;
  const ascii = new Int32Array(128);
  const alphabet = { classes, bounds, classOfStretch, ascii, classesOfSet: [] as number[][] };
  for (let c = 0; c < 128; c++) ascii[c] = classByBounds(alphabet, c);
  alphabet.classesOfSet = sets.map((set) => classesIn(set, alphabet));
  return alphabet;
}

/** Splits the classes by one set after the other: stretches stay together while every set has both or neither. */
function refine(bounds: Int32Array, sets: readonly CharSet[]): Int32Array {
  const classOf = new Int32Array(bounds.length);
  for (const set of sets) {
    const renamed = new Map<number, number>();
    let k = 0;
    for (let s = 0; s < bounds.length; s++) {
      while (k < set.length && set[k + 1]! < bounds[s]!) k += 2;
      const inside = k < set.length && set[k]! <= bounds[s]!;
      const key = classOf[s]! * 2 + (inside ? 1 : 0);
      let name = renamed.get(key);
      if (name === undefined) renamed.set(key, (name = renamed.size));
      classOf[s] = name;
    }
  }
  return classOf;
}

function classesIn(set: CharSet, alphabet: Alphabet): number[] {
  const found = new Set<number>();
  for (let i = 0; i < set.length; i += 2) {
    for (
      let s = stretchOf(alphabet.bounds, set[i]!);
      s < alphabet.bounds.length && alphabet.bounds[s]! <= set[i + 1]!;
      s++
    ) {
      found.add(alphabet.classOfStretch[s]!);
    }
  }
  return [...found].sort((a, b) => a - b);
}

function stretchOf(bounds: Int32Array, codePoint: number): number {
  let low = 0;
  let high = bounds.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (bounds[middle]! <= codePoint) low = middle;
    else high = middle - 1;
  }
  return low;
}

function classByBounds(alphabet: Alphabet, codePoint: number): number {
  return alphabet.classOfStretch[stretchOf(alphabet.bounds, codePoint)]!;
}

/** The class of a character. */
export function classOf(alphabet: Alphabet, codePoint: number): number {
  return codePoint < 128 ? alphabet.ascii[codePoint]! : classByBounds(alphabet, codePoint);
}

/** The characters of each class, as sets. */
export function setsOfClasses(alphabet: Alphabet): CharSet[] {
  const sets: number[][] = Array.from({ length: alphabet.classes }, () => []);
  for (let s = 0; s < alphabet.bounds.length; s++) {
    const to = s + 1 < alphabet.bounds.length ? alphabet.bounds[s + 1]! - 1 : 0x10ffff;
    if (alphabet.bounds[s]! <= to) sets[alphabet.classOfStretch[s]!]!.push(alphabet.bounds[s]!, to);
  }
  return sets;
}
