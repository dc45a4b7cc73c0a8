import { type LetterCase } from '../definition/definition.js';
import { inCase, UNCHANGED_BY } from '../formats/letter-case.js';
import { compilePattern } from '../patterns/pattern.js';
import { type Stream } from '../random/stream.js';
import { mixedRadix } from '../values/mixed-radix.js';
import { jsonEscape, type Part } from '../values/part.js';

/** A part that states a pattern (without anchors) which covers all its texts, so that it can be proven to fit a field's rules. */
export interface Piece extends Part {
  readonly source: string;
  /** The same piece with only the texts that pass; null when none do. Only word lists can be narrowed. */
  narrow?(passes: (text: string) => boolean): Piece | null;
  /** The piece with its letters in a case, different ranks still giving different texts; null when that cannot be had. */
  cased(to: LetterCase): Piece | null;
}

/** One fixed text. */
export function literal(text: string): Piece {
  const escaped = jsonEscape(text);
  return {
    source: quote(text),
    size: 1,
    exact: true,
    at: () => escaped,
    draw: () => escaped,
    cased: (to) => literal(inCase(text, to)),
  };
}

/**
 * One of a list of distinct texts, with `end` after it. A fixed end stands apart so that the pattern stays a simple one:
 * `[a-z]{3,9} ` can be told from what follows, `[a-z ]{4,10}` cannot. `source` replaces the pattern read off the list.
 */
export function words(list: readonly string[], end = '', source?: string): Piece {
  const escaped = list.map((text) => jsonEscape(text + end));
  const size = list.length;
  let stated: string | undefined;
  return {
    // Read off the list only when a field's rules ask for it.
    get source() {
      return (stated ??= (source ?? sourceOf(list)) + quote(end));
    },
    size,
    exact: true,
    at: (rank) => escaped[rank]!,
    draw: (stream) => escaped[stream.below(size)]!,
    narrow: (passes) => {
      const left = list.filter((text) => passes(text + end));
      return left.length > 0 ? words(left, end) : null;
    },
    cased: (to) => words([...new Set(list.map((text) => inCase(text, to)))], inCase(end, to)),
  };
}

/** A piece without letters: every case leaves it as it is. */
function itself(piece: Omit<Piece, 'cased'>): Piece {
  const whole: Piece = { ...piece, cased: () => whole };
  return whole;
}

/** A piece whose letters are in the right case already, or null: no piece can be made of another by rewriting its texts. */
function casedByProof(piece: () => Piece): Piece['cased'] {
  return (to) => {
    const texts = compilePattern(`^(?:${piece().source})$`);
    return compilePattern(UNCHANGED_BY[to]).includes(texts) ? piece() : null;
  };
}

/** Whole numbers with leading zeros to `width` digits. */
export function digits(width: number): Piece {
  const size = 10 ** width;
  const write = (value: number): string => String(value).padStart(width, '0');
  return itself({
    source: `[0-9]{${width}}`,
    size,
    exact: true,
    at: write,
    draw: (stream) => write(stream.below(size)),
  });
}

/** Whole numbers from 1 to `max`, without leading zeros. Drawn ones stay up to `usual`, for looks. */
export function count(max: number, usual = max): Piece {
  return itself({
    source: `[1-9][0-9]{0,${String(max).length - 1}}`,
    size: max,
    exact: true,
    at: (rank) => decimal(rank + 1),
    draw: (stream) => decimal(stream.below(usual) + 1),
  });
}

const decimals: (string | undefined)[] = new Array<string | undefined>(10_000).fill(undefined);

/** The number as text; small ones are written once. */
function decimal(value: number): string {
  if (value >= decimals.length) return String(value);
  return (decimals[value] ??= String(value));
}

/** Nothing, or a number up to `max`. */
export function optionalCount(max: number, usual: number): Piece {
  const write = (value: number): string => (value === 0 ? '' : decimal(value));
  return itself({
    source: `(?:[1-9][0-9]{0,${String(max).length - 1}})?`,
    size: max + 1,
    exact: true,
    at: write,
    draw: (stream) => write(stream.below(usual + 1)),
  });
}

/** All texts of a pattern (without anchors, and of bounded length). */
export function matching(source: string): Piece {
  const texts = compilePattern(`^(?:${source})$`).texts(0, Infinity);
  const piece: Piece = {
    source,
    size: texts.size,
    exact: texts.exact,
    at: (r, s) => texts.at(r, s),
    draw: (s) => texts.draw(s),
    cased: casedByProof(() => piece),
  };
  return piece;
}

