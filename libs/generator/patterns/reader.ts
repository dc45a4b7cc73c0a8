import { PatternError, type PatternErrorCode } from './pattern-error.js';

/** Flags in force at a place of the pattern. */
export interface Flags {
  ignoreCase: boolean;
  dotAll: boolean;
}

/** The pattern's text and how far it has been read, counted in UTF-16 code units. */
export class Reader {
  position = 0;

  constructor(readonly text: string) {}

  get done(): boolean {
    return this.position >= this.text.length;
  }

  /** The next character without taking it; '' at the end. */
  peek(): string {
    return this.done ? '' : String.fromCodePoint(this.text.codePointAt(this.position)!);
  }

  take(): string {
    const char = this.peek();
    this.position += char.length;
    return char;
  }

  /** Takes `expected` if it comes next. */
  accept(expected: string): boolean {
    if (!this.text.startsWith(expected, this.position)) return false;
    this.position += expected.length;
    return true;
  }

  /** Takes what the sticky expression matches here; null when it does not. */
  match(expression: RegExp): RegExpExecArray | null {
    expression.lastIndex = this.position;
    const found = expression.exec(this.text);
    if (found) this.position += found[0].length;
    return found;
  }

  error(code: PatternErrorCode, message: string, position = this.position): PatternError {
    return new PatternError(code, message, position);
  }
}
