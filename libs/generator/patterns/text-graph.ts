import { type Arc, type Counting } from './counting.js';
import { joined, type Letters, lettersOf, MAX_TABLE } from './letters.js';
import { exactly, isMore, ratio, type Tally, times } from './tally.js';

/** What may follow at one place of a text whose length is settled. No edges: the text ends. */
export interface GraphNode {
  /** Texts from here on, exact up to 2^53; Infinity above. */
  readonly total: number;
  readonly edges: readonly GraphEdge[];
  /** Where each edge's part of [0, 1) begins; one more entry than edges, the last one 1. */
  readonly shares: readonly number[];
  /** Where each edge's part of [0, total) begins; meaningful while `total` is finite. */
  readonly starts: readonly number[];
}

/** Write one of `letters`, then `after`, then go on at `target`. */
export interface GraphEdge {
  readonly letters: Letters;
  readonly after: string;
  readonly target: GraphNode;
}

const END: GraphNode = { total: 1, edges: [], shares: [1], starts: [1] };

/**
 * Unrolls an automaton, for one length after the other, into a graph without circles. Places where there is no choice
 * become plain text, and places with one edge each are drawn together, so that few steps are left per text.
 */
export class TextGraph {
  private readonly nodes = new Map<number, GraphNode>();
  private readonly letters = new Map<string, Letters>();
  private readonly names = new Map<Letters, number>();

  constructor(
    private readonly counting: Counting,
    private readonly states: number,
  ) {}

  /** The node for texts of exactly `length` characters from `state` on; at least one must exist. */
  node(state: number, length: number): GraphNode {
    if (length === 0) return END;
    const key = length * this.states + state;
    let node = this.nodes.get(key);
    if (!node) {
      node = this.build(state, length);
      this.nodes.set(key, node);
    }
    return node;
  }

  private build(state: number, length: number): GraphNode {
    const all = this.counting.count(state, length);
    const total = exactly(all);
    const edges: GraphEdge[] = [];
    const shares: number[] = [];
    const starts: number[] = [];
    let share = 0;
    let start = 0;
    for (const { arc, part } of this.ways(state, length)) {
      shares.push(share);
      starts.push(start);
      share += ratio(part, all);
      start += exactly(part);
      edges.push(this.edge(arc.chars, this.node(arc.target, length - 1)));
    }
    return { total, edges, shares: [...shares, 1], starts: [...starts, start] };
  }

  /**
   * The arcs that lead to a text, with how many, the one with most at the end: whatever rounding leaves of [0, 1) falls to
   * the last, which must not get more ranks than it has texts.
   */
  private ways(state: number, length: number): { arc: Arc; part: Tally }[] {
    const ways = this.counting.arcs[state]!.map((arc) => ({
      arc,
      part: times(this.counting.count(arc.target, length - 1), arc.size),
    })).filter(({ part }) => part.value > 0);
    const most = ways.reduce((best, way, k) => (isMore(way.part, ways[best]!.part) ? k : best), 0);
    return [...ways.slice(0, most), ...ways.slice(most + 1), ...ways.slice(most, most + 1)];
  }

  private edge(chars: readonly number[], target: GraphNode): GraphEdge {
    const first = this.known(`set ${chars.join()}`, () => lettersOf(chars));
    if (target.edges.length !== 1) return { letters: first, after: '', target };
    const next = target.edges[0]!;
    if (next.letters.size === 1) return { letters: first, after: next.letters.at(0) + next.after, target: next.target };
    if (first.size * next.letters.size > MAX_TABLE) return { letters: first, after: '', target };
    const both = this.known(`${this.nameOf(first)} ${this.nameOf(next.letters)}`, () =>
      joined(first, '', next.letters),
    );
    return { letters: both, after: next.after, target: next.target };
  }

  // The same combination of letters comes up at many places and lengths; its table is worth sharing.
  private known(name: string, make: () => Letters): Letters {
    let letters = this.letters.get(name);
    if (!letters) this.letters.set(name, (letters = make()));
    return letters;
  }

  private nameOf(letters: Letters): number {
    let name = this.names.get(letters);
    if (name === undefined) this.names.set(letters, (name = this.names.size));
    return name;
  }
}
