/** What a pattern may cost. Past any of these it is refused when the definition is read; see README.md, Patterns. */

/** Longest pattern text, in UTF-16 code units. */
export const MAX_PATTERN_LENGTH = 500;
/** Largest count in `{n,m}`, as in RE2. */
export const MAX_REPEAT = 1000;
/** States of the nondeterministic automaton, after `{n,m}` has been written out. */
export const MAX_NFA_STATES = 4000;
/** States of the deterministic automaton. */
export const MAX_DFA_STATES = 2500;
/**
 * How many times the nondeterministic automaton's size the deterministic one may have, above FREE_DFA_STATES. Patterns that
 * people write stay below 5; those that double with every letter show it early, and need not be built to the end.
 */
export const MAX_DFA_GROWTH = 8;
export const FREE_DFA_STATES = 500;
/** Elementary steps in building the deterministic automaton: what keeps hostile patterns at a few milliseconds. */
export const MAX_DFA_WORK = 160_000;
/** States of the deterministic automata of all patterns of a definition together: what bounds its time and memory. */
export const MAX_ALL_STATES = 10_000;
/** Pairs (state, characters still to come) that counting may visit. */
export const MAX_COUNTED_PAIRS = 50_000;
/** Longest text that is generated from a pattern, in code points. */
export const MAX_GENERATED_LENGTH = 2000;
/** How many different lengths unbounded repetition is generated with: the shortest and 32 more. */
export const GENERATED_LENGTHS = 33;
/** Pairs of states that a language inclusion proof may visit before it counts as failed. */
export const MAX_INCLUSION_PAIRS = 20_000;
