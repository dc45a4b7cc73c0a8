import { type FieldDefinition, type SchemaDefinition } from '../definition/definition.js';
import { type Keys } from '../uniqueness/capacity.js';
import { type AnyPlan, type FieldWriter, isDerived } from '../values/field-plan.js';

/** A condition on rows, settled when the schema is compiled. */
export interface GuardPlan {
  readonly needs: readonly string[];
  readonly message: string;
  bind(of: (field: string) => FieldWriter): (i: number) => boolean;
}

/** The fields of a schema, or of an object in it, with everything that making rows of them takes. */
export interface Table {
  readonly definition: SchemaDefinition;
  readonly plans: readonly AnyPlan[];
  readonly keys: Keys;
  /** The places of the fields, those that others are made of before those. */
  readonly order: readonly number[];
  /** Conditions, in groups that share no field; and for each field the group whose draws it belongs to, or -1. */
  readonly guards: readonly (readonly GuardPlan[])[];
  readonly groups: readonly number[];
  /** The fields whose values others, or conditions, take. */
  readonly taken: ReadonlySet<number>;
}

/** The places of fields so that each stands after those that it is made of. There must be no circles. */
export function orderOf(fields: readonly FieldDefinition[], needsOf: (f: number) => readonly string[]): number[] {
  const places = new Map(fields.map((field, f) => [field.name, f]));
  const order: number[] = [];
  const seen = new Set<number>();
  const visit = (f: number): void => {
    if (seen.has(f)) return;
    seen.add(f);
    for (const name of needsOf(f)) visit(places.get(name)!);
    order.push(f);
  };
  fields.forEach((_, f) => visit(f));
  return order;
}

/** Puts conditions that share a field, directly or through what it is made of, into one group. */
export function groupGuards(
  fields: readonly FieldDefinition[],
  plans: readonly AnyPlan[],
  guards: readonly GuardPlan[],
): { guards: GuardPlan[][]; groups: number[] } {
  const places = new Map(fields.map((field, f) => [field.name, f]));
  const reach = (names: readonly string[], into: Set<number>): Set<number> => {
    for (const name of names) {
      const f = places.get(name)!;
      const plan = plans[f]!;
      if (!into.has(f)) {
        into.add(f);
        if (isDerived(plan)) reach(plan.needs, into);
      }
    }
    return into;
  };
  let sets: { fields: Set<number>; guards: GuardPlan[] }[] = [];
  for (const guard of guards) {
    const own = { fields: reach(guard.needs, new Set<number>()), guards: [guard] };
    const touching = sets.filter((set) => [...own.fields].some((f) => set.fields.has(f)));
    for (const set of touching) {
      for (const f of set.fields) own.fields.add(f);
      own.guards.unshift(...set.guards);
    }
    sets = [...sets.filter((set) => !touching.includes(set)), own];
  }
  return {
    guards: sets.map((set) => set.guards),
    groups: fields.map((_, f) => sets.findIndex((set) => set.fields.has(f))),
  };
}
