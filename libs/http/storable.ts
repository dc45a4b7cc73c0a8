import type { FieldError } from '../errors/errors.js';

/** Deepest nesting of objects and lists in a request; real requests stay far below. */
export const MAX_DEPTH = 32;

/**
 * What in a JSON value PostgreSQL or the program could not hold: NUL and lone surrogates (`text` and `jsonb` refuse them)
 * and nesting beyond {@link MAX_DEPTH}. Walks without recursion, since depth is what it guards against. At most ten findings.
 */
export function unstorable(root: unknown): FieldError[] {
  const found: FieldError[] = [];
  const open: { value: unknown; pointer: string; depth: number }[] = [{ value: root, pointer: '', depth: 0 }];
  for (let next = open.pop(); next && found.length < 10; next = open.pop()) {
    const { value, pointer, depth } = next;
    if (typeof value === 'string') found.push(...unstorableText(value, pointer));
    if (typeof value !== 'object' || value === null) continue;
    if (depth >= MAX_DEPTH) {
      found.push({ pointer, code: 'max_depth', detail: `nesting must not be deeper than ${MAX_DEPTH} levels` });
      continue;
    }
    for (const [key, child] of Object.entries(value)) {
      const below = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      if (unstorableText(key, '').length > 0) found.push(...unstorableText(key, pointer));
      else open.push({ value: child, pointer: below, depth: depth + 1 });
    }
  }
  return found;
}

/** The same for one text, such as a query parameter. */
export function unstorableText(text: string, pointer: string): FieldError[] {
  if (text.includes('\0')) return [{ pointer, code: 'nul', detail: 'text must not contain the NUL character' }];
  if (!text.isWellFormed()) {
    return [{ pointer, code: 'lone_surrogate', detail: 'text must be valid Unicode, without lone surrogates' }];
  }
  return [];
}
