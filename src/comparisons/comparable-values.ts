import type { FieldDefinition, ItemDefinition } from '../../libs/generator/index.js';
import { type SqlParams, StoredValues } from '../test-data/stored-values.js';
import { referencesOf, type Target } from './comparison-plans.js';

/**
 * SQL for values of `test_data AS record` that mean the same in every environment: a reference, wherever it is, becomes the key of
 * the record that it points at, or nothing where that has no key or is gone.
 */
export class ComparableValues {
  private aliases = 0;
  private readonly stored: StoredValues;

  constructor(
    own: Target,
    private readonly targets: ReadonlyMap<string, Target>,
    private readonly projectId: string,
    private readonly params: SqlParams,
  ) {
    this.stored = new StoredValues(own.names, params);
  }

  /** A field's value as jsonb; NULL where there is none. */
  of(field: FieldDefinition): string {
    return `nullif(${this.value(field, this.stored.json(field))}, 'null')`;
  }

  /** The values of fields as one object; what is missing or null is left out. */
  together(fields: readonly FieldDefinition[]): string {
    return `jsonb_strip_nulls(${this.object(fields, (field) => this.value(field, this.stored.json(field)))})`;
  }

  private value(field: ItemDefinition, sql: string): string {
    if (field.type === 'reference') return this.reference(field.reference_schema_id ?? '', sql);
    if (referencesOf(field, '').length === 0) return sql;
    if (field.items) return this.array(field.items, sql);
    const inner = this.object(field.fields ?? [], (each) =>
      this.value(each, `(${sql} -> ${this.params.add(each.name)}::text)`),
    );
    return `(CASE jsonb_typeof(${sql}) WHEN 'object' THEN ${inner} END)`;
  }

  private array(items: ItemDefinition, sql: string): string {
    const item = this.alias();
    const elements = `jsonb_array_elements(CASE jsonb_typeof(${sql}) WHEN 'array' THEN ${sql} END)`;
    const value = this.value(items, `${item}.value`);
    return `(SELECT jsonb_agg(${value} ORDER BY ${item}.no) FROM ${elements} WITH ORDINALITY AS ${item} (value, no))`;
  }

  private reference(schemaId: string, sql: string): string {
    const target = this.targets.get(schemaId);
    if (!target) return 'NULL::jsonb';
    const row = this.alias();
    const stored = new StoredValues(target.names, this.params, row);
    const [first = 'NULL', ...others] = target.key.map((field) => stored.json(field));
    const key = others.length === 0 ? first : `jsonb_build_array(${[first, ...others].join(', ')})`;
    const id = `(${sql} #>> '{}')`;
    return `(
      SELECT ${key} FROM test_data AS ${row}
      WHERE ${row}.id = CASE WHEN pg_input_is_valid(${id}, 'uuid') THEN ${id}::uuid END
        AND ${row}.project_id = ${this.params.add(this.projectId)})`;
  }

  private object(fields: readonly FieldDefinition[], value: (field: FieldDefinition) => string): string {
    if (fields.length === 0) return `'{}'::jsonb`;
    const members = fields.map((field) => `(${this.params.add(field.name)}::text) VALUE ${value(field)}`);
    return `JSON_OBJECT(${members.join(', ')} ABSENT ON NULL RETURNING jsonb)`;
  }

  private alias(): string {
    this.aliases += 1;
    return `inner_${this.aliases}`;
  }
}
