/**
 * A count that may be astronomically large: `value` × 2^(512 × `scale`). Whole and exact up to 2^53 (with scale 0);
 * above that as near as doubles come. Only sums, products and powers of two are used, which IEEE 754 fixes to the last bit:
 * logarithms may differ between engines, and then rows would.
 */
export interface Tally {
  readonly value: number;
  readonly scale: number;
}

const STEP = 2 ** 512;
export const ZERO: Tally = { value: 0, scale: 0 };
export const ONE: Tally = { value: 1, scale: 0 };

export function add(a: Tally, b: Tally): Tally {
  if (a.scale < b.scale) return add(b, a);
  return normalise(a.value + scaledDown(b.value, a.scale - b.scale), a.scale);
}

/** `a` times a whole number below 2^53. */
export function times(a: Tally, factor: number): Tally {
  return normalise(a.value * factor, a.scale);
}

/** a / b as a double. */
export function ratio(a: Tally, b: Tally): number {
  return scaledDown(a.value / b.value, b.scale - a.scale);
}

/** Whether `a` is larger than `b`. */
export function isMore(a: Tally, b: Tally): boolean {
  return a.scale === b.scale ? a.value > b.value : a.scale > b.scale;
}

/** The exact count, or Infinity where it is above 2^53. */
export function exactly(a: Tally): number {
  return a.scale === 0 && a.value <= Number.MAX_SAFE_INTEGER ? a.value : Infinity;
}

function normalise(value: number, scale: number): Tally {
  return value >= STEP ? { value: value / STEP, scale: scale + 1 } : { value, scale };
}

function scaledDown(value: number, steps: number): number {
  if (steps === 0) return value;
  return steps === 1 ? value / STEP : 0;
}
