import { MAX_SPAN } from './part.js';

/** One part's digit in the number of a combination. */
export interface Place {
  readonly radix: number;
  /** The number of a combination counts this digit so many times: the product of the radices behind it. */
  readonly weight: number;
  /** Digit d stands for the ranks d × stride … d × stride + stride - 1 of the part. */
  readonly stride: number;
}

/**
 * Numbers all combinations of several parts, as long as they are at most MAX_SPAN. Of more, a spread-out MAX_SPAN at most
 * is numbered: parts that no longer fit are divided into ranges, within which any choice keeps combinations apart.
 */
export function mixedRadix(parts: readonly { size: number; exact: boolean }[]): {
  places: Place[];
  size: number;
  exact: boolean;
} {
  let size = 1;
  let exact = true;
  const radices = parts.map((part) => {
    const radix = Math.min(part.size, Math.max(1, Math.floor(MAX_SPAN / Math.max(1, size))));
    size *= radix;
    exact &&= part.exact && radix === part.size;
    return radix;
  });
  let weight = size;
  const places = radices.map((radix, k) => {
    weight = radix === 0 ? 0 : weight / radix;
    return { radix, weight, stride: radix === 0 ? 0 : Math.floor(parts[k]!.size / radix) };
  });
  return { places, size, exact };
}
