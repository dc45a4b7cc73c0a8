import { type Part } from '../values/part.js';
import { accepts, determinise, type Dfa, withoutNul } from './dfa.js';
import { isIncluded } from './inclusion.js';
import { searchingNfa, writingNfa } from './nfa.js';
import { parsePattern } from './parser.js';
import { type PatternPart, patternPart } from './pattern-part.js';

/** A compiled pattern. Matching is linear in the text. */
export class Pattern {
  private writer: Dfa | undefined;
  private storable: Dfa | undefined;
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
    return accepts(this.matcher, text);
  }

  /** Whether the pattern is found in the text and the text can be stored: it has no NUL and no lone surrogate. */
  matchesStorable(text: string): boolean {
    return accepts((this.storable ??= withoutNul(this.matcher)), text);
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
