/**
 * A set of Unicode characters as sorted, disjoint, non-adjacent ranges [from, to, from, to, …].
 * Surrogates are no characters and never belong to a set.
 */
export type CharSet = readonly number[];

export const ANY: CharSet = [0, 0xd7ff, 0xe000, 0x10ffff];
export const PRINTABLE_ASCII: CharSet = [0x20, 0x7e];
export const CONTROLS: CharSet = [0, 0x1f, 0x7f, 0x9f];

/** The set of one character. */
export function single(codePoint: number): CharSet {
  return range(codePoint, codePoint);
}

/** The characters from `from` to `to`, both included, without surrogates. */
export function range(from: number, to: number): CharSet {
  return intersect([from, to], ANY);
}

/** Every character of any of the sets. */
export function union(...sets: CharSet[]): CharSet {
  const pairs: [number, number][] = [];
  for (const set of sets) {
    for (let i = 0; i < set.length; i += 2) pairs.push([set[i]!, set[i + 1]!]);
  }
  pairs.sort((x, y) => x[0] - y[0]);
  const out: number[] = [];
  for (const [from, to] of pairs) {
    const last = out.length - 1;
    if (last > 0 && from <= out[last]! + 1) out[last] = Math.max(out[last]!, to);
    else out.push(from, to);
  }
  return out;
}

/** The characters in both sets. */
export function intersect(a: CharSet, b: CharSet): CharSet {
  const out: number[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const from = Math.max(a[i]!, b[j]!);
    const to = Math.min(a[i + 1]!, b[j + 1]!);
    if (from <= to) out.push(from, to);
    if (a[i + 1]! < b[j + 1]!) i += 2;
    else j += 2;
  }
  return out;
}

/** Every character that is not in the set. */
export function negate(set: CharSet): CharSet {
  const gaps: number[] = [];
  let next = 0;
  for (let i = 0; i < set.length; i += 2) {
    if (set[i]! > next) gaps.push(next, set[i]! - 1);
    next = set[i + 1]! + 1;
  }
  if (next <= 0x10ffff) gaps.push(next, 0x10ffff);
  return intersect(gaps, ANY);
}

/** The characters of `a` that are not in `b`. */
export function subtract(a: CharSet, b: CharSet): CharSet {
  return intersect(a, negate(b));
}

/** How many characters the set has. */
export function sizeOf(set: CharSet): number {
  let size = 0;
  for (let i = 0; i < set.length; i += 2) size += set[i + 1]! - set[i]! + 1;
  return size;
}

/** The k-th character of the set, counted from 0 in code point order. */
export function charAt(set: CharSet, k: number): number {
  let rest = k;
  for (let i = 0; i < set.length; i += 2) {
    const width = set[i + 1]! - set[i]! + 1;
    if (rest < width) return set[i]! + rest;
    rest -= width;
  }
  throw new RangeError(`the set has no character ${k}`);
}
