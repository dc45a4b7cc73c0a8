import { type Problem } from './definition.js';

/** Collects problems while an untrusted value is read; every method leaves the reading going. */
export class Problems {
  readonly list: Problem[] = [];
  /** States of the automata of the patterns read so far; one that is refused for its size counts as the largest. */
  patternStates = 0;

  add(pointer: string, code: string, message: string): void {
    this.list.push({ pointer, code, message });
  }
}

/** Whether the value is an object as JSON makes them: no array, no class instance. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** A name as a step of a JSON pointer (RFC 6901): `~` and `/` escaped. */
export function pointerStep(name: string): string {
  return name.replace(/~/g, '~0').replace(/\//g, '~1');
}

/** Whether PostgreSQL and UTF-8 can hold the text: no NUL, no lone surrogate. */
export function isStorable(text: string): boolean {
  // Most texts are short and plain, and for those a loop is faster than the call of a built-in.
  if (text.length > 64) return text.isWellFormed() && !text.includes('\u0000');
  for (let k = 0; k < text.length; k++) {
    const code = text.charCodeAt(k);
    // One comparison for what is neither: 1 to 0xd7ff.
    if ((code - 1) >>> 0 >= 0xd7ff) return text.isWellFormed() && !text.includes('\u0000');
  }
  return true;
}

/** A value as it stands in messages: JSON, cut short. */
export function shown(value: unknown): string {
  const text = asText(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function asText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // What is no JSON (a circle, a bigint) cannot come from a request, but a check must not throw.
    return `a ${typeof value}`;
  }
}
