import { createHmac } from 'node:crypto';
import type { FieldDefinition, TextFormat } from '../generator/definition/definition.js';
import { formatOf } from '../generator/formats/formats.js';
import { eanDigit, luhnDigit, remainder97 } from '../generator/kinds/check-digits.js';
import { firstNames } from '../generator/kinds/words.js';
import { compilePattern } from '../generator/patterns/pattern.js';
import { lengthsOf } from '../generator/values/text-lengths.js';
import { charactersLike, digitsLike } from './characters.js';
import { derived, KeyedPermutations } from './keyed-permutation.js';
import { PatternTexts } from './pattern-texts.js';
import { exchanged } from './shaped-texts.js';

/** Makes another text of one. */
export type TextMask = (text: string) => string;

/** The longest address that `email` makes. */
const LONGEST_EMAIL = 64;
const NAMES = firstNames.filter((name) => /^[A-Z][a-z]+$/.test(name));

/** The masks for texts under one key. */
export class TextMasks {
  private readonly permutations: KeyedPermutations;

  constructor(private readonly key: Uint8Array) {
    this.permutations = new KeyedPermutations(key, 'text');
  }

  keepFormat: TextMask = (text) => exchanged(text, this.permutations, charactersLike);
  digits: TextMask = (text) => exchanged(text, this.permutations, digitsLike);
  hash: TextMask = (text) => this.digest('hash', text).toString('hex', 0, 16);

  /**
   * An address at example.com, which no mail reaches: two names and 64 bits of a keyed hash. No permutation, but among ten
   * million addresses two become the same with a probability of 1 in 300,000.
   */
  email: TextMask = (text) => {
    const digest = this.digest('email', text);
    const code = digest.readBigUInt64BE(8).toString(36).padStart(13, '0');
    return `${nameAt(digest, 0)}.${nameAt(digest, 4)}.${code}@example.com`.toLowerCase();
  };

  /** Each word becomes a name, the same word always the same one, in the case that it had; different words may share one. */
  name: TextMask = (text) =>
    text.replace(/\p{L}[\p{L}\p{M}'’]*/gu, (word) => {
      const name = nameAt(this.digest('name', word.toLowerCase()), 0);
      if (word === word.toLowerCase()) return name.toLowerCase();
      return word.length > 1 && word === word.toUpperCase() ? name.toUpperCase() : name;
    });

  /** The mask that gives texts of the field's format and pattern; those that other rules forbid are left to the caller. */
  auto(field: Pick<FieldDefinition, 'format' | 'regex' | 'case' | 'max' | 'max_length'>): TextMask {
    const format = field.format as TextFormat | undefined;
    if (format === 'card_number' || format === 'ean13' || format === 'iban') return this.checked(format);
    const isEmail = field.regex === undefined ? format === 'email' : field.regex === DEFAULT_EMAIL;
    // Its letters are small ones.
    const isCased = field.case !== undefined && field.case !== 'lower';
    if (isEmail && !isCased && lengthsOf(field as FieldDefinition).max >= LONGEST_EMAIL) return this.email;
    const pattern = field.regex === undefined ? format && formatOf(format).pattern : compilePattern(field.regex);
    if (!pattern) return this.keepFormat;
    const texts = new PatternTexts(pattern.automaton, this.permutations);
    return (text) => texts.exchanged(text) ?? this.keepFormat(text);
  }

  /** Exchanges all but the check digits, and computes these anew. */
  private checked(format: 'card_number' | 'ean13' | 'iban'): TextMask {
    if (format === 'ean13') return (text) => withEnd(this.digits(text.slice(0, 12)), eanDigit);
    if (format === 'card_number') {
      return (text) => withEnd(this.digits(text.slice(0, -1)), (digits) => luhnDigit(digits.replace(/[ -]/g, '')));
    }
    return (text) => {
      const country = text.slice(0, 2);
      const account = this.keepFormat(text.slice(4));
      const moved = `${account}${country}00`.replace(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55));
      return `${country}${String(98 - remainder97(moved)).padStart(2, '0')}${account}`;
    };
  }

  private digest(purpose: string, text: string): Buffer {
    return createHmac('sha256', this.subkey(purpose)).update(text).digest();
  }

  private readonly subkeys = new Map<string, Buffer>();
  private subkey(purpose: string): Buffer {
    let found = this.subkeys.get(purpose);
    if (!found) this.subkeys.set(purpose, (found = derived(this.key, purpose)));
    return found;
  }
}

/** What the reader of definitions gives a field called `email`. */
const DEFAULT_EMAIL = '^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$';

function nameAt(digest: Buffer, at: number): string {
  return NAMES[digest.readUInt32BE(at) % NAMES.length] as string;
}

function withEnd(text: string, end: (text: string) => string): string {
  return text + end(text);
}
