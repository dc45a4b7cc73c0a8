/** A date to be placed, in units since 1970: where it should be, and between which others it may be. */
export interface Wanted {
  readonly at: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The dates nearest to where they should be, within their bounds and each pair of `order` (places in the list) with the first
 * one earlier; the earlier ones are placed first. Null where there are none. The pairs must form no circle.
 */
export function nearestDates(dates: readonly Wanted[], order: readonly (readonly [number, number])[]): number[] | null {
  const sorted = inOrder(dates.length, order);
  const low = dates.map((date) => date.low);
  const high = dates.map((date) => date.high);
  for (const i of sorted) for (const [a, b] of order) if (a === i) low[b] = Math.max(low[b]!, low[a]! + 1);
  for (const i of [...sorted].reverse())
    for (const [a, b] of order) if (b === i) high[a] = Math.min(high[a]!, high[b]! - 1);
  if (dates.some((_, i) => low[i]! > high[i]!)) return null;
  const placed: number[] = [];
  for (const i of sorted) {
    const least = order.reduce((most, [a, b]) => (b === i ? Math.max(most, placed[a]! + 1) : most), low[i]!);
    placed[i] = Math.min(Math.max(dates[i]!.at, least), high[i]!);
  }
  return placed;
}

/** The places so that each stands behind those that must be earlier. */
function inOrder(count: number, order: readonly (readonly [number, number])[]): number[] {
  const sorted: number[] = [];
  const visit = (i: number): void => {
    if (sorted.includes(i)) return;
    for (const [a, b] of order) if (b === i) visit(a);
    sorted.push(i);
  };
  for (let i = 0; i < count; i++) visit(i);
  return sorted;
}
