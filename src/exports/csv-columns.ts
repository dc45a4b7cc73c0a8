import type { FieldDefinition } from '../../libs/generator/index.js';

/** A column of a CSV file: a field, or a field within an object. */
export interface CsvColumn {
  /** `country`, `ship_to.city`. */
  name: string;
  /** The field of the schema, and the names that lead from there to the value. */
  field: FieldDefinition;
  below: string[];
  /** The field whose values stand in the column. */
  leaf: FieldDefinition;
}

/**
 * The columns of fields, those of embedded schemas in their places. An object becomes a column for each of its fields
 * (`ship_to.city`) where that can be undone: one of them is always there when the object is, and no name has a dot of its own.
 * Other objects are JSON in one column, as are arrays.
 */
export function csvColumns(fields: readonly FieldDefinition[]): CsvColumn[] {
  return fields.flatMap((field) => {
    const isTaken = fields.some(({ name }) => name.startsWith(`${field.name}.`));
    const leaves = isTaken ? [{ below: [], leaf: field }] : leavesOf(field);
    return leaves.map(({ below, leaf }) => ({ name: [field.name, ...below].join('.'), field, below, leaf }));
  });
}

function leavesOf(field: FieldDefinition): Pick<CsvColumn, 'below' | 'leaf'>[] {
  if (!isSpread(field)) return [{ below: [], leaf: field }];
  return (field.fields ?? []).flatMap((inner) =>
    leavesOf(inner).map(({ below, leaf }) => ({ below: [inner.name, ...below], leaf })),
  );
}

/** Whether an object has a column for each of its fields. */
function isSpread({ name, fields = [] }: FieldDefinition): boolean {
  const plain = !name.includes('.') && fields.every((inner) => !inner.name.includes('.'));
  return plain && fields.some((inner) => inner.required === true && (inner.type !== 'object' || isSpread(inner)));
}
