import { type SchemaDefinition } from '../definition/definition.js';
import { type FieldPlan } from '../values/field-plan.js';
import { mixedRadix } from '../values/mixed-radix.js';
import { type UniqueKey } from './keys.js';

/** How many distinct rows there are: exactly `at_least`, or more. */
export interface Capacity {
  at_least: bigint;
  exact: boolean;
  /** The field, or the fields joined by a comma, whose values run out first. */
  bound_by: string;
}

/** The capacity of the tightest key; null when no key limits the rows. A key with an optional reference to nothing limits none. */
export function capacityOf(
  definition: SchemaDefinition,
  plans: readonly FieldPlan[],
  keys: readonly UniqueKey[],
  referenceCounts: Record<string, number>,
): Capacity | null {
  const places = new Map(definition.fields.map((field, f) => [field.name, f]));
  let tightest: Capacity | null = null;
  for (const key of keys) {
    const members = key.fields.map((name) => places.get(name)!);
    const extents = members.map((f) => plans[f]!.extent(referenceCounts[definition.fields[f]!.name] ?? 0));
    const staysNull = members.some((f, m) => extents[m]!.size === 0 && !definition.fields[f]!.required);
    if (staysNull) continue;
    const { size, exact } = mixedRadix(extents);
    if (tightest === null || size < tightest.at_least)
      tightest = { at_least: BigInt(size), exact, bound_by: key.fields.join(', ') };
  }
  return tightest;
}
