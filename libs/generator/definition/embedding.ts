import { type FieldDefinition, type ItemDefinition, type SchemaDefinition } from './definition.js';
import { MAX_ALL_STATES } from '../patterns/limits.js';
import { compilePattern } from '../patterns/pattern.js';
import { MAX_DEPTH, MAX_FIELDS } from './limits.js';
import { type Problems } from './reader.js';

/** Finds the definition of a schema by its id; undefined when there is none. */
export type Resolve = (schemaId: string) => SchemaDefinition | undefined;

/** Most fields of a schema with everything that stands in it. */
const MAX_ALL_FIELDS = 5 * MAX_FIELDS;
/** Most automaton states of the patterns that come with embedded schemas. */
const MAX_EMBEDDED_STATES = 2 * MAX_ALL_STATES;

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
  const whole = { ...definition, fields: embedder.fields(definition.fields, '', []) };
  if (embedder.states > MAX_EMBEDDED_STATES)
    problems.add(
      '',
      'regex.too_many',
      `the patterns of the embedded schemas need more than ${MAX_EMBEDDED_STATES} states`,
    );
  return whole;
}

class Embedder {
  /** Automaton states that the patterns of embedded fields need. */
  states = 0;
  private count = 0;

  constructor(
    private readonly resolve: Resolve | undefined,
    private readonly problems: Problems,
  ) {}

  fields(fields: readonly FieldDefinition[], pointer: string, path: readonly string[]): FieldDefinition[] {
    return fields.map((field, f) => this.one(field, below(pointer, `/fields/${f}`, path), path));
  }

  private one<T extends ItemDefinition>(field: T, pointer: string, path: readonly string[]): T {
    if (++this.count === MAX_ALL_FIELDS + 1)
      this.problems.add(
        pointer,
        'fields.too_many',
        `a schema may have at most ${MAX_ALL_FIELDS} fields, nested ones included`,
      );
    if (this.count > MAX_ALL_FIELDS) return field;
    if (path.length > 0 && field.regex !== undefined) this.states += compilePattern(field.regex).automaton.states;
    if (field.items) return { ...field, items: this.one(field.items, below(pointer, '/items', path), path) };
    if (field.schema !== undefined) return { ...field, fields: this.schema(field.schema, pointer, path) };
    return field.fields ? { ...field, fields: this.fields(field.fields, pointer, path) } : field;
  }

  private schema(id: string, pointer: string, path: readonly string[]): FieldDefinition[] {
    const found = this.resolve?.(id);
    const at = below(pointer, '/schema', path);
    if (!found) this.refuse(at, 'schema.unknown', `there is no schema ${id}`);
    else if (path.includes(id)) this.refuse(at, 'schema.circle', `the schema ${id} would stand in itself`);
    else if (path.length >= MAX_DEPTH)
      this.refuse(at, 'schema.too_deep', `schemas may stand in each other ${MAX_DEPTH} deep`);
    else return this.fields(found.fields.map(alone), at, [...path, id]);
    return [];
  }

  /** Once only: a schema may stand in many places of the one that is embedded. */
  private refuse(pointer: string, code: string, message: string): void {
    const isTold = this.problems.list.some((each) => each.pointer === pointer && each.message === message);
    if (!isTold) this.problems.add(pointer, code, message);
  }
}

/** Within an embedded schema all pointers are to where it stands: the definition itself goes no further. */
function below(pointer: string, step: string, path: readonly string[]): string {
  return path.length > 0 ? pointer : pointer + step;
}

/** A field without what ties its row to others or finds it among them. */
function alone(field: FieldDefinition): FieldDefinition {
  const {
    unique: _unique,
    cardinality: _cardinality,
    sequence,
    earlier_rows: _earlier,
    searchable: _searchable,
    ...rest
  } = field;
  // Without a row number there is nothing to count: any whole number will do.
  return sequence ? { ...rest, integer: true, min: 1 } : rest;
}
