import { type FieldDefinition, type ItemDefinition, type SchemaDefinition } from '../definition/definition.js';
import { asValue, valueTypeOf } from '../expressions/field-values.js';
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
  if (field.template !== undefined)
    return { needs: namesIn(field.template), value: (values) => templateText(field, values), within };
  if (field.expression === undefined) return { needs: [], value: () => field.default ?? null, within };
  const { needs, run } = expressionOf(field.expression, fields);
  return {
    needs,
    within,
    value: (values) =>
      asResult(
        field,
        run(
          needs.map((name) =>
            asValue(valueTypeOf(fields.get(name)!)!, Object.hasOwn(values, name) ? values[name] : null),
          ),
        ),
      ),
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
