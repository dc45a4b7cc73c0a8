import type { Routine } from '../../libs/database/migrate.js';

/** Characters of a text by which records are found and put in order: an index entry has at most 2,704 bytes. */
export const SEARCHED_CHARACTERS = 200;

/** The number that a value is put in order by: NaN, which is greater than all others, where there is none; 0 for texts. */
const searchNumber: Routine = {
  sql: `
    CREATE OR REPLACE FUNCTION search_number(value jsonb, kind text) RETURNS numeric
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN coalesce(
      CASE kind
        WHEN 'number' THEN CASE jsonb_typeof(value) WHEN 'number' THEN value::numeric END
        WHEN 'moment' THEN extract(epoch FROM as_moment(value #>> '{}'))
        ELSE CASE WHEN jsonb_typeof(value) <> 'null' THEN 0 END
      END, 'NaN')`,
};

/** The text that a value is put in order by; empty for numbers and moments. */
const searchText: Routine = {
  sql: `
    CREATE OR REPLACE FUNCTION search_text(value jsonb, kind text) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE kind
      WHEN 'text' THEN coalesce(left(value #>> '{}', ${SEARCHED_CHARACTERS}), '')
      WHEN 'id' THEN coalesce(lower(left(value #>> '{}', ${SEARCHED_CHARACTERS})), '')
      ELSE ''
    END`,
};

// The names that the fields have in each version are looked up once, not for every record.
const valuesOf = (condition: string): string => `
  WITH record AS MATERIALIZED (
    SELECT record.id, record.stock_id, stock.schema_id, record.schema_version, record.data_values
    FROM test_data AS record JOIN stocks AS stock ON stock.id = record.stock_id
    WHERE record.id = ANY (ids)
  ), field AS MATERIALIZED (
    SELECT version.schema_id, version.schema_version, field.no, field.kind, (
        SELECT each ->> 'name' FROM data_schema_versions AS known, jsonb_array_elements(known.schema_definition -> 'fields') AS each
        WHERE known.schema_id = version.schema_id AND known.version = version.schema_version AND each ->> 'id' = field.field_id
      ) AS name
    FROM (SELECT DISTINCT schema_id, schema_version FROM record) AS version JOIN search_fields AS field USING (schema_id)
    WHERE ${condition}
  )
  INSERT INTO search_values (record_id, field_no, stock_id, number, text)
  SELECT record.id, field.no, record.stock_id, search_number(record.data_values -> field.name, field.kind),
    search_text(record.data_values -> field.name, field.kind)
  FROM record JOIN field USING (schema_id, schema_version)`;

/** Writes the values of records whose values are new. */
const keepSearchValues: Routine = {
  sql: `
    CREATE OR REPLACE FUNCTION keep_search_values(ids uuid[]) RETURNS void LANGUAGE sql VOLATILE AS $$
      ${valuesOf('true')}
      ON CONFLICT (record_id, field_no) DO UPDATE SET number = excluded.number, text = excluded.text;
    $$`,
};

/** Writes those of records that were there before these fields were searchable. What is there already is newer, and stays. */
const indexRecords: Routine = {
  sql: `
    CREATE OR REPLACE FUNCTION index_records(ids uuid[], fields integer[]) RETURNS void LANGUAGE sql VOLATILE AS $$
      ${valuesOf('field.no = ANY (fields)')}
      ON CONFLICT (record_id, field_no) DO NOTHING;
    $$`,
};

/** In this order: PostgreSQL looks up what a function calls when it is made. */
export const searchRoutines = [searchNumber, searchText, keepSearchValues, indexRecords];
