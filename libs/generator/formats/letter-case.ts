import { type LetterCase } from '../definition/definition.js';

// A word starts with a letter and goes on with letters, marks, digits and apostrophes: "O'Neil" has one capital, "o'Neil" two words do not.
const WORD = /\p{L}[\p{L}\p{M}\p{N}'’]*/gu;

/** The text in the given case. Applying it twice changes nothing. */
export function inCase(text: string, to: LetterCase): string {
  switch (to) {
    case 'lower':
      return text.toLowerCase();
    case 'upper':
      return text.toUpperCase();
    case 'title':
      return text.replace(WORD, (word) => {
        const first = String.fromCodePoint(word.codePointAt(0)!);
        return first.toUpperCase() + word.slice(first.length).toLowerCase();
      });
  }
}

/** Whether the text is in the given case already. */
export function isInCase(text: string, to: LetterCase): boolean {
  return inCase(text, to) === text;
}

/** A pattern that covers only texts which the case leaves as they are. */
export const UNCHANGED_BY: Record<LetterCase, string> = {
  lower: '^[^\\p{Lu}\\p{Lt}]*$',
  upper: '^[^\\p{Ll}\\p{Lt}]*$',
  title: '^\\PL*$',
};
