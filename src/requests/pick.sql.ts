import type { Routine } from '../../libs/database/migrate.js';

/** Statements that put a record of a stock into `picked`, one from `start` on or else from the beginning. */
function pickFrom(stock: string, condition: string, lock: string): string {
  const [ahead, behind] = ['>=', '<'].map(
    (side) => `
      SELECT t.id, t.data_values AS data, t.schema_version AS version INTO picked FROM test_data AS t
      WHERE t.stock_id = ${stock} AND t.status = 'active' AND t.pick_key ${side} start ${condition}
      ORDER BY t.pick_key LIMIT 1 ${lock};`,
  );
  return `start := random(); ${ahead} IF NOT FOUND THEN ${behind} END IF;`;
}

/**
 * A pick starts at a random point of the partial index `test_data_pick_idx (stock_id, pick_key) WHERE status = 'active'` and
 * takes the first row from there that nobody holds, so that it costs the same in ten records as in ten million, and
 * concurrent callers do not wait for each other. `status = 'active'` must stay a literal: as a parameter, the plan would
 * not use that index. Statements of PL/pgSQL with variables `picked` (a record) and `start`.
 *
 * `taken` are records that the same hand-out has already: a transaction does not skip its own locks.
 */
export function pickFreeExclusive(stock: string, taken: string): string {
  return pickFrom(stock, `AND t.id <> ALL (${taken})`, 'FOR UPDATE SKIP LOCKED');
}

/** The same for a record that is not changed by being handed out, and so need not be held by anybody. */
export function pickFreeShared(stock: string): string {
  return pickFrom(stock, '', '');
}

const pickFree: Routine = {
  sql: `
    CREATE OR REPLACE FUNCTION pick_free(stock uuid, exclusive boolean, taken uuid[],
      OUT id uuid, OUT data jsonb, OUT version integer)
    LANGUAGE plpgsql AS $$
    #variable_conflict use_column
    DECLARE
      start double precision;
      picked record;
    BEGIN
      IF exclusive THEN
        ${pickFreeExclusive('stock', 'taken')}
      ELSE
        ${pickFreeShared('stock')}
      END IF;
      pick_free.id := picked.id; pick_free.data := picked.data; pick_free.version := picked.version;
    END $$`,
};

/** The same for one record that another one of the bundle refers to. */
const pickNamed: Routine = {
  sql: `
    CREATE OR REPLACE FUNCTION pick_named(stock uuid, exclusive boolean, wanted uuid, taken uuid[],
      OUT id uuid, OUT data jsonb, OUT version integer)
    LANGUAGE plpgsql AS $$
    #variable_conflict use_column
    BEGIN
      IF exclusive THEN
        SELECT t.id, t.data_values, t.schema_version INTO pick_named.id, pick_named.data, pick_named.version
        FROM test_data AS t WHERE t.id = wanted AND t.stock_id = stock AND t.status = 'active' AND t.id <> ALL (taken)
        FOR UPDATE SKIP LOCKED;
      ELSE
        SELECT t.id, t.data_values, t.schema_version INTO pick_named.id, pick_named.data, pick_named.version
        FROM test_data AS t WHERE t.id = wanted AND t.stock_id = stock AND t.status = 'active';
      END IF;
    END $$`,
};

/**
 * The id that a text is, or null: a field that is a reference now may have held any text when a record was made. By
 * `substring`, since the planner may work out the cast in a branch of CASE that is never taken.
 */
const asUuid: Routine = {
  sql: `
    CREATE OR REPLACE FUNCTION as_uuid(value text) RETURNS uuid
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN substring(value FROM '^[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}$')::uuid`,
};

/** The ids at a path in a record's values, null where there are none: of one reference, or of those in the elements of an array. */
const referencedIds: Routine = {
  sql: `
    CREATE OR REPLACE FUNCTION referenced_ids(data jsonb, path text) RETURNS uuid[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (SELECT array_agg(as_uuid(found #>> '{}')) FILTER (WHERE as_uuid(found #>> '{}') IS NOT NULL)
      FROM jsonb_path_query(data, path::jsonpath) AS found)`,
};

export const pickRoutines = [asUuid, referencedIds, pickFree, pickNamed];
