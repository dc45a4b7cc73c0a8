import type { FieldDefinition, SchemaDefinition } from '../generator/definition/definition.js';
import { derivedAnew } from './derived-fields.js';
import { FieldMasks, type ValueMask } from './field-mask.js';
import { fieldAt, type MaskStep } from './mask-paths.js';
import { MaskError } from './mask-error.js';
import type { MaskRule } from './mask-rule.js';

type Values = Record<string, unknown>;

/** The values of a row, masked; what was given stays as it is. Throws {@link MaskError}, and then nothing may be written. */
export type RowMask = (values: Values, now?: number) => Values;

/**
 * Compiles the masks of a schema's fields, by their paths, under a key of 32 bytes. `whole` is the definition with embedded
 * schemas in place. Throws MaskError for what `maskProblems` finds wrong.
 */
export function compileMask(whole: SchemaDefinition, rules: Record<string, MaskRule>, key: Uint8Array): RowMask {
  const masks = new FieldMasks(key);
  const applied = Object.entries(rules).map(([path, rule]) => {
    const found = fieldAt(whole.fields, path);
    if (!found) throw new MaskError(`there is no field ${path} any more`);
    return { steps: found.steps, mask: masks.of(found.field, rule, path), isFixed: typeof rule === 'object' };
  });
  const anew = levels(
    whole.fields,
    applied.map(({ steps }) => steps),
  );
  return (values, now = Date.now()) => {
    let masked: Values = values;
    for (const { steps, mask, isFixed } of applied) masked = maskedAt(masked, steps, mask, isFixed, now) as Values;
    for (const { steps, derive } of anew) masked = within(masked, steps, (each) => derive(each as Values)) as Values;
    return masked;
  };
}

/** The objects in which something is masked that other fields of theirs follow from; the innermost first. */
function levels(
  fields: readonly FieldDefinition[],
  paths: readonly MaskStep[][],
): { steps: MaskStep[]; derive: (values: Values) => Values }[] {
  const byParent = new Map<string, { steps: MaskStep[]; names: string[] }>();
  for (const path of paths) {
    for (let depth = path.length; depth > 0; depth -= 1) {
      const steps = path.slice(0, depth - 1);
      const key = JSON.stringify(steps);
      const level = byParent.get(key) ?? { steps, names: [] };
      level.names.push((path[depth - 1] as MaskStep).name);
      byParent.set(key, level);
    }
  }
  const all = [...byParent.values()].sort((a, b) => b.steps.length - a.steps.length);
  return all.flatMap(({ steps, names }) => {
    const derive = derivedAnew(fieldsOf(fields, steps), names);
    return derive ? [{ steps, derive }] : [];
  });
}

function fieldsOf(fields: readonly FieldDefinition[], steps: readonly MaskStep[]): readonly FieldDefinition[] {
  if (steps.length === 0) return fields;
  const path = steps.map(({ name, lists }) => name + '[]'.repeat(lists)).join('/');
  return fieldAt(fields, path)?.field.fields ?? [];
}

function maskedAt(
  values: unknown,
  steps: readonly MaskStep[],
  mask: ValueMask,
  isFixed: boolean,
  now: number,
): unknown {
  const last = steps.at(-1) as MaskStep;
  return within(values, steps.slice(0, -1), (parent) => {
    const object = parent as Values;
    const value = Object.hasOwn(object, last.name) ? (object[last.name] ?? null) : null;
    if (value === null && !(isFixed && last.lists === 0)) return object;
    return {
      ...object,
      [last.name]: inLists(value, last.lists, (each) => (each === null && !isFixed ? null : mask(each, now))),
    };
  });
}

/** Replaces the objects at the end of the steps; those on the way are copied. */
function within(values: unknown, steps: readonly MaskStep[], replace: (object: unknown) => unknown): unknown {
  const [first, ...rest] = steps;
  if (!first) return typeof values === 'object' && values !== null ? replace(values) : values;
  const object = values as Values;
  if (!Object.hasOwn(object, first.name) || object[first.name] === null) return values;
  return { ...object, [first.name]: inLists(object[first.name], first.lists, (each) => within(each, rest, replace)) };
}

function inLists(value: unknown, lists: number, replace: (each: unknown) => unknown): unknown {
  if (lists === 0) return replace(value);
  return Array.isArray(value) ? value.map((each) => inLists(each, lists - 1, replace)) : value;
}
