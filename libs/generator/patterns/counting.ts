import { setsOfClasses } from './alphabet.js';
import { type CharSet, sizeOf, union } from './char-set.js';
import { DEAD, type Dfa } from './dfa.js';
import { MAX_COUNTED_PAIRS } from './limits.js';
import { PatternError } from './pattern-error.js';
import { add, ONE, type Tally, times, ZERO } from './tally.js';

/** From one state to another on any of `chars`. */
export interface Arc {
  readonly target: number;
  readonly chars: CharSet;
  readonly size: number;
}

/**
 * Counts, for each state and each number of characters still to come, the texts that lead to acceptance.
 * This is what makes texts rankable: see Goldberg and Sipser, Compression and Ranking (1985).
 */
export class Counting {
  readonly arcs: readonly (readonly Arc[])[];
  private readonly nearest: readonly number[];
  private readonly tallies = new Map<number, Tally>();

  constructor(private readonly dfa: Dfa) {
    this.arcs = arcsOf(dfa);
    this.nearest = distances(this.arcs, dfa.accepts);
  }

  /** The length of the shortest accepted text from the start; Infinity when there is none. */
  get shortest(): number {
    return this.nearest[0] ?? Infinity;
  }

  /** Whether so much has been counted that the lengths found so far should do. */
  get isCostly(): boolean {
    return this.tallies.size > MAX_COUNTED_PAIRS / 5;
  }

  /** Whether few enough pairs were counted to be kept for later. */
  get isLight(): boolean {
    return this.tallies.size <= MAX_COUNTED_PAIRS / 25;
  }

  /** The length of the longest accepted text, Infinity when there is no longest one. */
  longest(): number {
    return longestPath(this.arcs);
  }

  /** How many texts of exactly `length` characters are accepted from `state`. Throws PatternError past the budget. */
  count(state: number, length: number): Tally {
    if (length < this.nearest[state]!) return ZERO;
    if (length === 0) return ONE;
    const key = length * this.dfa.states + state;
    const known = this.tallies.get(key);
    if (known) return known;
    if (this.tallies.size >= MAX_COUNTED_PAIRS)
      throw new PatternError('too_large', 'the pattern has too many states to count its texts');
    let sum = ZERO;
    for (const arc of this.arcs[state]!) sum = add(sum, times(this.count(arc.target, length - 1), arc.size));
    this.tallies.set(key, sum);
    return sum;
  }
}

function arcsOf(dfa: Dfa): Arc[][] {
  const { classes } = dfa.alphabet;
  const sets = setsOfClasses(dfa.alphabet);
  return Array.from({ length: dfa.states }, (_, state) => {
    const byTarget = new Map<number, CharSet[]>();
    for (let c = 0; c < classes; c++) {
      const target = dfa.table[state * classes + c]!;
      if (target === DEAD) continue;
      const list = byTarget.get(target);
      if (list) list.push(sets[c]!);
      else byTarget.set(target, [sets[c]!]);
    }
    return [...byTarget].map(([target, parts]) => {
      const chars = parts.length === 1 ? parts[0]! : union(...parts);
      return { target, chars, size: sizeOf(chars) };
    });
  });
}

/** The fewest characters from each state to acceptance. */
function distances(arcs: readonly (readonly Arc[])[], accepts: Uint8Array): number[] {
  const into: number[][] = arcs.map(() => []);
  arcs.forEach((list, s) => list.forEach((arc) => into[arc.target]!.push(s)));
  const distance = new Array<number>(arcs.length).fill(Infinity);
  let layer = arcs.map((_, s) => s).filter((s) => accepts[s]);
  for (let d = 0; layer.length > 0; d++) {
    const fresh = layer.filter((s) => distance[s] === Infinity);
    for (const s of fresh) distance[s] = d;
    layer = [...new Set(fresh.flatMap((s) => into[s]!))].filter((s) => distance[s] === Infinity);
  }
  return distance;
}

/** Longest way from state 0, by removing states that nothing leads to any more (Kahn 1962); Infinity on a circle. */
function longestPath(arcs: readonly (readonly Arc[])[]): number {
  const incoming = new Array<number>(arcs.length).fill(0);
  for (const list of arcs) for (const arc of list) incoming[arc.target]!++;
  const depth = new Array<number>(arcs.length).fill(0);
  const free = arcs.map((_, s) => s).filter((s) => incoming[s] === 0);
  let removed = 0;
  let longest = 0;
  while (free.length > 0) {
    const s = free.pop()!;
    removed++;
    longest = Math.max(longest, depth[s]!);
    for (const arc of arcs[s]!) {
      depth[arc.target] = Math.max(depth[arc.target]!, depth[s]! + 1);
      if (--incoming[arc.target]! === 0) free.push(arc.target);
    }
  }
  return removed === arcs.length ? longest : Infinity;
}
