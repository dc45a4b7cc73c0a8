import { type CharSet, CONTROLS, intersect, PRINTABLE_ASCII, subtract } from './char-set.js';

/**
 * One character of a text. `match` is what validation accepts, `make` (a part of it) what generation writes:
 * `.` accepts any character, but a test user called "\u{1F9FF}\u0007" helps nobody.
 */
export interface Letter {
  type: 'letter';
  match: CharSet;
  make: CharSet;
}

export type SyntaxNode =
  | Letter
  | { type: 'empty' }
  | { type: 'sequence'; parts: SyntaxNode[] }
  | { type: 'choice'; options: SyntaxNode[] }
  | { type: 'repeat'; node: SyntaxNode; min: number; max: number }
  | { type: 'start' }
  | { type: 'end' };

/** A letter that the pattern names (`a`, `[a-z]`): generated as it stands, without control characters where others are left. */
export function named(match: CharSet): Letter {
  return { type: 'letter', match, make: writable(match) };
}

/** A letter that the pattern leaves open (`.`, `[^@]`, `\W`): printable ASCII is generated where that is allowed at all. */
export function open(match: CharSet): Letter {
  const printable = intersect(match, PRINTABLE_ASCII);
  return { type: 'letter', match, make: printable.length > 0 ? printable : writable(match) };
}

/** What is written of a set: no control characters where there are others, and never NUL, which PostgreSQL cannot hold. */
export function writable(set: CharSet): CharSet {
  const visible = subtract(set, CONTROLS);
  return visible.length > 0 ? visible : subtract(set, [0, 0]);
}
