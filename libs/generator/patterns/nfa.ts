import { ANY, type CharSet } from './char-set.js';
import { MAX_NFA_STATES } from './limits.js';
import { PatternError } from './pattern-error.js';
import { type SyntaxNode } from './syntax-tree.js';

export const READ = 0;
export const SPLIT = 1;
export const AT_START = 2;
export const AT_END = 3;
export const ACCEPT = 4;

/**
 * Thompson's automaton (K. Thompson, Regular Expression Search Algorithm, 1968) as parallel arrays, one entry per state.
 * READ takes a character of `sets[set[s]]` and goes to `next[s]`; SPLIT goes to `next[s]` and `other[s]` for nothing;
 * AT_START and AT_END go on only at the ends of the text.
 */
export class Nfa {
  readonly kind: number[] = [];
  readonly set: number[] = [];
  readonly next: number[] = [];
  readonly other: number[] = [];
  readonly sets: CharSet[] = [];
  /**
   * Which run of optional letters, as in `x{0,9}`, a READ state belongs to; -1 for none. Within a run the later state may
   * still do all that the earlier one may.
   */
  readonly chain: number[] = [];
  private chains = 0;
  start = 0;
  /** The state that reads anything for ever once the pattern has been found; -1 when there is none. */
  sink = -1;
  private readonly setIndex = new Map<string, number>();

  add(kind: number, next = 0, other = 0, set = -1): number {
    if (this.kind.length >= MAX_NFA_STATES) {
      throw new PatternError('too_large', `the pattern needs more than ${MAX_NFA_STATES} automaton states`);
    }
    this.kind.push(kind);
    this.set.push(set);
    this.chain.push(-1);
    this.next.push(next);
    this.other.push(other);
    return this.kind.length - 1;
  }

  /** Makes the letters added from state `from` on a run of optional ones. */
  markChain(from: number): void {
    for (let s = from; s < this.kind.length; s++) if (this.kind[s] === READ) this.chain[s] = this.chains;
    this.chains++;
  }

  read(chars: CharSet, next: number): number {
    const key = chars.join();
    let index = this.setIndex.get(key);
    if (index === undefined) {
      index = this.sets.push(chars) - 1;
      this.setIndex.set(key, index);
    }
    return this.add(READ, next, 0, index);
  }
}

/**
 * The automaton of validation: finds the pattern anywhere in the text, as RE2 and JavaScript's `test` do,
 * so that only ^ and $ tie it to the ends.
 */
export function searchingNfa(tree: SyntaxNode): Nfa {
  const nfa = new Nfa();
  const tail = nfa.add(SPLIT, 0, nfa.add(ACCEPT));
  nfa.sink = nfa.read(ANY, tail);
  nfa.next[tail] = nfa.sink;
  const head = nfa.add(SPLIT, 0, build(nfa, tree, tail, 'match'));
  nfa.next[head] = nfa.read(ANY, head);
  nfa.start = head;
  return nfa;
}

/** The automaton of generation: exactly the pattern, over the characters that are written. */
export function writingNfa(tree: SyntaxNode): Nfa {
  const nfa = new Nfa();
  nfa.start = build(nfa, tree, nfa.add(ACCEPT), 'make');
  return nfa;
}

/** Adds the states of `tree`, going on to state `next`; returns the first of them. Built from the back, so that nothing needs patching. */
function build(nfa: Nfa, tree: SyntaxNode, next: number, which: 'match' | 'make'): number {
  switch (tree.type) {
    case 'empty':
      return next;
    case 'letter':
      return nfa.read(tree[which], next);
    case 'sequence':
      return tree.parts.reduceRight((after, part) => build(nfa, part, after, which), next);
    case 'choice':
      return tree.options
        .map((option) => build(nfa, option, next, which))
        .reduceRight((second, first) => nfa.add(SPLIT, first, second));
    case 'repeat':
      return buildRepeat(nfa, tree, next, which);
    case 'start':
      return nfa.add(AT_START, next);
    case 'end':
      return nfa.add(AT_END, next);
  }
}

function buildRepeat(nfa: Nfa, tree: SyntaxNode & { type: 'repeat' }, next: number, which: 'match' | 'make'): number {
  const from = nfa.kind.length;
  let first = next;
  if (tree.max === Infinity) {
    first = nfa.add(SPLIT, 0, next);
    nfa.next[first] = build(nfa, tree.node, first, which);
  } else {
    // x{0,3} is (x(x(x)?)?)?: each way out leads straight to the end.
    for (let k = tree.min; k < tree.max; k++) first = nfa.add(SPLIT, build(nfa, tree.node, first, which), next);
  }
  for (let k = 0; k < tree.min; k++) {
    first = build(nfa, tree.node, first, which);
    // The last letter that must be there may do what the optional ones after it may; the ones before it wait for more.
    if (k === 0 && tree.node.type === 'letter') nfa.markChain(from);
  }
  if (tree.min === 0 && tree.node.type === 'letter') nfa.markChain(from);
  return first;
}
