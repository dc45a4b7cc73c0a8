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
const valuesOf = (records: string, condition = 'true'): string => `
  WITH field AS MATERIALIZED (
    SELECT version.stock_id, version.schema_version, field.no, field.kind, (
        SELECT each ->> 'name' FROM data_schema_versions AS known, jsonb_array_elements(known.schema_definition -> 'fields') AS each
        WHERE known.schema_id = stock.schema_id AND known.version = version.schema_version AND each ->> 'id' = field.field_id
      ) AS name
    FROM (SELECT DISTINCT stock_id, schema_version FROM ${records}) AS version
    JOIN stocks AS stock ON stock.id = version.stock_id JOIN search_fields AS field USING (schema_id)
    WHERE ${condition}
  )
  INSERT INTO search_values (record_id, field_no, stock_id, number, text)
  SELECT record.id, field.no, record.stock_id, search_number(record.data_values -> field.name, field.kind),
    search_text(record.data_values -> field.name, field.kind)
  FROM ${records} JOIN field USING (stock_id, schema_version)`;

const RENEW = 'ON CONFLICT (record_id, field_no) DO UPDATE SET number = excluded.number, text = excluded.text';

/**
 * Writes the values of records that a statement adds, from what it adds: reading them again would cost more than all the rest. A
 * statement adds records of one project, and so any one of them tells whether there is anything to do.
 */
const noteSearchValues: Routine = {
  sql: `
    CREATE OR REPLACE FUNCTION note_search_values() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF EXISTS (SELECT FROM search_fields WHERE project_id = (SELECT project_id FROM added LIMIT 1)) THEN
        ${valuesOf('added AS record')} ${RENEW};
      END IF;
      RETURN NULL;
    END $$`,
};

/** Writes the value of a record whose values have changed. */
const renewSearchValues: Routine = {
  sql: `
    CREATE OR REPLACE FUNCTION renew_search_values() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF EXISTS (SELECT FROM search_fields JOIN stocks USING (schema_id) WHERE stocks.id = NEW.stock_id) THEN
        ${valuesOf('(SELECT (NEW).*) AS record')} ${RENEW};
      END IF;
      RETURN NULL;
    END $$`,
};

/** Writes those of records that were there before these fields were searchable. What is there already is newer, and stays. */
const indexRecords: Routine = {
  sql: `
    CREATE OR REPLACE FUNCTION index_records(ids uuid[], fields integer[]) RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
      ${valuesOf('(SELECT * FROM test_data WHERE id = ANY (ids)) AS record', 'field.no = ANY (fields)')}
      ON CONFLICT (record_id, field_no) DO NOTHING;
    END $$`,
};

/** In this order: PostgreSQL looks up what a function calls when it is made. */
export const searchRoutines = [searchNumber, searchText, noteSearchValues, renewSearchValues, indexRecords];
