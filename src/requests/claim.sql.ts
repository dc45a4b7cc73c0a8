import type { Routine } from '../../libs/database/migrate.js';

/**
 * The hand-out. This is the one place where statements cross domains: who may ask (access), what the feature needs
 * (features, schemas), the pick (test data) and the record of it (requests) happen in one round trip and one transaction,
 * because a hundred test shards ask at once and each more trip halves what a connection can do.
 *
 * A pick starts at a random point of the partial index `test_data_pick_idx (stock_id, pick_key) WHERE status = 'active'` and
 * takes the first row from there that nobody holds, so that it costs the same in ten records as in ten million, and
 * concurrent callers do not wait for each other. `status = 'active'` must stay a literal: as a parameter, the plan would
 * not use that index.
 */
const pickRecord: Routine = {
  sql: `
    CREATE OR REPLACE FUNCTION pick_record(stock uuid, single_use boolean, match jsonb,
      OUT id uuid, OUT data jsonb, OUT version integer)
    LANGUAGE plpgsql AS $$
    #variable_conflict use_column
    DECLARE
      start double precision := random();
    BEGIN
      IF match IS NOT NULL THEN
        -- Only a stretch of the stock is looked through: where nothing there fits, a row that fits is made.
        SELECT t.id, t.data_values, t.schema_version INTO pick_record.id, pick_record.data, pick_record.version
        FROM test_data AS t WHERE t.id IN (
          SELECT c.id FROM (
            (SELECT n.id, n.data_values FROM test_data AS n
             WHERE n.stock_id = stock AND n.status = 'active' AND n.pick_key >= start ORDER BY n.pick_key LIMIT 250)
            UNION ALL
            (SELECT n.id, n.data_values FROM test_data AS n
             WHERE n.stock_id = stock AND n.status = 'active' AND n.pick_key < start ORDER BY n.pick_key LIMIT 250)
          ) AS c WHERE c.data_values @> match
        ) AND t.status = 'active' LIMIT 1 FOR UPDATE SKIP LOCKED;
      ELSIF single_use THEN
        SELECT t.id, t.data_values, t.schema_version INTO pick_record.id, pick_record.data, pick_record.version
        FROM test_data AS t WHERE t.stock_id = stock AND t.status = 'active' AND t.pick_key >= start
        ORDER BY t.pick_key LIMIT 1 FOR UPDATE SKIP LOCKED;
        IF NOT FOUND THEN
          SELECT t.id, t.data_values, t.schema_version INTO pick_record.id, pick_record.data, pick_record.version
          FROM test_data AS t WHERE t.stock_id = stock AND t.status = 'active' AND t.pick_key < start
          ORDER BY t.pick_key LIMIT 1 FOR UPDATE SKIP LOCKED;
        END IF;
      ELSE
        -- A reusable record is not changed by being handed out, so nobody needs to hold it.
        SELECT t.id, t.data_values, t.schema_version INTO pick_record.id, pick_record.data, pick_record.version
        FROM test_data AS t WHERE t.stock_id = stock AND t.status = 'active' AND t.pick_key >= start
        ORDER BY t.pick_key LIMIT 1;
        IF NOT FOUND THEN
          SELECT t.id, t.data_values, t.schema_version INTO pick_record.id, pick_record.data, pick_record.version
          FROM test_data AS t WHERE t.stock_id = stock AND t.status = 'active' AND t.pick_key < start
          ORDER BY t.pick_key LIMIT 1;
        END IF;
      END IF;
    END $$`,
};

