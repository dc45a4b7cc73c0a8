import { type Stream } from '../random/stream.js';
import { MAX_SPAN, type Part } from '../values/part.js';
import { Counting } from './counting.js';
import { type Dfa } from './dfa.js';
import { GENERATED_LENGTHS, MAX_GENERATED_LENGTH } from './limits.js';
import { PatternError } from './pattern-error.js';
import { exactly } from './tally.js';
import { type GraphNode, TextGraph } from './text-graph.js';

/** The texts of one length: `span` of them are addressed, from rank `start` on. */
interface Stratum {
  readonly length: number;
  readonly start: number;
  readonly span: number;
  /** Unrolled when first used: definitions are read far more often than every length is generated. */
  node: GraphNode | null;
}

/**
 * The texts that `writer` accepts with at least `minLength` and at most `maxLength` code points, numbered.
 * Lengths: all of them while there are few texts, else the GENERATED_LENGTHS shortest.
 * Throws PatternError `no_match` when there is no such text, `too_large` when its texts are too long or too many to count.
 */
export function patternPart(writer: Dfa, minLength: number, maxLength: number): PatternPart {
  const counting = new Counting(writer);
  const lengths = lengthsOf(counting, minLength, maxLength);
  return new PatternPart(new TextGraph(counting, writer.states), strata(counting, lengths), counting.isLight);
}

/** The lengths, ascending, that texts are generated with. */
function lengthsOf(counting: Counting, minLength: number, maxLength: number): number[] {
  const first = Math.max(minLength, counting.shortest);
  const longest = counting.longest();
  const last = Math.min(maxLength, longest, MAX_GENERATED_LENGTH);
  const lengths: number[] = [];
  let total = 0;
  for (let length = first; length <= last; length++) {
    // The texts of some lengths are enough; it is only without any that the budget is an error.
    if (lengths.length > 0 && counting.isCostly) break;
    const tally = counting.count(0, length);
    if (tally.value === 0) continue;
    lengths.push(length);
    total += exactly(tally);
    const enough = longest === Infinity || total > MAX_SPAN;
    if (lengths.length >= GENERATED_LENGTHS && enough) break;
  }
  if (lengths.length > 0) return lengths;
  if (first !== Infinity && first <= maxLength && first <= longest && first > MAX_GENERATED_LENGTH) {
    throw new PatternError('too_large', `the shortest text has more than ${MAX_GENERATED_LENGTH} characters`);
  }
  throw new PatternError('no_match', 'no text of an allowed length matches the pattern');
}

/** Gives every length its ranks: all of them when all fit into MAX_SPAN; otherwise equal shares, less where there are fewer texts. */
function strata(counting: Counting, lengths: readonly number[]): { list: Stratum[]; exact: boolean } {
  const totals = lengths.map((length) => exactly(counting.count(0, length)));
  const spans = [...totals];
  const exact = totals.reduce((sum, total) => sum + total, 0) <= MAX_SPAN;
  if (!exact) {
    let left = MAX_SPAN;
    let waiting = lengths.length;
    for (const k of lengths
      .map((_, k) => k)
      .sort((a, b) => (totals[a] === totals[b] ? a - b : totals[a]! - totals[b]!))) {
      spans[k] = Math.min(totals[k]!, Math.floor(left / waiting));
      left -= spans[k];
      waiting--;
    }
  }
  let start = 0;
  const list = lengths.map((length, k) => {
    const stratum: Stratum = { length, start, span: spans[k]!, node: null };
    start += stratum.span;
    return stratum;
  });
  return { list, exact };
}

export class PatternPart implements Part {
  readonly size: number;
  readonly exact: boolean;
  /** Whether little memory hangs on this part. */
  readonly isLight: boolean;
  private readonly list: readonly Stratum[];

  constructor(
    private readonly graph: TextGraph,
    strata: { list: readonly Stratum[]; exact: boolean },
    isLight: boolean,
  ) {
    this.isLight = isLight;
    const last = strata.list[strata.list.length - 1]!;
    this.list = strata.list;
    this.size = last.start + last.span;
    this.exact = strata.exact;
  }

  /** Every length equally likely, and within a length every text. */
  draw(stream: Stream): string {
    const { list } = this;
    const k = list.length === 1 ? 0 : stream.below(list.length);
    return drawFrom(this.nodeOf(list[k]!), stream);
  }

  at(rank: number, stream: Stream): string {
    let k = this.list.length - 1;
    while (this.list[k]!.start > rank) k--;
    const stratum = this.list[k]!;
    return spreadFrom(this.nodeOf(stratum), rank - stratum.start, stratum.span, stream);
  }

  private nodeOf(stratum: Stratum): GraphNode {
    return (stratum.node ??= this.graph.node(0, stratum.length));
  }
}

function drawFrom(from: GraphNode, stream: Stream): string {
  let node = from;
  let text = '';
  while (node.edges.length > 0) {
    let k = 0;
    if (node.edges.length > 1) {
      const u = stream.unit();
      while (node.shares[k + 1]! <= u) k++;
    }
    const edge = node.edges[k]!;
    const { letters } = edge;
    text += letters.at(letters.size === 1 ? 0 : stream.below(letters.size)) + edge.after;
    node = edge.target;
  }
  return text;
}

/** Text `rank` of `total`, in the order of edges and letters. Needs node.total ≤ 2^53. */
function unrankFrom(from: GraphNode, rank: number): string {
  let node = from;
  let rest = rank;
  let text = '';
  while (node.edges.length > 0) {
    let k = 0;
    while (node.starts[k + 1]! <= rest) k++;
    const edge = node.edges[k]!;
    const each = edge.target.total;
    rest -= node.starts[k]!;
    const letter = Math.floor(rest / each);
    rest -= letter * each;
    text += edge.letters.at(letter) + edge.after;
    node = edge.target;
  }
  return text;
}

/**
 * Text `rank` of `span`, where `span` may be less than there are texts: the ranks are shared out over the edges in
 * proportion to their texts, and over an edge's letters evenly. Where a single rank is left, the stream decides the rest.
 *
 * Injective, because no edge gets more ranks than it has texts: with span ≤ 2^46 and more than 2^53 texts, an edge with c
 * texts gets at most ceil(c / 128 + 2^-7), where 2^-7 is what rounding adds; the last edge, where rounding adds up, has most.
 */
function spreadFrom(from: GraphNode, rank: number, span: number, stream: Stream): string {
  let node = from;
  let rest = rank;
  let width = span;
  let text = '';
  while (node.total === Infinity) {
    if (width === 1) return text + drawFrom(node, stream);
    let k = 0;
    while (k + 1 < node.edges.length && Math.floor(width * node.shares[k + 1]!) <= rest) k++;
    const edge = node.edges[k]!;
    const start = Math.floor(width * node.shares[k]!);
    const end = k + 1 < node.edges.length ? Math.floor(width * node.shares[k + 1]!) : width;
    rest -= start;
    // The first `longer` letters take one rank more than the others.
    const letters = edge.letters.size;
    const each = Math.floor((end - start) / letters);
    const longer = (end - start) % letters;
    const inLonger = rest < longer * (each + 1);
    width = inLonger ? each + 1 : each;
    if (!inLonger) rest -= longer * (each + 1);
    const letter = Math.floor(rest / width);
    rest -= letter * width;
    text += edge.letters.at(inLonger ? letter : longer + letter) + edge.after;
    node = edge.target;
  }
  if (width === node.total) return text + unrankFrom(node, rest);
  const stride = Math.floor(node.total / width);
  return text + unrankFrom(node, rest * stride + stream.below(stride));
}
