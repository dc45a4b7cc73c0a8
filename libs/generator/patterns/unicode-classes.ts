import { type CharSet, intersect, union } from './char-set.js';

/**
 * Code points that are probed one by one. What lies between is uniform in every property that we offer
 * (unassigned, or private use), so that its first code point stands for all of it.
 */
const PROBED: CharSet = [0, 0xd7ff, 0xe000, 0x33479, 0xe0000, 0xe0fff];
const UNIFORM: CharSet = [
  0x3347a, 0xdffff, 0xe1000, 0xeffff, 0xf0000, 0xffffd, 0xffffe, 0xfffff, 0x100000, 0x10fffd, 0x10fffe, 0x10ffff,
];

/** The ranges of letters with case. Folding scans these alone, which takes well under a millisecond. */
const CASED: CharSet = [
  0x80, 0x587, 0x10a0, 0x10ff, 0x13a0, 0x13ff, 0x1c80, 0x1cbf, 0x1d79, 0x1d8e, 0x1e00, 0x1fff, 0x2126, 0x2188, 0x24b6,
  0x24e9, 0x2c00, 0x2d2d, 0xa640, 0xa7ff, 0xab53, 0xabbf, 0xff21, 0xff5a, 0x10400, 0x104ff, 0x10570, 0x105bc, 0x10c80,
  0x10cf2, 0x118a0, 0x118df, 0x16e40, 0x16e7f, 0x1e900, 0x1e943,
];

const known = new Map<string, CharSet | null>();

/**
 * The characters of a Unicode general category (`L`, `Lu`) or script (`Greek`), as this Node.js knows them;
 * null when there is no such class. Asks the native engine once per class: a few milliseconds, then remembered.
 */
export function unicodeClass(name: string): CharSet | null {
  let set = known.get(name);
  if (set === undefined) {
    set = probe(name);
    if (known.size < 300) known.set(name, set);
  }
  return set;
}

function probe(name: string): CharSet | null {
  if (!/^[A-Za-z_]{1,40}$/.test(name)) return null;
  for (const property of [`gc=${name}`, `sc=${name}`]) {
    try {
      return scan(new RegExp(`\\p{${property}}+`, 'gu'), new RegExp(`\\p{${property}}`, 'u'));
    } catch {
      // Not a category; or not a script either.
    }
  }
  return null;
}

let probedText: string | undefined;

function scan(runs: RegExp, one: RegExp): CharSet {
  const found: number[] = [];
  probedText ??= textOf(PROBED);
  for (const match of probedText.matchAll(runs)) {
    // A run never jumps a gap of PROBED unnoticed: intersect() cuts what lies between.
    found.push(match[0].codePointAt(0)!, lastCodePoint(match[0]));
  }
  const uniform: number[] = [];
  for (let i = 0; i < UNIFORM.length; i += 2) {
    if (one.test(String.fromCodePoint(UNIFORM[i]!))) uniform.push(UNIFORM[i]!, UNIFORM[i + 1]!);
  }
  return union(intersect(found, PROBED), uniform);
}

function textOf(set: CharSet): string {
  const chunks: string[] = [];
  let units: number[] = [];
  for (let i = 0; i < set.length; i += 2) {
    for (let c = set[i]!; c <= set[i + 1]!; c++) {
      if (c <= 0xffff) units.push(c);
      else units.push(0xd7c0 + (c >> 10), 0xdc00 + (c & 0x3ff));
      if (units.length > 8000) {
        chunks.push(String.fromCharCode(...units));
        units = [];
      }
    }
  }
  return chunks.join('') + String.fromCharCode(...units);
}

function lastCodePoint(text: string): number {
  const unit = text.charCodeAt(text.length - 1);
  return unit >= 0xdc00 && unit <= 0xdfff ? text.codePointAt(text.length - 2)! : unit;
}

let orbits: Map<number, number[]> | undefined;

/** The set with every character's case variants added (simple folding, one character to one character, as in RE2). */
export function foldCase(set: CharSet): CharSet {
  const extra: CharSet[] = [set, shift(set, 0x41, 0x5a, 32), shift(set, 0x61, 0x7a, -32)];
  const has = (c: number): boolean => intersect(set, [c, c]).length > 0;
  // The two letters outside ASCII whose case variants are inside: the Kelvin sign and the long s.
  if (has(0x6b) || has(0x4b)) extra.push([0x212a, 0x212a]);
  if (has(0x73) || has(0x53)) extra.push([0x17f, 0x17f]);
  const cased = intersect(set, CASED);
  if (cased.length > 0) {
    orbits ??= findOrbits();
    for (let i = 0; i < cased.length; i += 2) {
      for (let c = cased[i]!; c <= cased[i + 1]!; c++)
        for (const other of orbits.get(c) ?? []) extra.push([other, other]);
    }
  }
  return union(...extra);
}

function shift(set: CharSet, from: number, to: number, by: number): CharSet {
  return intersect(set, [from, to]).map((c) => c + by);
}

function findOrbits(): Map<number, number[]> {
  const byLower = new Map<string, number[]>();
  const each = (c: number): void => {
    const text = String.fromCodePoint(c);
    // Through upper case first: it brings together letters that share only that (σ and ς).
    const lower = text.toUpperCase().toLowerCase();
    if ([...lower].length !== 1) return;
    byLower.set(lower, [...(byLower.get(lower) ?? []), c]);
  };
  for (let c = 0x41; c <= 0x5a; c++) each(c);
  for (let c = 0x61; c <= 0x7a; c++) each(c);
  for (let i = 0; i < CASED.length; i += 2) for (let c = CASED[i]!; c <= CASED[i + 1]!; c++) each(c);
  const out = new Map<number, number[]>();
  for (const members of byLower.values()) if (members.length > 1) for (const c of members) out.set(c, members);
  return out;
}
