import { classOf } from '../generator/patterns/alphabet.js';
import type { Dfa } from '../generator/patterns/dfa.js';
import { type Characters, charactersLike } from './characters.js';
import type { KeyedPermutations } from './keyed-permutation.js';

/** Most characters of a text that is numbered among those of its pattern. */
const MOST = 128;
/** Shapes of which the counts are kept. */
const MOST_SHAPES = 500;

/** The texts of one shape that an automaton accepts, counted. */
interface Shape {
  /** Which characters stand at each place; a single one where it stays as it is. */
  readonly lists: readonly (readonly string[])[];
  /** At each place, by state: how many texts there are from there on with each of the first k characters. */
  readonly sums: readonly Map<number, readonly bigint[]>[];
  readonly size: bigint;
}

/**
 * Exchanges characters as `exchanged` does, but only for texts that a pattern accepts: those of one shape are counted along
 * the pattern's automaton, which numbers them (A. Goldberg and M. Sipser, Compression and Ranking, STOC 1985).
 */
export class PatternTexts {
  private readonly shapes = new Map<string, Shape>();

  constructor(
    private readonly dfa: Dfa,
    private readonly permutations: KeyedPermutations,
  ) {}

  /** Null where the text is too long to be numbered, or not of the pattern. */
  exchanged(text: string): string | null {
    const characters = [...text];
    if (characters.length > MOST) return null;
    const shape = this.shapeOf(characters);
    let rank = 0n;
    let state = 0;
    for (const [i, character] of characters.entries()) {
      const place = (shape.lists[i] as readonly string[]).indexOf(character);
      const sums = shape.sums[i]?.get(state);
      if (!sums) return null;
      rank += sums[place] as bigint;
      state = this.next(state, character);
    }
    if (state < 0 || this.dfa.accepts[state] !== 1) return null;
    return this.unrank(shape, this.permutations.at(rank, shape.size));
  }

  private unrank({ lists, sums }: Shape, rank: bigint): string {
    let text = '';
    let state = 0;
    let rest = rank;
    for (const [i, list] of lists.entries()) {
      const own = sums[i]?.get(state) as readonly bigint[];
      let place = list.length - 1;
      while ((own[place] as bigint) > rest) place -= 1;
      rest -= own[place] as bigint;
      text += list[place] as string;
      state = this.next(state, list[place] as string);
    }
    return text;
  }

  private shapeOf(characters: readonly string[]): Shape {
    const likes = characters.map((each): Characters | string => charactersLike(each) ?? each);
    const key = likes.map((like) => (typeof like === 'string' ? `=${like}` : like.list[0])).join('');
    let shape = this.shapes.get(key);
    if (shape) return shape;
    if (this.shapes.size >= MOST_SHAPES) this.shapes.delete(this.shapes.keys().next().value as string);
    this.shapes.set(key, (shape = this.count(likes.map((like) => (typeof like === 'string' ? [like] : like.list)))));
    return shape;
  }

  private count(lists: readonly (readonly string[])[]): Shape {
    const sums = lists.map(() => new Map<number, readonly bigint[]>());
    const from = (i: number, state: number): bigint => {
      if (state < 0) return 0n;
      const list = lists[i];
      if (!list) return this.dfa.accepts[state] === 1 ? 1n : 0n;
      const known = sums[i]?.get(state);
      if (known) return known[list.length] as bigint;
      const own = [0n];
      for (const character of list) own.push((own.at(-1) as bigint) + from(i + 1, this.next(state, character)));
      sums[i]?.set(state, own);
      return own.at(-1) as bigint;
    };
    const size = this.dfa.states > 0 ? from(0, 0) : 0n;
    return { lists, sums, size };
  }

  /** The automaton has no states where it accepts nothing. */
  private next(state: number, character: string): number {
    if (state < 0) return -1;
    const { table, alphabet } = this.dfa;
    return table[state * alphabet.classes + classOf(alphabet, character.codePointAt(0) as number)] as number;
  }
}
