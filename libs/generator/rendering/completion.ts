import { type FieldDefinition, type SchemaDefinition } from '../definition/definition.js';
import { asValue, valueTypeOf } from '../expressions/field-values.js';
import { asResult, expressionOf, templateText } from '../values/derived-values.js';
import { namesIn } from '../values/template.js';
import { orderOf } from './table.js';

type Values = Record<string, unknown>;

/** Fills in what follows from the values that are there. What was given stays, right or wrong. */
export function completer(definition: SchemaDefinition): (values: Values) => Values {
  const fields = new Map(definition.fields.map((field) => [field.name, field]));
  const fillers = definition.fields.map((field) => fillerOf(field, fields));
  const order = orderOf(definition.fields, (f) => fillers[f]!.needs);
  return (values) => {
    const filled: Values = { ...values };
    for (const f of order) {
      const { name } = definition.fields[f]!;
      if (Object.hasOwn(filled, name) && filled[name] !== undefined && filled[name] !== null) continue;
      const value = fillers[f]!.value(filled);
      if (value !== null) filled[name] = value;
    }
    return filled;
  };
}

interface Filler {
  readonly needs: readonly string[];
  value(values: Values): unknown;
}

function fillerOf(field: FieldDefinition, fields: ReadonlyMap<string, FieldDefinition>): Filler {
  if (field.template !== undefined)
    return { needs: namesIn(field.template), value: (values) => templateText(field, values) };
  if (field.expression === undefined) return { needs: [], value: () => field.default ?? null };
  const { needs, run } = expressionOf(field.expression, fields);
  return {
    needs,
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
