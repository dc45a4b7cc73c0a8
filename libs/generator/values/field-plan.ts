import { type Part } from './part.js';

/** How many values a field has: exactly `size`, or at least that many. */
export interface Extent {
  readonly size: number;
  readonly exact: boolean;
}

/** What the values of a run may depend on beside the row: the same for every row. */
export interface RunInputs {
  readonly now: number;
  /** Ids that this field may refer to; only reference fields have them. */
  readonly candidates: readonly string[];
}

/** What part a field has in unique keys: a key by itself, one of several fields of a key, or none. */
export type KeyRole = 'alone' | 'together' | 'none';

/** How a field's values are made, settled when the schema is compiled. */
export interface FieldPlan {
  /** Whether the values are texts: they are then written between quotes. */
  readonly quoted: boolean;
  /** How many values there are, given how many candidates a reference has. Never depends on `now`. */
  extent(candidates: number): Extent;
  /** The values for one run; null when there is nothing to choose from and the field stays null. */
  bind(inputs: RunInputs): Part | null;
}

/** A plan whose values are the same in every run. */
export function constantPlan(part: Part, quoted: boolean): FieldPlan {
  return { quoted, extent: () => part, bind: () => part };
}