/** `piece` with `end(text)` added: a check digit. `endSource` is the pattern of what is added. */
export function withEnd(piece: Piece, end: (text: string) => string, endSource: string): Piece {
  const finish = (text: string): string => text + end(text);
  const ended: Piece = {
    source: piece.source + endSource,
    size: piece.size,
    exact: piece.exact,
    at: (rank, stream) => finish(piece.at(rank, stream)),
    draw: (stream) => finish(piece.draw(stream)),
    cased: casedByProof(() => ended),
  };
  return ended;
}

/** `piece` with every text rewritten, by a function that keeps different texts different. */
export function rewritten(piece: Piece, rewrite: (text: string) => string, source: string): Piece {
  const done: Piece = {
    source,
    size: piece.size,
    exact: piece.exact,
    at: (rank, stream) => rewrite(piece.at(rank, stream)),
    draw: (stream) => rewrite(piece.draw(stream)),
    cased: casedByProof(() => done),
  };
  return done;
}

/**
 * One piece after the other, every combination once (mixed radix, the last piece fastest). The pieces must be such that
 * a joined text can be cut in only one way. Of more than MAX_SPAN combinations, a spread-out part is addressed
 * (mixedRadix): the stream chooses within the ranges.
 */
export function sequence(...pieces: Piece[]): Piece {
  const { places, size, exact } = mixedRadix(pieces);
  const isWhole = places.every(({ stride }) => stride === 1);
  return {
    get source() {
      return pieces.map((piece) => piece.source).join('');
    },
    size,
    exact,
    at: (rank, stream) => {
      let rest = rank;
      let text = '';
      for (let k = 0; k < places.length; k++) {
        const { weight, stride } = places[k]!;
        const digit = Math.floor(rest / weight);
        rest -= digit * weight;
        text += pieces[k]!.at(isWhole ? digit : digit * stride + stream.below(stride), stream);
      }
      return text;
    },
    draw: drawAll(pieces),
    cased: (to) => {
      const cased = pieces.map((piece) => piece.cased(to)).filter((piece) => piece !== null);
      return cased.length === pieces.length ? sequence(...cased) : null;
    },
  };
}

/** Calls written out for the usual numbers of pieces: a loop over them is a third slower. */
function drawAll(pieces: readonly Piece[]): (stream: Stream) => string {
  const [a, b, c, d] = pieces;
  if (pieces.length === 2) return (stream) => a!.draw(stream) + b!.draw(stream);
  if (pieces.length === 3) return (stream) => a!.draw(stream) + b!.draw(stream) + c!.draw(stream);
  if (pieces.length === 4) return (stream) => a!.draw(stream) + b!.draw(stream) + c!.draw(stream) + d!.draw(stream);
  return (stream) => {
    let text = '';
    for (const piece of pieces) text += piece.draw(stream);
    return text;
  };
}

/** A pattern for exactly this text. */
export function quote(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** A pattern that covers a list: the list itself while it is short, else its first letters, other letters and lengths. */
function sourceOf(list: readonly string[]): string {
  if (list.length <= 12) return list.length === 1 ? quote(list[0]!) : `(?:${list.map(quote).join('|')})`;
  const first = new Set<number>();
  const rest = new Set<number>();
  let shortest = Infinity;
  let longest = 0;
  for (const text of list) {
    let length = 0;
    for (const char of text) (length++ === 0 ? first : rest).add(char.codePointAt(0)!);
    shortest = Math.min(shortest, length);
    longest = Math.max(longest, length);
  }
  return `${classOf(first)}${classOf(rest)}{${shortest - 1},${longest - 1}}`;
}

/** A bracketed class of exactly these characters. */
function classOf(characters: ReadonlySet<number>): string {
  const points = [...characters].sort((a, b) => a - b);
  let out = '';
  for (let i = 0; i < points.length;) {
    let j = i;
    while (points[j + 1] === points[j]! + 1) j++;
    out += j > i ? `${inClass(points[i]!)}-${inClass(points[j]!)}` : inClass(points[i]!);
    i = j + 1;
  }
  return `[${out}]`;
}

function inClass(codePoint: number): string {
  const char = String.fromCodePoint(codePoint);
  return /[\\\]^[-]/.test(char) ? `\\${char}` : char;
}
