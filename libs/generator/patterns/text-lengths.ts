import { Counting } from './counting.js';
import { type Pattern } from './pattern.js';

const known = new WeakMap<Pattern, { shortest: number; longest: number }>();

/** The lengths in code points of the shortest and the longest text in which an anchored pattern is found; Infinity for none and for endless. */
export function lengthRange(pattern: Pattern): { shortest: number; longest: number } {
  let range = known.get(pattern);
  if (!range) {
    const counting = new Counting(pattern.automaton);
    range = { shortest: counting.shortest, longest: counting.longest() };
    known.set(pattern, range);
  }
  return range;
}
