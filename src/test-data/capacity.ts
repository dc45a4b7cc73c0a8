import { LimitExceeded } from '../../libs/errors/errors.js';
import type { CompiledSchema } from '../../libs/generator/index.js';

interface Bound {
  left: bigint;
  reason: string;
}

/**
 * Refuses more rows than the schema's unique keys still allow, before any work. `taken` counts the values that are in use,
 * by the key's id. Throws 409 `generation.not_enough_values`, naming the key that binds and the figure.
 *
 * The figure is what cannot be exceeded, and what is left where there is one key. Of several keys, each row takes a value
 * under each, and which values go together is dealt anew with every seed: a run within the figure may yet find too few rows
 * whose values are all free, and then ends with fewer.
 */
export function requireCapacity(
  schema: CompiledSchema,
  count: number,
  candidates: Record<string, string[]>,
  taken: ReadonlyMap<string, number>,
): void {
  const shortage = shortageOf(schema, count, candidates, taken);
  if (shortage) throw new LimitExceeded('generation.not_enough_values', tooMany(shortage, count));
}

/** The refusal in words. */
export function tooMany({ reason, left }: Bound, count: number): string {
  return `${reason}: at most ${left} more rows can be made, not ${count}.`;
}

/** The tightest bound, where it is below `count`. */
export function shortageOf(
  schema: CompiledSchema,
  count: number,
  candidates: Record<string, string[]>,
  taken: ReadonlyMap<string, number>,
): Bound | null {
  return shortageAmong(schema, count, candidateCounts(candidates), taken);
}

/** The same for as many candidates by reference field, whichever they will be. */
export function shortageAmong(
  schema: CompiledSchema,
  count: number,
  counts: Record<string, number>,
  taken: ReadonlyMap<string, number>,
): Bound | null {
  const [first, ...others] = [...keyBounds(schema, counts, taken), ...runBound(schema, counts)];
  if (!first) return null;
  const tightest = others.reduce((least, each) => (each.left < least.left ? each : least), first);
  return tightest.left < BigInt(count) ? tightest : null;
}

/** How many records each reference field chooses from. */
export function candidateCounts(candidates: Record<string, string[]>): Record<string, number> {
  return Object.fromEntries(Object.entries(candidates).map(([field, ids]) => [field, ids.length]));
}

/**
 * A key that rows may have no value under, or more values than can be counted, is not used up by what is in use; and one whose
 * values follow from those of another is bound by that one, while its own may be in use in an older form.
 */
function keyBounds(
  schema: CompiledSchema,
  counts: Record<string, number>,
  taken: ReadonlyMap<string, number>,
): Bound[] {
  return schema
    .keyCapacities(counts)
    .filter(({ exact, carried }) => exact && !carried)
    .map(({ id, fields, at_least: values }) => {
      const used = BigInt(taken.get(id) ?? 0);
      return {
        left: values > used ? values - used : 0n,
        reason: `The unique ${fields.join(', ')} has ${values} different values, of which ${used} are in use`,
      };
    });
}

/** What is dealt out at a time, however little is in use. */
function runBound(schema: CompiledSchema, counts: Record<string, number>): Bound[] {
  const capacity = schema.capacity(counts);
  if (!capacity) return [];
  const { at_least: left, bound_by } = capacity;
  return [{ left, reason: `Of the unique ${bound_by}, ${left} different values are dealt out at a time` }];
}
