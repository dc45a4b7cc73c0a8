import { type FieldDefinition, type ItemDefinition, type SchemaDefinition } from './definition.js';
import { MAX_DEPTH, MAX_FIELDS } from './limits.js';
import { type Problems } from './reader.js';

/** Finds the definition of a schema by its id; undefined when there is none. */
export type Resolve = (schemaId: string) => SchemaDefinition | undefined;

/** Most fields of a schema with everything that stands in it. */
const MAX_ALL_FIELDS = 5 * MAX_FIELDS;

/**
 * Puts the fields of embedded schemas in their places. What ties records of the embedded schema to each other (unique,
 * sequences, references to earlier rows) and its rules do not come along: there are no such records here.
 */
export function embedded(
  definition: SchemaDefinition,
  resolve: Resolve | undefined,
  problems: Problems,
): SchemaDefinition {
  const embedder = new Embedder(resolve, problems);
  return { ...definition, fields: embedder.fields(definition.fields, '', []) };
}

class Embedder {
  private count = 0;

  constructor(
    private readonly resolve: Resolve | undefined,
    private readonly problems: Problems,
  ) {}

  fields(fields: readonly FieldDefinition[], pointer: string, path: readonly string[]): FieldDefinition[] {
    return fields.map((field, f) => this.one(field, `${pointer}/fields/${f}`, path));
  }

  private one<T extends ItemDefinition>(field: T, pointer: string, path: readonly string[]): T {
    if (++this.count === MAX_ALL_FIELDS + 1)
      this.problems.add(
        pointer,
        'fields.too_many',
        `a schema may have at most ${MAX_ALL_FIELDS} fields, nested ones included`,
      );
    if (this.count > MAX_ALL_FIELDS) return field;
    if (field.items) return { ...field, items: this.one(field.items, `${pointer}/items`, path) };
    if (field.schema !== undefined) return { ...field, fields: this.schema(field.schema, pointer, path) };
    return field.fields ? { ...field, fields: this.fields(field.fields, pointer, path) } : field;
  }

  private schema(id: string, pointer: string, path: readonly string[]): FieldDefinition[] {
    const found = this.resolve?.(id);
    const at = `${pointer}/schema`;
    if (!found) this.problems.add(at, 'schema.unknown', `there is no schema ${id}`);
    else if (path.includes(id)) this.problems.add(at, 'schema.circle', `the schema ${id} would stand in itself`);
    else if (path.length >= MAX_DEPTH)
      this.problems.add(at, 'schema.too_deep', `schemas may stand in each other ${MAX_DEPTH} deep`);
    else return this.fields(found.fields.map(alone), pointer, [...path, id]);
    return [];
  }
}

/** A field without what ties its row to others. */
function alone(field: FieldDefinition): FieldDefinition {
  const { unique: _unique, cardinality: _cardinality, sequence, earlier_rows: _earlier, ...rest } = field;
  // Without a row number there is nothing to count: any whole number will do.
  return sequence ? { ...rest, integer: true, min: 1 } : rest;
}
