import type { FieldDefinition } from '../generator/definition/definition.js';
import { completer } from '../generator/rendering/completion.js';
import { expressionOf } from '../generator/values/derived-values.js';
import { namesIn } from '../generator/values/template.js';

type Values = Record<string, unknown>;

/** The fields whose values follow from others: templates and expressions. */
export function isDerived({ template, expression }: Pick<FieldDefinition, 'template' | 'expression'>): boolean {
  return template !== undefined || expression !== undefined;
}

/** Makes anew what follows from masked fields of the same object, so that nothing of them shows through. */
export function derivedAnew(
  fields: readonly FieldDefinition[],
  masked: readonly string[],
): ((values: Values) => Values) | null {
  const byName = new Map(fields.map((field) => [field.name, field]));
  const changed = new Set(masked);
  const derived: string[] = [];
  // Derived fields may be made of derived ones; they form no circles.
  for (let before = -1; before !== derived.length;) {
    before = derived.length;
    for (const field of fields) {
      if (changed.has(field.name) || !needsOf(field, byName).some((name) => changed.has(name))) continue;
      changed.add(field.name);
      derived.push(field.name);
    }
  }
  if (derived.length === 0) return null;
  const complete = completer({ fields: [...fields] });
  return (values) => {
    const known = { ...values };
    const given = derived.filter((name) => (known[name] ?? null) !== null);
    for (const name of derived) delete known[name];
    const completed = complete(known);
    // What had no value stays without one.
    for (const name of given) if (Object.hasOwn(completed, name)) known[name] = completed[name];
    return known;
  };
}

function needsOf(field: FieldDefinition, fields: ReadonlyMap<string, FieldDefinition>): readonly string[] {
  if (field.template !== undefined) return namesIn(field.template);
  return field.expression === undefined ? [] : expressionOf(field.expression, fields).needs;
}
