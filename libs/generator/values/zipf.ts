import { type Stream } from '../random/stream.js';

/** How many of the likeliest places have exact probabilities; those behind follow the integral, which differs by less than 10^-6. */
const HEAD = 1024;

/** Draws place k of `count` as often as 1 / (k + 1)^exponent, by inversion. */
export function zipf(count: number, exponent: number): (stream: Stream) => number {
  const head = Math.min(count, HEAD);
  const sums = new Float64Array(head);
  let sum = 0;
  for (let k = 0; k < head; k++) sums[k] = sum += Math.pow(k + 1, -exponent);
  const tail = count > head ? area(head + 0.5, count + 0.5, exponent) : 0;
  return (stream) => {
    const u = stream.unit() * (sum + tail);
    if (u < sum) return searched(sums, u);
    return Math.min(count - 1, Math.max(head, Math.round(reach(head + 0.5, u - sum, exponent)) - 1));
  };
}

/** The integral of x^-exponent. */
function area(from: number, to: number, exponent: number): number {
  if (exponent === 1) return Math.log(to / from);
  return (Math.pow(to, 1 - exponent) - Math.pow(from, 1 - exponent)) / (1 - exponent);
}

/** Where the area from `from` on reaches `size`. */
function reach(from: number, size: number, exponent: number): number {
  if (exponent === 1) return from * Math.exp(size);
  return Math.pow(Math.pow(from, 1 - exponent) + size * (1 - exponent), 1 / (1 - exponent));
}

/** The first place whose sum is above u. */
export function searched(sums: Float64Array, u: number): number {
  let low = 0;
  let high = sums.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sums[middle]! > u) high = middle;
    else low = middle + 1;
  }
  return low;
}
