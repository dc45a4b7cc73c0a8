import { type Stream } from '../random/stream.js';
import { type Part } from './part.js';

/** How many values a field has: exactly `size`, or at least that many. */
export interface Extent {
  readonly size: number;
  readonly exact: boolean;
}

/** What the values of a run may depend on beside the row: the same for every row. */
export interface RunInputs {
  readonly now: number;
  readonly seed: string | number;
  /** The name of the field with those of the objects around it, joined by slashes. */
  readonly path: string;
  /** Ids that references may choose from, by path. */
  readonly references: Readonly<Record<string, readonly string[]>>;
  /** By the key's id: the numbers, ascending, of values that are in use and not dealt. */
  readonly taken?: Readonly<Record<string, readonly number[]>>;
  /** As in RowInputs: for references to earlier rows. */
  readonly firstRow: (row: number) => number;
  readonly idOf?: (row: number) => string | null;
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

/** Writes one field's value in row i: the text between the quotes of a string, or the whole JSON text of anything else. */
export type FieldWriter = (i: number) => string;

/** What a field that is made of others, or of the row's number, is given for one run. */
export interface DeriveInputs extends RunInputs {
  /** The JSON text of another field of the row, with quotes; `null` where it has none. */
  readonly of: (field: string) => FieldWriter;
  /** The random source, at row i. */
  readonly streamAt: (i: number) => Stream;
}

/** How the values of a field are made of those of other fields in the row, or of the row's number. Writes whole JSON texts. */
export interface DerivedPlan {
  /** The fields whose values it takes, directly. */
  readonly needs: readonly string[];
  derive(inputs: DeriveInputs): FieldWriter;
  /** How many rows get different values simply because of what the plan is: a sequence. */
  readonly distinct?: Extent;
  /** The field whose values being different makes these different. */
  readonly distinctWith?: string;
}

export type AnyPlan = FieldPlan | DerivedPlan;

export function isDerived(plan: AnyPlan): plan is DerivedPlan {
  return 'derive' in plan;
}

/** A plan whose values are the same in every run. */
export function constantPlan(part: Part, quoted: boolean): FieldPlan {
  return { quoted, extent: () => part, bind: () => part };
}
