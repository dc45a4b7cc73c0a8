/** Bits of a value's beginning, and of an entry's place, in a number that a double holds. */
const CHARACTERS = 4;
const BITS = 7;
const PLACES = 2 ** 24;
const LAST = 2 ** BITS - 1;

/** Values in UTF-8, by their places. */
export interface Texts {
  bytes: Buffer;
  start: (place: number) => number;
  end: (place: number) => number;
}

/**
 * The entries' places, sorted by key and value, as PostgreSQL's collation "C" has it: the index is written in order, and all
 * writers wait in the same one. Most are told apart by a few characters behind those that all have in common, and numbers are
 * sorted ten times as fast as texts are compared.
 */
export function inOrder(keys: readonly number[], texts: Texts): Uint32Array {
  const shared = sharedLength(keys.length, texts);
  const order = new Uint32Array(keys.length);
  const byKey = new Map<number, number[]>();
  for (const [place, key] of keys.entries()) byKey.get(key)?.push(place) ?? byKey.set(key, [place]);
  let at = 0;
  for (const [, places] of [...byKey].sort(([a], [b]) => a - b)) {
    order.set(ofKey(texts, places, shared), at);
    at += places.length;
  }
  return order;
}

function ofKey(texts: Texts, places: readonly number[], shared: number): Uint32Array {
  const { bytes, start, end } = texts;
  const ranks = Float64Array.from(places, (place, i) => beginning(texts, place, shared) * PLACES + i).sort();
  const order = Uint32Array.from(ranks, (rank) => places[rank % PLACES]!);
  for (let from = 0, to = 1; from < order.length; from = to++) {
    const rank = Math.floor(ranks[from]! / PLACES);
    while (to < order.length && Math.floor(ranks[to]! / PLACES) === rank) to += 1;
    if (to > from + 1) {
      order.subarray(from, to).sort((a, b) => bytes.compare(bytes, start(b), end(b), start(a), end(a)));
    }
  }
  return order;
}

/** A few characters behind those that all have in common, as a number that orders as they do: up to the first that is not ASCII, as which all others count. */
function beginning({ bytes, start, end }: Texts, place: number, shared: number): number {
  const [from, to] = [start(place) + shared, end(place)];
  let rank = 0;
  let isPlain = true;
  for (let i = from; i < from + CHARACTERS; i += 1) {
    // The end comes before every character.
    const code: number = isPlain && i < to ? Math.min(bytes[i]! + 1, LAST) : 0;
    isPlain &&= code < LAST;
    rank = rank * 2 ** BITS + code;
  }
  return rank;
}

/** How many bytes all values begin with in common. */
function sharedLength(count: number, { bytes, start, end }: Texts): number {
  if (count === 0) return 0;
  const first = start(0);
  let length = end(0) - first;
  for (let place = 1; place < count && length > 0; place += 1) {
    const from = start(place);
    const most = Math.min(length, end(place) - from);
    let i = 0;
    while (i < most && bytes[from + i] === bytes[first + i]) i += 1;
    length = i;
  }
  return length;
}
