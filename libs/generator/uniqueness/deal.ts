import { type StreamKey } from '../random/hash.js';
import { type Stream } from '../random/stream.js';
import { type Extent } from '../values/field-plan.js';
import { mixedRadix, type Place } from '../values/mixed-radix.js';
import { Permutation } from './permutation.js';
import { SpaceExhaustedError } from './space-exhausted.js';

/** A key as the places of its fields among those of the schema. */
export type KeyMembers = readonly number[];

/** How the values of the fields of some keys that belong together are dealt out to rows, so that none of the keys repeats. */
export interface Deal {
  /** The fields that are dealt. */
  readonly fields: readonly number[];
  /** How many rows can be dealt, and whether the keys allow no more. */
  readonly size: number;
  readonly exact: boolean;
  /** The key that runs out first. */
  readonly boundBy: KeyMembers;
  /** The rank of each field, in the order of `fields`, in row i. `name` is what errors call it, `keyOf` gives the keys of its permutations. */
  open(name: string, keyOf: (purpose: string) => StreamKey): Dealer;
}

/** The rank of field `f` (a place in Deal.fields) in row i; where ranks stand for several values, the stream chooses. */
export type Dealer = (f: number, i: number, stream: Stream) => number;

/** Combinations of some fields, numbered. */
export interface Numbering {
  readonly fields: readonly number[];
  readonly places: readonly Place[];
  readonly size: number;
  readonly exact: boolean;
}

export function numbering(fields: readonly number[], extents: readonly Extent[]): Numbering {
  return { fields, ...mixedRadix(fields.map((f) => extents[f]!)) };
}

/** What rank a member of a numbered combination has. */
export function rankOf({ radix, weight, stride }: Place, combination: number, stream: Stream): number {
  const digit = Math.floor(combination / weight) % radix;
  return stride === 1 ? digit : digit * stride + stream.below(stride);
}

/**
 * The deal of one key that shares no field with another: all combinations of its values, permuted; but for those whose
 * numbers, ascending, are taken.
 */
export function dealAlone(key: KeyMembers, extents: readonly Extent[], taken: readonly number[] = []): Deal {
  const { places, size: all, exact } = numbering(key, extents);
  const size = all - taken.length;
  return {
    fields: key,
    size,
    exact,
    boundBy: key,
    open: (name, keyOf) => {
      const streamKey = keyOf('');
      if (key.length === 1) return dealSingle(name, size, places[0]!, streamKey, taken);
      const permuted = rowPermutation(name, size, streamKey);
      return (f, i, stream) => rankOf(places[f]!, nthFree(taken, permuted(i)), stream);
    },
  };
}

/** The same for a key of one field, which is what most keys are: nothing to take apart, nothing to remember. */
function dealSingle(name: string, size: number, { stride }: Place, key: StreamKey, taken: readonly number[]): Dealer {
  if (size === 0) return (_f, i) => rowPermutation(name, 0, key)(i);
  const permutation = new Permutation(size, key);
  return (_f, i, stream) => {
    if (i >= size) throw new SpaceExhaustedError(name, size);
    const rank = nthFree(taken, permutation.at(i));
    return stride === 1 ? rank : rank * stride + stream.below(stride);
  };
}

/** The n-th number from 0 on that is not taken. */
function nthFree(taken: readonly number[], n: number): number {
  let low = 0;
  let high = taken.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    // So many free ones stand before it.
    if (taken[middle]! - middle <= n) low = middle + 1;
    else high = middle;
  }
  return n + low;
}

/** A permutation of rows that remembers the last one: rows are written field after field. */
export function rowPermutation(name: string, size: number, key: StreamKey): (i: number) => number {
  const permutation = size > 0 ? new Permutation(size, key) : null;
  let lastRow = -1;
  let last = 0;
  return (i) => {
    if (i === lastRow) return last;
    if (permutation === null || i >= size) throw new SpaceExhaustedError(name, size);
    last = permutation.at(i);
    lastRow = i;
    return last;
  };
}
