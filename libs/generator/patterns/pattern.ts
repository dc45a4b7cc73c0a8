import { type Part } from '../values/part.js';
import { asciiTable, type AsciiTable } from './ascii-table.js';
import { accepts, determinise, type Dfa, withoutNul } from './dfa.js';
import { isIncluded } from './inclusion.js';
import { searchingNfa, writingNfa } from './nfa.js';
import { parsePattern } from './parser.js';
import { type PatternPart, patternPart } from './pattern-part.js';

/** A compiled pattern. Matching is linear in the text. */
export class Pattern {
  private writer: Dfa | undefined;
  private storable: Dfa | undefined;
  private ascii: AsciiTable | null | undefined;
  private readonly parts = new Map<string, PatternPart>();

  private constructor(
    readonly source: string,
    private readonly tree: ReturnType<typeof parsePattern>,
    private readonly matcher: Dfa,
  ) {}

  /** Compiles a pattern in the dialect of README.md. Throws PatternError. */
  static compile(source: string): Pattern {
    const tree = parsePattern(source);
    return new Pattern(source, tree, determinise(searchingNfa(tree)));
  }

  /** Whether the pattern is found in the text, anywhere unless ^ and $ say otherwise. */
  matches(text: string): boolean {
    return this.finds(text, false);
  }

  /** Whether the pattern is found in the text and the text can be stored: it has no NUL and no lone surrogate. */
  matchesStorable(text: string): boolean {
    return this.finds(text, true);
  }

  /** Most texts are ASCII, which the table goes through; from the first other character or NUL on, the automaton does. */
  private finds(text: string, storable: boolean): boolean {
    if (this.ascii === undefined) this.ascii = asciiTable(this.matcher);
    if (this.ascii === null) return this.goesOn(text, 0, 0, storable);
    const { next, accepts } = this.ascii;
    let state = 0;
    for (let i = 0; i < text.length; i++) {
      const c = text.charCodeAt(i);
      if ((c - 1) >>> 0 > 126) return this.goesOn(text, i, state >> 7, storable);
      state = next[state | c]!;
    }
    return accepts[state >> 7] === 1;
  }

  private goesOn(text: string, at: number, state: number, storable: boolean): boolean {
    const dfa = storable ? (this.storable ??= withoutNul(this.matcher)) : this.matcher;
    return accepts(dfa, text, at, state);
  }

  /** Whether every text that contains `other` contains this. Both should be anchored to speak of whole texts. */
  includes(other: Pattern): boolean {
    return isIncluded(other.matcher, this.matcher);
  }

  /** The texts to generate, of an allowed length in code points. Throws PatternError when there are none, or too many to count. */
  texts(minLength: number, maxLength: number): Part {
    const key = `${minLength} ${maxLength}`;
    let part = this.parts.get(key);
    if (!part) {
      this.writer ??= determinise(writingNfa(this.tree));
      part = patternPart(this.writer, minLength, maxLength);
      // The rest are counted again when asked for: patterns stay in the cache below, and must not fill the memory.
      if (part.isLight && this.parts.size < 10) this.parts.set(key, part);
    }
    return part;
  }

  /** The automaton that accepts what the pattern is found in; for counting lengths. */
  get automaton(): Dfa {
    return this.matcher;
  }
}

const MAX_CACHED = 200;
const cache = new Map<string, Pattern>();

/** As Pattern.compile, remembering recent patterns: a definition is compiled again for every request that uses it. */
export function compilePattern(source: string): Pattern {
  let pattern = cache.get(source);
  if (!pattern) {
    pattern = Pattern.compile(source);
    if (cache.size >= MAX_CACHED) cache.delete(cache.keys().next().value as string);
    cache.set(source, pattern);
  }
  return pattern;
}
