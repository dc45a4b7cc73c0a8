import { type Distribution } from '../definition/definition.js';
import { type Stream } from '../random/stream.js';
import { normalBelow, normalQuantile } from './normal.js';
import { type NumberGrid } from './number-grid.js';
import { zipf } from './zipf.js';

/** Draws a place of the grid, 0 to count - 1. */
export type Pick = (stream: Stream) => number;

/**
 * The way to draw from a grid by a distribution; null for the uniform one. All are cut off at the grid's ends and drawn by
 * inversion: one random number each, none thrown away.
 */
export function drawnBy(distribution: Distribution | undefined, grid: NumberGrid): Pick | null {
  switch (distribution?.type) {
    case undefined:
    case 'uniform':
      return null;
    case 'zipf':
      return zipf(grid.count, distribution.exponent ?? 1);
    case 'normal':
      return normal(distribution, grid);
    case 'log_normal':
      return logNormal(distribution, grid);
  }
}

function normal({ mean, stddev }: { mean?: number; stddev?: number }, grid: NumberGrid): Pick {
  const [low, high] = endsOf(grid);
  const middle = mean ?? (low + high) / 2;
  const width = stddev ?? Math.max((high - low) / 6, 10 ** -grid.decimals);
  return truncated(grid, (low - middle) / width, (high - middle) / width, (z) => middle + z * width);
}

function logNormal({ mean, stddev }: { mean?: number; stddev?: number }, grid: NumberGrid): Pick {
  const [low, high] = endsOf(grid);
  // Numbers up to zero have no logarithm: they stay out of reach, unless there are no others.
  const from = Math.log(Math.max(low, 10 ** -grid.decimals));
  const to = Math.max(from, Math.log(Math.max(high, 10 ** -grid.decimals)));
  const middle = mean ?? (from + to) / 2;
  const width = stddev ?? Math.max((to - from) / 6, 0.01);
  return truncated(grid, (from - middle) / width, (to - middle) / width, (z) => Math.exp(middle + z * width));
}

/** Inversion between two quantiles: z is normal, given that it lies between `from` and `to`. */
function truncated(grid: NumberGrid, from: number, to: number, value: (z: number) => number): Pick {
  // Far out on the right all probabilities round to 1: there the mirrored side, which does not, is drawn from.
  const mirrored = from > 0;
  const [a, b] = mirrored ? [normalBelow(-to), normalBelow(-from)] : [normalBelow(from), normalBelow(to)];
  const factor = 10 ** grid.decimals;
  const last = grid.count - 1;
  return (stream) => {
    const z = normalQuantile(a + stream.unit() * (b - a));
    const place = Math.round((value(mirrored ? -z : z) * factor - grid.first) / grid.stride);
    return place >= last ? last : place > 0 ? place : 0;
  };
}

function endsOf({ first, stride, count, decimals }: NumberGrid): [number, number] {
  const factor = 10 ** decimals;
  return [first / factor, (first + (count - 1) * stride) / factor];
}
