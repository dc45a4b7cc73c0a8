import { type Stream } from '../random/stream.js';

/**
 * How many values of one space can be addressed. Larger spaces are generated from a spread-out part of this size:
 * 7 × 10^13 rows are more than anyone makes, and all arithmetic on ranks stays exact in doubles.
 */
export const MAX_SPAN = 2 ** 46;

/** A numbered set of distinct texts. Texts are JSON-escaped and without quotes, so that parts can be joined. */
export interface Part {
  /** How many texts can be addressed, at most MAX_SPAN. */
  readonly size: number;
  /** Whether the set has exactly `size` texts; false when it has more. */
  readonly exact: boolean;
  /** Text `rank`, 0 ≤ rank < size. Different ranks give different texts. The stream fills in what the rank leaves open. */
  at(rank: number, stream: Stream): string;
  /** A text chosen for looks: not every text needs to be as likely as every other. */
  draw(stream: Stream): string;
}

// Printable ASCII but quotes and backslashes: most words, by far.
const PLAIN = /^[ !#-[\]-~]*$/;

/** The text as it stands between the quotes of a JSON string, escaped as JSON.stringify does. */
export function jsonEscape(text: string): string {
  return PLAIN.test(text) ? text : JSON.stringify(text).slice(1, -1);
}
