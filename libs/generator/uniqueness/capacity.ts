import { type SchemaDefinition } from '../definition/definition.js';
import { type AnyPlan, type Extent, isDerived } from '../values/field-plan.js';
import { own } from '../values/own.js';
import { type Carried } from './carried.js';
import { type KeyMembers, numbering } from './deal.js';
import { dealsOf } from './deals.js';
import { type UniqueKey } from './keys.js';

/** How many distinct rows there are: exactly `at_least`, or more. */
export interface Capacity {
  at_least: bigint;
  exact: boolean;
  /** The field, or the fields joined by a comma, whose values run out first. */
  bound_by: string;
}

/** How many different values rows can have under one key: exactly `at_least`, or more; also more where rows may have none. */
export interface KeyCapacity extends UniqueKey {
  at_least: bigint;
  exact: boolean;
  /** Whether its values differ because those of another unique field, or of a sequence, do: that is what binds. */
  carried: boolean;
}

/** The keys of a schema, settled when it is compiled. */
export interface Keys {
  readonly all: readonly UniqueKey[];
  readonly dealt: readonly UniqueKey[];
  readonly carried: readonly Carried[];
}

/** The capacity of the tightest key; null when no key limits the rows. A key with an optional reference to nothing limits none. */
export function capacityOf(
  definition: SchemaDefinition,
  plans: readonly AnyPlan[],
  keys: Keys,
  referenceCounts: Record<string, number>,
): Capacity | null {
  const { fields } = definition;
  const extents = extentsOf(definition, plans, referenceCounts);
  const nameOf = (key: KeyMembers): string => key.map((f) => fields[f]!.name).join(', ');
  const alive = keys.dealt
    .map((key) => placesOf(definition, key))
    .filter((key) => !staysNull(definition, key, extents));
  const found: Capacity[] = dealsOf(alive, extents).map(({ size, exact, boundBy, fields: dealt }) => ({
    at_least: BigInt(size),
    // Rows without a value take no part in a key, and there may be any number of them.
    exact: exact && !dealt.some((f) => fields[f]!.null_rate),
    bound_by: nameOf(boundBy),
  }));
  for (const { key, distinct } of keys.carried) {
    if (distinct)
      found.push({ at_least: BigInt(distinct.size), exact: distinct.exact, bound_by: key.fields.join(', ') });
  }
  return found.reduce<Capacity | null>(
    (least, each) => (least && least.at_least <= each.at_least ? least : each),
    null,
  );
}

/**
 * What each key allows by itself, in the order of the keys; keys that share fields may together allow fewer rows than any of
 * them. Keys with an optional reference to nothing are left out: no row has a value under them.
 */
export function keyCapacitiesOf(
  definition: SchemaDefinition,
  plans: readonly AnyPlan[],
  keys: Keys,
  referenceCounts: Record<string, number>,
): KeyCapacity[] {
  const extents = extentsOf(definition, plans, referenceCounts);
  return keys.all.flatMap((key) => {
    const members = placesOf(definition, key);
    const carried = keys.carried.find((each) => each.key === key);
    if (staysNull(definition, carried ? [...members, carried.by] : members, extents)) return [];
    const { size, exact } = carried ? carriedSize(carried, extents) : numbering(members, extents);
    const always = !members.some((f) => mayBeNull(definition, plans, f));
    return [{ ...key, at_least: BigInt(size), exact: exact && always, carried: carried !== undefined }];
  });
}

/** How many values a carried key has: by itself as many as what makes it differ, and with other fields more. */
function carriedSize({ key, by, distinct }: Carried, extents: readonly Extent[]): Extent {
  const { size, exact } = distinct ?? extents[by]!;
  return { size, exact: exact && key.fields.length === 1 };
}

function extentsOf(
  { fields }: SchemaDefinition,
  plans: readonly AnyPlan[],
  referenceCounts: Record<string, number>,
): Extent[] {
  return fields.map((field, f) => {
    const plan = plans[f]!;
    return isDerived(plan) ? { size: 1, exact: false } : plan.extent(own(referenceCounts, field.name) ?? 0);
  });
}

/** Whether rows may lack the field though there is something to choose from. */
function mayBeNull(definition: SchemaDefinition, plans: readonly AnyPlan[], f: number): boolean {
  if (definition.fields[f]!.null_rate) return true;
  const plan = plans[f]!;
  if (!isDerived(plan)) return false;
  return plan.needs.some((name) =>
    mayBeNull(
      definition,
      plans,
      definition.fields.findIndex((field) => field.name === name),
    ),
  );
}

/** The places of a key's fields. */
export function placesOf(definition: SchemaDefinition, key: UniqueKey): number[] {
  return key.fields.map((name) => definition.fields.findIndex((field) => field.name === name));
}

function staysNull(definition: SchemaDefinition, key: KeyMembers, extents: readonly Extent[]): boolean {
  return key.some((f) => extents[f]!.size === 0 && !definition.fields[f]!.required);
}
