import { LimitExceeded } from '../../libs/errors/errors.js';
import type { CompiledSchema } from '../../libs/generator/index.js';

/**
 * Refuses more rows than the schema's unique keys still allow, before any work. `taken` counts the values that are in use,
 * by the key's id. Throws 409 `generation.not_enough_values`, naming the key that binds and the figure.
 */
export function requireCapacity(
  schema: CompiledSchema,
  count: number,
  candidates: Record<string, string[]>,
  taken: ReadonlyMap<string, number>,
): void {
  const counts = Object.fromEntries(Object.entries(candidates).map(([field, ids]) => [field, ids.length]));
  const capacity = schema.capacity(counts);
  if (!capacity) return;
  const bound = schema.keys.find((key) => key.fields.join(', ') === capacity.bound_by);
  const used = taken.get(bound?.id ?? '') ?? 0;
  const left = capacity.at_least - BigInt(used);
  if (BigInt(count) <= left) return;
  throw new LimitExceeded(
    'generation.not_enough_values',
    `The unique ${capacity.bound_by} has ${capacity.at_least} different values, of which ${used} are in use: at most ${left > 0n ? left : 0n} more rows can be made, not ${count}.`,
  );
}
