import { type SchemaDefinition } from '../definition/definition.js';
import { type AnyPlan, type Extent, isDerived } from '../values/field-plan.js';
import { type UniqueKey } from './keys.js';

/** A key that needs no dealing, since `by`, one of its fields or one that it is made of, differs in every row anyway. */
export interface Carried {
  readonly key: UniqueKey;
  /** Place of the field that makes the difference. */
  readonly by: number;
  /** How far it does so; null where the field is a key itself, whose deal says that. */
  readonly distinct: Extent | null;
}

/** The place of the field which makes all values of field `f` different in different rows; -1 when there is none. */
function sourceOf(
  definition: SchemaDefinition,
  plans: readonly AnyPlan[],
  singles: ReadonlySet<string>,
  f: number,
): number {
  const plan = plans[f]!;
  if (!isDerived(plan)) return singles.has(definition.fields[f]!.name) ? f : -1;
  if (plan.distinct) return f;
  const next = definition.fields.findIndex((field) => field.name === plan.distinctWith);
  return next < 0 ? -1 : sourceOf(definition, plans, singles, next);
}

/** Splits keys into those that others carry and those that must be dealt. Call with fields that name each other in no circle. */
export function carriedKeys(
  definition: SchemaDefinition,
  plans: readonly AnyPlan[],
  keys: readonly UniqueKey[],
): { carried: Carried[]; dealt: UniqueKey[] } {
  const singles = new Set(keys.flatMap((key) => (key.fields.length === 1 ? key.fields : [])));
  const carried: Carried[] = [];
  const dealt: UniqueKey[] = [];
  for (const key of keys) {
    const places = key.fields.map((name) => definition.fields.findIndex((field) => field.name === name));
    const sources = places.map((f) => (isDerived(plans[f]!) ? sourceOf(definition, plans, singles, f) : -1));
    const by = sources.find((source) => source >= 0);
    if (by === undefined) dealt.push(key);
    else {
      const plan = plans[by]!;
      carried.push({ key, by, distinct: isDerived(plan) ? (plan.distinct ?? null) : null });
    }
  }
  return { carried, dealt };
}
