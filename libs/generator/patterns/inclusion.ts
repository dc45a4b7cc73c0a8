import { type Alphabet, classOf } from './alphabet.js';
import { DEAD, type Dfa } from './dfa.js';
import { MAX_INCLUSION_PAIRS } from './limits.js';

/**
 * Whether every text that `a` accepts is accepted by `b`: walks both at once and looks for a text that only `a` accepts.
 * False also when the proof would visit more than MAX_INCLUSION_PAIRS pairs of states: never a wrong yes.
 */
export function isIncluded(a: Dfa, b: Dfa): boolean {
  if (a.states === 0) return true;
  if (b.states === 0) return false;
  const classes = commonClasses(a.alphabet, b.alphabet);
  const seen = new Set<number>([0]);
  const stack = [0];
  while (stack.length > 0) {
    const pair = stack.pop()!;
    const p = Math.floor(pair / b.states);
    const q = pair % b.states;
    if (a.accepts[p] && !b.accepts[q]) return false;
    for (const [ca, cb] of classes) {
      const p2 = a.table[p * a.alphabet.classes + ca]!;
      if (p2 === DEAD) continue;
      const q2 = b.table[q * b.alphabet.classes + cb]!;
      // From every state of a trimmed automaton something is accepted.
      if (q2 === DEAD) return false;
      const next = p2 * b.states + q2;
      if (seen.has(next)) continue;
      if (seen.size >= MAX_INCLUSION_PAIRS) return false;
      seen.add(next);
      stack.push(next);
    }
  }
  return true;
}

/** The pairs (class of a, class of b) that some character has. */
function commonClasses(a: Alphabet, b: Alphabet): [number, number][] {
  const pairs = new Map<number, [number, number]>();
  for (const bound of new Set([...a.bounds, ...b.bounds])) {
    if (bound > 0x10ffff) continue;
    const ca = classOf(a, bound);
    const cb = classOf(b, bound);
    pairs.set(ca * b.classes + cb, [ca, cb]);
  }
  return [...pairs.values()];
}
