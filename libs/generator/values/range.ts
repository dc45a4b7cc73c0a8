import { type Stream } from '../random/stream.js';
import { MAX_SPAN, type Part } from './part.js';

/** The whole numbers from `low` on, `size` of them, each written by `write`. Of more than MAX_SPAN, evenly spread ones are addressed. */
export function rangePart(low: number, size: number, write: (value: number) => string): Part {
  const stride = size <= MAX_SPAN ? 1 : Math.floor(size / MAX_SPAN);
  const addressed = Math.min(size, MAX_SPAN);
  const within = (stream: Stream): number => (stride === 1 ? 0 : stream.below(stride));
  return {
    size: addressed,
    exact: addressed === size,
    at: (rank, stream) => write(low + rank * stride + within(stream)),
    draw: (stream) => write(low + stream.below(size)),
  };
}
