import type { FieldDefinition, ItemDefinition } from '../../libs/generator/index.js';

/** The way to a value within a record: names of fields, and places in arrays. */
export type Path = (string | number)[];

export interface Target {
  path: Path;
  field: ItemDefinition;
}

/** As many elements as an array may have: see the definition's limits. */
const MAX_ITEMS = 100;

/**
 * What a column's name leads to: a field of that name, `object.field`, `array[0]` and what follows from these; null where there is
 * none. A field's own name may have dots in it.
 */
export function findTarget(fields: readonly FieldDefinition[], name: string): Target | null {
  const fitting = fields.filter((field) => name.startsWith(field.name));
  // The longest first: `a.b` is the field of that name, if there is one, before it is the field b of a.
  for (const field of fitting.sort((a, b) => b.name.length - a.name.length)) {
    const found = within(field, name.slice(field.name.length), [field.name]);
    if (found) return found;
  }
  return null;
}

function within(field: ItemDefinition, rest: string, path: Path): Target | null {
  if (rest === '') return { path, field };
  if (field.items) {
    const [all, place = ''] = /^\[(\d{1,2})\]/.exec(rest) ?? [];
    if (all === undefined || Number(place) >= MAX_ITEMS) return null;
    return within(field.items, rest.slice(all.length), [...path, Number(place)]);
  }
  if (!field.fields || !rest.startsWith('.')) return null;
  const inner = findTarget(field.fields, rest.slice(1));
  return inner && { path: [...path, ...inner.path], field: inner.field };
}

/** The first two of the targets that would fill the same value, or one a part of the other; null where there are none. */
export function findOverlap(targets: readonly (Target | null)[]): [number, number] | null {
  const known = new Map<string, number>();
  const all = targets.map((target) => target && target.path.map((_, i) => JSON.stringify(target.path.slice(0, i + 1))));
  for (const [at, steps] of all.entries()) {
    const whole = steps?.at(-1);
    if (whole === undefined) continue;
    const other = known.get(whole);
    if (other !== undefined) return [other, at];
    known.set(whole, at);
  }
  for (const [at, steps] of all.entries()) {
    for (const part of steps?.slice(0, -1) ?? []) {
      const other = known.get(part);
      if (other !== undefined) return [other, at];
    }
  }
  return null;
}
