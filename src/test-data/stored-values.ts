import type { FieldDefinition, SchemaDefinition } from '../../libs/generator/index.js';
import type { FieldName } from '../schemas/field-name.js';
import { fieldKey } from './field-key.js';
import { filterSql } from './record-filter.js';
import type { RecordFilter } from './record-filter.dto.js';

/** The parameters of a query that is put together from parts. Names are among them, since they come from outside. */
export class SqlParams {
  readonly values: unknown[] = [];

  /** The parameter that stands for a value. */
  add(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }

  /** The filter as conditions on `test_data AS record` that stand behind others, `AND …`. Throws 422 `filter.invalid`. */
  where(filter: RecordFilter, definition: SchemaDefinition, pointer?: string, names?: readonly FieldName[]): string {
    const { text, values } = filterSql(filter, definition, this.values.length + 1, pointer, names);
    this.values.push(...values);
    return text;
  }
}

/**
 * SQL that reads the values of a row of `test_data` under the names that fields have now, whichever version of the schema the
 * record was made with.
 */
export class StoredValues {
  constructor(
    private readonly names: readonly FieldName[],
    private readonly params: SqlParams,
    /** What the row is called in the query. */
    private readonly row = 'record',
  ) {}

  /** The value of a field as jsonb; NULL where the record has none. */
  json(field: FieldDefinition): string {
    return `(${this.row}.data_values -> ${this.key(field)})`;
  }

  /** The value, or what it has `below` these names, as text, arrays and objects as JSON; NULL where it is missing or null. */
  text(field: FieldDefinition, below: readonly string[] = []): string {
    if (below.length === 0) return `(${this.row}.data_values ->> ${this.key(field)})`;
    return `(${this.json(field)} #>> ${this.params.add(below)}::text[])`;
  }

  private key(field: FieldDefinition): string {
    return fieldKey(field, this.names, (value) => this.params.add(value), this.row);
  }
}
