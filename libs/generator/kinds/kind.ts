import { type Piece } from './piece.js';

/**
 * A sort of text that field names ask for. `pieces` are the ways to write it, the best-looking first; a field gets the
 * first that its rules allow. What a piece writes may depend on `now` (ms), its pattern and size must not.
 */
export interface Kind {
  readonly name: string;
  /** Field names, in snake_case; `shipping_city` answers to `city` too. */
  readonly answersTo: readonly string[];
  readonly pieces: readonly ((now: number) => Piece)[];
  /** A fixed list: a unique field has no more values than these. Other kinds get a number added where they are too few. */
  readonly closed?: boolean;
}

/** A piece that does not depend on `now`, made when first wanted. */
export function fixed(make: () => Piece): () => Piece {
  let piece: Piece | undefined;
  return () => (piece ??= make());
}
