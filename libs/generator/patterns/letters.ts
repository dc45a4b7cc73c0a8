import { charAt, type CharSet, sizeOf } from './char-set.js';

/** Largest table of letters, or of the combinations of several letters in a row. */
export const MAX_TABLE = 4096;

/** Numbered, JSON-escaped pieces of text: single letters, or all combinations of a few. Tables fill as they are used. */
export class Letters {
  private table: (string | undefined)[] | null = null;

  constructor(
    readonly size: number,
    private readonly make: (k: number) => string,
  ) {}

  /** Piece `k`, 0 ≤ k < size. */
  at(k: number): string {
    const known = this.table === null ? undefined : this.table[k];
    return known !== undefined ? known : this.first(k);
  }

  private first(k: number): string {
    const text = this.make(k);
    if (this.size <= MAX_TABLE) {
      this.table ??= new Array<string | undefined>(this.size).fill(undefined);
      this.table[k] = text;
    }
    return text;
  }
}

/** The letters of a set, each escaped for JSON. */
export function lettersOf(set: CharSet): Letters {
  return new Letters(sizeOf(set), (k) => JSON.stringify(String.fromCodePoint(charAt(set, k))).slice(1, -1));
}

/** Every `first` followed by `between` followed by every `second`, in that order of rank. */
export function joined(first: Letters, between: string, second: Letters): Letters {
  const radix = second.size;
  return new Letters(first.size * radix, (k) => first.at(Math.floor(k / radix)) + between + second.at(k % radix));
}
