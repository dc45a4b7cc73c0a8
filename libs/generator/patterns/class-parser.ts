import { ANY, type CharSet, intersect, negate, range, single, union } from './char-set.js';
import { type Flags, type Reader } from './reader.js';
import { type Letter, named, open, writable } from './syntax-tree.js';
import { foldCase, unicodeClass } from './unicode-classes.js';

const DIGIT: CharSet = [0x30, 0x39];
const WORD: CharSet = [0x30, 0x39, 0x41, 0x5a, 0x5f, 0x5f, 0x61, 0x7a];
// As in RE2: no vertical tab.
const SPACE: CharSet = [0x09, 0x0a, 0x0c, 0x0d, 0x20, 0x20];
const PERL: Record<string, CharSet> = { d: DIGIT, w: WORD, s: SPACE };
const CONTROL_ESCAPES: Record<string, number> = { t: 9, n: 10, v: 11, f: 12, r: 13, a: 7 };

const POSIX: Record<string, CharSet> = {
  alnum: [0x30, 0x39, 0x41, 0x5a, 0x61, 0x7a],
  alpha: [0x41, 0x5a, 0x61, 0x7a],
  ascii: [0, 0x7f],
  blank: [0x09, 0x09, 0x20, 0x20],
  cntrl: [0, 0x1f, 0x7f, 0x7f],
  digit: DIGIT,
  graph: [0x21, 0x7e],
  lower: [0x61, 0x7a],
  print: [0x20, 0x7e],
  punct: [0x21, 0x2f, 0x3a, 0x40, 0x5b, 0x60, 0x7b, 0x7e],
  space: [0x09, 0x0d, 0x20, 0x20],
  upper: [0x41, 0x5a],
  word: WORD,
  xdigit: [0x30, 0x39, 0x41, 0x46, 0x61, 0x66],
};

/** Characters whose existing code points a new Unicode version rarely changes: generated from, when a class has any. */
const SETTLED: CharSet = [0, 0x7ff];

/** One character as a letter, both its cases under (?i). */
export function literal(codePoint: number, flags: Flags): Letter {
  return named(flags.ignoreCase ? foldCase(single(codePoint)) : single(codePoint));
}

/** What follows a backslash outside brackets, where it stands for one character. The backslash has been taken. */
export function parseEscape(reader: Reader, flags: Flags): Letter {
  return parseClassEscape(reader, flags) ?? literal(parseCodePoint(reader), flags);
}

/** A bracketed class; the opening bracket has been taken. */
export function parseBrackets(reader: Reader, flags: Flags): Letter {
  const start = reader.position - 1;
  const negated = reader.accept('^');
  const members: Letter[] = [];
  // As in RE2 and POSIX, a closing bracket in first place is a character.
  do {
    if (reader.done) throw reader.error('syntax', 'missing closing ]', start);
    members.push(parseMember(reader, flags));
  } while (!reader.accept(']'));
  const match = union(...members.map((member) => member.match));
  const make = writable(union(...members.map((member) => member.make)));
  const all: Letter = flags.ignoreCase
    ? { type: 'letter', match: foldCase(match), make: foldCase(make) }
    : { type: 'letter', match, make };
  return negated ? open(negate(all.match)) : all;
}

function parseMember(reader: Reader, flags: Flags): Letter {
  const start = reader.position;
  const posix = reader.match(/\[:(\^?)(\w+):\]/y);
  if (posix) {
    const set = POSIX[posix[2] ?? ''];
    if (!set) throw reader.error('syntax', `unknown class ${posix[0]}`, start);
    return classLetter(set, posix[1] === '^', flags);
  }
  if (!reader.accept('\\')) return parseRange(reader, reader.take().codePointAt(0)!, start, flags);
  return parseClassEscape(reader, flags) ?? parseRange(reader, parseCodePoint(reader), start, flags);
}

/** A named class or its opposite. Cases are added first: under (?i), \W must not match the k that the Kelvin sign folds to. */
function classLetter(set: CharSet, negated: boolean, flags: Flags): Letter {
  const folded = flags.ignoreCase ? foldCase(set) : set;
  return negated ? open(negate(folded)) : named(folded);
}

/** The rest of `from-to`, or the single character `from` where no range follows. */
function parseRange(reader: Reader, from: number, start: number, flags: Flags): Letter {
  const isRange = reader.peek() === '-' && !reader.text.startsWith('-]', reader.position);
  if (!isRange) return named(single(from));
  reader.take();
  if (reader.done) throw reader.error('syntax', 'missing closing ]');
  const end = reader.position;
  if (reader.accept('\\')) {
    if (parseClassEscape(reader, flags)) throw reader.error('syntax', 'a range cannot end in a class', end);
    reader.position = end + 1;
    return ordered(reader, from, parseCodePoint(reader), start);
  }
  return ordered(reader, from, reader.take().codePointAt(0)!, start);
}

function ordered(reader: Reader, from: number, to: number, start: number): Letter {
  if (from > to) throw reader.error('syntax', 'the range is in reverse order', start);
  return named(range(from, to));
}

/** \d \w \s \D \W \S \pL \p{Greek} \P{…}; null, and nothing taken, for anything else. */
function parseClassEscape(reader: Reader, flags: Flags): Letter | null {
  const start = reader.position - 1;
  const perl = reader.match(/[dwsDWS]/y)?.[0];
  // Tabs and line ends are accepted but not generated.
  if (perl === 's') return { type: 'letter', match: SPACE, make: single(0x20) };
  if (perl) return classLetter(PERL[perl.toLowerCase()]!, perl !== perl.toLowerCase(), flags);
  const found = reader.match(/([pP])(?:([A-Za-z])|\{(\^?)([A-Za-z_]+)\})/y);
  if (!found) return null;
  const name = found[2] ?? found[4] ?? '';
  const set = name === 'Any' ? ANY : unicodeClass(name);
  if (!set) throw reader.error('syntax', `unknown Unicode class ${name}`, start);
  const letter = classLetter(set, (found[1] === 'P') !== (found[3] === '^'), flags);
  const settled = intersect(letter.make, SETTLED);
  return settled.length > 0 ? { ...letter, make: settled } : letter;
}

/** One character written after a backslash: \n, \x41, \x{1F600}, \u0041, or punctuation. The backslash has been taken. */
function parseCodePoint(reader: Reader): number {
  const start = reader.position - 1;
  const hex = reader.match(/x\{([0-9A-Fa-f]{1,6})\}|x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|u\{([0-9A-Fa-f]{1,6})\}/y);
  if (hex) {
    const codePoint = parseInt(hex[1] ?? hex[2] ?? hex[3] ?? hex[4] ?? '', 16);
    if (codePoint > 0x10ffff || (codePoint >= 0xd800 && codePoint <= 0xdfff)) {
      throw reader.error('syntax', `${hex[0]} is no Unicode character`, start);
    }
    return codePoint;
  }
  if (reader.done) throw reader.error('syntax', 'a backslash at the end', start);
  const char = reader.take();
  const control = CONTROL_ESCAPES[char];
  if (control !== undefined) return control;
  if (/^[0-9]$/.test(char)) throw reader.error('unsupported', 'back-references are not supported', start);
  if (char === 'b' || char === 'B')
    throw reader.error('unsupported', `word boundaries (\\${char}) are not supported`, start);
  if (/^[A-Za-z]$/.test(char)) throw reader.error('unsupported', `the escape \\${char} is not supported`, start);
  return char.codePointAt(0)!;
}
