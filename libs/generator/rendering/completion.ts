import { type FieldDefinition, type ItemDefinition, type SchemaDefinition } from '../definition/definition.js';
import { asValue, valueTypeOf } from '../expressions/field-values.js';
import { type Value } from '../expressions/functions.js';
import { asResult, expressionOf, templateText } from '../values/derived-values.js';
import { namesIn } from '../values/template.js';
import { orderOf } from './table.js';

type Values = Record<string, unknown>;

/** Fills in what follows from the values that are there, in objects and arrays too. What was given stays, right or wrong. */
export function completer(definition: SchemaDefinition): (values: Values) => Values {
  const fields = new Map(definition.fields.map((field) => [field.name, field]));
  const fillers = definition.fields.map((field) => fillerOf(field, fields));
  const order = orderOf(definition.fields, (f) => fillers[f]!.needs);
  return (values) => {
    const filled: Values = { ...values };
    for (const f of order) {
      const { name } = definition.fields[f]!;
      const { value, within } = fillers[f]!;
      const given = Object.hasOwn(filled, name) ? (filled[name] ?? null) : null;
      const result = given === null ? value(filled) : within(given);
      if (result !== null) filled[name] = result;
    }
    return filled;
  };
}

interface Filler {
  readonly needs: readonly string[];
  /** The value of a field that has none. */
  readonly value: (values: Values) => unknown;
  /** The value that was given, with what is missing in it. */
  readonly within: (given: unknown) => unknown;
}

function fillerOf(field: FieldDefinition, fields: ReadonlyMap<string, FieldDefinition>): Filler {
  const within = withinOf(field);
  const made = derivation(field, fields);
  return made ? { ...made, within } : { needs: [], value: () => field.default ?? null, within };
}

/** How the value of a field is made of others; null where it is not. */
function derivation(
  field: FieldDefinition,
  fields: ReadonlyMap<string, FieldDefinition>,
): Pick<Filler, 'needs' | 'value'> | null {
  if (field.template !== undefined)
    return { needs: namesIn(field.template), value: (values) => templateText(field, values) };
  if (field.expression === undefined) return null;
  const { needs, run } = expressionOf(field.expression, fields);
  const valueOf = (values: Values, name: string): Value =>
    asValue(valueTypeOf(fields.get(name)!)!, Object.hasOwn(values, name) ? values[name] : null);
  return { needs, value: (values) => asResult(field, run(needs.map((name) => valueOf(values, name)))) };
}

/**
 * Makes anew what is made of the fields that have `changed`, and what is made of that. A field without a value gets none, and
 * none loses its value.
 */
export function deriver(all: readonly FieldDefinition[]): (values: Values, changed: ReadonlySet<string>) => Values {
  const fields = new Map(all.map((field) => [field.name, field]));
  const made = all.map((field) => derivation(field, fields));
  const order = orderOf(all, (f) => made[f]?.needs ?? []).filter((f) => made[f] !== null);
  return (values, given) => {
    const changed = new Set(given);
    const derived: Values = { ...values };
    for (const f of order) {
      const { name } = all[f]!;
      const { needs, value } = made[f]!;
      const isThere = Object.hasOwn(derived, name) && (derived[name] ?? null) !== null;
      if (!isThere || given.has(name) || !needs.some((each) => changed.has(each))) continue;
      derived[name] = value(derived) ?? derived[name];
      changed.add(name);
    }
    return derived;
  };
}

function withinOf({ items, fields }: ItemDefinition): (given: unknown) => unknown {
  if (items) {
    const each = withinOf(items);
    return (given) => (Array.isArray(given) ? given.map(each) : given);
  }
  if (!fields) return (given) => given;
  const complete = completer({ fields });
  return (given) =>
    typeof given === 'object' && given !== null && !Array.isArray(given) ? complete(given as Values) : given;
}