/** The same for one record that another one of the bundle refers to. */
const pickReferenced: Routine = {
  sql: `
    CREATE OR REPLACE FUNCTION pick_referenced(stock uuid, single_use boolean, wanted uuid,
      OUT id uuid, OUT data jsonb, OUT version integer)
    LANGUAGE plpgsql AS $$
    #variable_conflict use_column
    BEGIN
      IF single_use THEN
        SELECT t.id, t.data_values, t.schema_version INTO pick_referenced.id, pick_referenced.data, pick_referenced.version
        FROM test_data AS t WHERE t.id = wanted AND t.stock_id = stock AND t.status = 'active' FOR UPDATE SKIP LOCKED;
      ELSE
        SELECT t.id, t.data_values, t.schema_version INTO pick_referenced.id, pick_referenced.data, pick_referenced.version
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

/** Marks single-use records as used and writes one request for each record; entry i of the arrays is one record. */
const handOut: Routine = {
  sql: `
    CREATE OR REPLACE FUNCTION hand_out(caller uuid, project uuid, feature uuid, environment uuid, bundle uuid,
      schemas uuid[], records uuid[], sources text[], single_use uuid[]) RETURNS void
    LANGUAGE plpgsql AS $$
    BEGIN
      IF cardinality(single_use) > 0 THEN
        -- The rows below are what the record's history has of it.
        PERFORM set_config('testlake.hand_out', 'on', true);
        UPDATE test_data SET status = 'used', used_at = now(), used_by = caller, feature_id = feature, updated_at = now()
        WHERE id = ANY (single_use) AND status = 'active';
        PERFORM set_config('testlake.hand_out', '', true);
      END IF;
      INSERT INTO test_data_requests (project_id, bundle_id, feature_id, environment_id, schema_id, requested_by,
        provided_data_id, source, fulfilled_at, status)
      SELECT project, bundle, feature, environment, one.schema_id, caller, one.record_id, one.source, clock_timestamp(), 'fulfilled'
      FROM unnest(schemas, records, sources) AS one (schema_id, record_id, source);
    END $$`,
};

/**
 * Asks for a feature's data in an environment, of all its schemas or of one. Answers `{ outcome, ... }`: `claimed` with the
 * bundle; `repeat` with the answer kept under the key; `missing` where the stock does not have all of it, and then nothing
 * has happened; or why the caller gets nothing.
 */
const claimBundle: Routine = {
  sql: `
    CREATE OR REPLACE FUNCTION claim_bundle(caller uuid, feature uuid, environment uuid, only_schema uuid, bundle uuid,
      key text, question text) RETURNS jsonb
    LANGUAGE plpgsql AS $$
    #variable_conflict use_column
    DECLARE
      place record;
      kept record;
      one record;
      ids uuid[] := '{}'; names text[] := '{}'; stocks uuid[] := '{}'; single boolean[] := '{}'; is_first boolean[] := '{}';
      records uuid[]; datas jsonb[]; versions integer[];
      used uuid[] := '{}';
      linked boolean;
      open integer[];
      i integer;
      wanted uuid[];
      result jsonb;
    BEGIN
      SELECT f.name AS feature_name, f.status AS feature_status, f.project_id, e.id AS environment_id,
        e.name AS environment_name, e.slug AS environment_slug, e.status AS environment_status, e.is_protected,
        p.status = 'active' AND coalesce(o.status = 'active', true) AS is_writable, project_permission(caller, p) AS level
      INTO place
      FROM features AS f
      JOIN projects AS p ON p.id = f.project_id AND p.status <> 'deleting'
      LEFT JOIN organizations AS o ON o.id = p.organization_id
      LEFT JOIN environments AS e
        ON e.id = claim_bundle.environment AND e.project_id = f.project_id AND e.status <> 'deleting'
      WHERE f.id = claim_bundle.feature;
      IF NOT FOUND OR place.level = 0 THEN RETURN '{"outcome": "no_feature"}'; END IF;
      IF place.environment_id IS NULL THEN RETURN '{"outcome": "no_environment"}'; END IF;
      IF place.is_protected AND place.level < 2 THEN RETURN '{"outcome": "protected"}'; END IF;
      IF NOT place.is_writable THEN RETURN '{"outcome": "archived", "what": "project"}'; END IF;
      IF place.environment_status <> 'active' THEN RETURN '{"outcome": "archived", "what": "environment"}'; END IF;
      IF place.feature_status <> 'active' THEN RETURN '{"outcome": "archived", "what": "feature"}'; END IF;

      IF key IS NOT NULL THEN
        -- A second caller with the same key waits here for the first one's commit.
        INSERT INTO idempotency_keys AS k (user_id, key, fingerprint) VALUES (caller, claim_bundle.key, question)
        ON CONFLICT (user_id, key) DO UPDATE SET fingerprint = excluded.fingerprint, answer = NULL, created_at = now()
          WHERE k.created_at < now() - interval '24 hours';
        IF NOT FOUND THEN
          SELECT k.fingerprint, k.answer INTO kept FROM idempotency_keys AS k
          WHERE k.user_id = caller AND k.key = claim_bundle.key;
          RETURN jsonb_build_object('outcome', 'repeat', 'question', kept.fingerprint, 'bundle', kept.answer);
        END IF;
      END IF;

      FOR one IN
        SELECT s.id, s.name, s.status, s.is_reusable, a.is_primary, stock.id AS stock_id
        FROM feature_schemas AS a
        JOIN data_schemas AS s ON s.id = a.schema_id AND s.status <> 'deleting'
        LEFT JOIN stocks AS stock ON stock.schema_id = s.id AND stock.environment_id = claim_bundle.environment
        WHERE a.feature_id = claim_bundle.feature AND (only_schema IS NULL OR a.schema_id = only_schema)
        ORDER BY a.is_primary DESC, a.position
      LOOP
        IF one.status <> 'active' THEN
          DELETE FROM idempotency_keys AS k WHERE k.user_id = caller AND k.key = claim_bundle.key;
          RETURN jsonb_build_object('outcome', 'archived', 'what', 'schema', 'name', one.name);
        END IF;
        ids := ids || one.id; names := names || one.name; stocks := stocks || one.stock_id;
        single := single || NOT one.is_reusable; is_first := is_first || one.is_primary;
      END LOOP;
      IF cardinality(ids) = 0 THEN
        DELETE FROM idempotency_keys AS k WHERE k.user_id = caller AND k.key = claim_bundle.key;
        RETURN jsonb_build_object('outcome', CASE WHEN only_schema IS NULL THEN 'no_schema' ELSE 'not_assigned' END);
      END IF;

      linked := cardinality(ids) > 1 AND EXISTS (
        SELECT FROM schema_references AS r
        WHERE r.schema_id = ANY (ids) AND r.target_schema_id = ANY (ids) AND r.schema_id <> r.target_schema_id);
      records := array_fill(NULL::uuid, ARRAY[cardinality(ids)]);
      datas := array_fill(NULL::jsonb, ARRAY[cardinality(ids)]);
      versions := array_fill(NULL::integer, ARRAY[cardinality(ids)]);
      open := ARRAY(SELECT generate_series(1, cardinality(ids)));
      WHILE cardinality(open) > 0 LOOP
        i := open[1];
        wanted := NULL;
        IF linked THEN
          -- What refers is picked before what it refers to, which then is that very record.
          SELECT coalesce(min(c.n) FILTER (WHERE NOT EXISTS (
              SELECT FROM schema_references AS r
              WHERE r.target_schema_id = ids[c.n] AND r.schema_id <> ids[c.n]
                AND r.schema_id = ANY (ARRAY(SELECT ids[m] FROM unnest(open) AS m)))), open[1])
          INTO i FROM unnest(open) AS c (n);
          FOR one IN
            SELECT referenced_ids(datas[array_position(ids, r.schema_id)], r.path) AS targets
            FROM schema_references AS r
            WHERE r.target_schema_id = ids[i] AND r.schema_id <> ids[i] AND r.schema_id = ANY (ids)
              AND versions[array_position(ids, r.schema_id)] >= r.since_version
          LOOP
            CONTINUE WHEN one.targets IS NULL;
            wanted := CASE WHEN wanted IS NULL THEN one.targets
              ELSE ARRAY(SELECT unnest(wanted) INTERSECT SELECT unnest(one.targets)) END;
          END LOOP;
        END IF;
        IF wanted IS NULL THEN
          SELECT * INTO one FROM pick_record(stocks[i], single[i], NULL);
        ELSE
          SELECT * INTO one FROM pick_referenced(stocks[i], single[i], wanted[1]);
        END IF;
        IF one.id IS NULL THEN
          DELETE FROM idempotency_keys AS k WHERE k.user_id = caller AND k.key = claim_bundle.key;
          RETURN '{"outcome": "missing"}';
        END IF;
        records[i] := one.id; datas[i] := one.data; versions[i] := one.version;
        IF single[i] THEN used := used || one.id; END IF;
        open := array_remove(open, i);
      END LOOP;
      IF linked AND EXISTS (
        SELECT FROM schema_references AS r
        WHERE r.schema_id = ANY (ids) AND r.target_schema_id = ANY (ids) AND r.schema_id <> r.target_schema_id
          -- What a record refers to under a name of the past is not known here: another one is found or made.
          AND (versions[array_position(ids, r.schema_id)] < r.since_version
            OR records[array_position(ids, r.target_schema_id)]
              <> ALL (referenced_ids(datas[array_position(ids, r.schema_id)], r.path))))
      THEN
        DELETE FROM idempotency_keys AS k WHERE k.user_id = caller AND k.key = claim_bundle.key;
        RETURN '{"outcome": "missing"}';
      END IF;

      PERFORM hand_out(caller, place.project_id, feature, environment, bundle, ids, records,
        array_fill('stock'::text, ARRAY[cardinality(ids)]), used);
      SELECT jsonb_build_object(
        'bundle_id', bundle, 'project_id', place.project_id,
        'feature', jsonb_build_object('id', feature, 'name', place.feature_name),
        'environment',
          jsonb_build_object('id', environment, 'name', place.environment_name, 'slug', place.environment_slug),
        'items', jsonb_agg(jsonb_build_object('schema_id', ids[n], 'schema', names[n], 'is_primary', is_first[n],
          'record_id', records[n], 'version', versions[n], 'data', datas[n], 'source', 'stock') ORDER BY n))
      INTO result FROM generate_subscripts(ids, 1) AS n;
      IF key IS NOT NULL THEN
        UPDATE idempotency_keys AS k SET answer = result WHERE k.user_id = caller AND k.key = claim_bundle.key;
      END IF;
      RETURN jsonb_build_object('outcome', 'claimed', 'bundle', result);
    END $$`,
};

export const claimRoutines = [asUuid, referencedIds, pickRecord, pickReferenced, handOut, claimBundle];
