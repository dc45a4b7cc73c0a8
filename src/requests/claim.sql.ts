import type { Routine } from '../../libs/database/migrate.js';
import { leaseRoutines, PLANNED_ONCE } from './leases.sql.js';
import { pickRoutines } from './pick.sql.js';

/**
 * The hand-out. This is the one place where statements cross domains: who may ask (access), what the feature needs
 * (features, schemas), the pick (test data) and the record of it (requests) happen in one round trip and one transaction,
 * because a hundred test shards ask at once and each more trip halves what a connection can do.
 *
 * Asks for bundles of a feature's data in an environment, one under each of the given ids: of all its schemas, or of
 * `only_schemas`, with the primary one if that is said. Without ids it only finds out whether the caller may ask, and what was
 * answered under the key. Answers `{ outcome, ... }`: `claimed` with the bundles; `repeat` with the answer kept under the key;
 * `missing` where the stock does not have all of it, and then nothing has happened; or why the caller gets nothing.
 */
const claimBundles: Routine = {
  sql: `
    CREATE OR REPLACE FUNCTION claim_bundles(caller uuid, feature uuid, environment uuid, bundles uuid[],
      only_schemas uuid[], with_primary boolean, lease integer, context jsonb, notes text, key text, question text)
    RETURNS jsonb
    LANGUAGE plpgsql
    ${PLANNED_ONCE}
    AS $$
    #variable_conflict use_column
    DECLARE
      place record;
      kept record;
      one record;
      ids uuid[] := '{}'; names text[] := '{}'; stocks uuid[] := '{}'; exclusive boolean[] := '{}'; is_first boolean[] := '{}';
      records uuid[]; datas jsonb[]; versions integer[];
      taken uuid[] := '{}';
      of_bundle uuid[] := '{}'; all_schemas uuid[] := '{}'; all_records uuid[] := '{}'; all_exclusive boolean[] := '{}';
      linked boolean;
      open integer[];
      i integer;
      had integer;
      bundle uuid;
      wanted uuid[];
      items jsonb[] := '{}';
      lease_end timestamptz;
      result jsonb;
    BEGIN
      SELECT f.name AS feature_name, f.status AS feature_status, f.project_id, e.id AS environment_id,
        e.name AS environment_name, e.slug AS environment_slug, e.status AS environment_status, e.is_protected,
        e.max_open_leases_per_user AS most_leases,
        p.status = 'active' AND coalesce(o.status = 'active', true) AS is_writable, project_permission(caller, p) AS level
      INTO place
      FROM features AS f
      JOIN projects AS p ON p.id = f.project_id AND p.status <> 'deleting'
      LEFT JOIN organizations AS o ON o.id = p.organization_id
      LEFT JOIN environments AS e
        ON e.id = claim_bundles.environment AND e.project_id = f.project_id AND e.status <> 'deleting'
      WHERE f.id = claim_bundles.feature;
      IF NOT FOUND OR place.level = 0 THEN RETURN '{"outcome": "no_feature"}'; END IF;
      IF place.environment_id IS NULL THEN RETURN '{"outcome": "no_environment"}'; END IF;
      IF place.is_protected AND place.level < 2 THEN RETURN '{"outcome": "protected"}'; END IF;
      IF NOT place.is_writable THEN RETURN '{"outcome": "archived", "what": "project"}'; END IF;
      IF place.environment_status <> 'active' THEN RETURN '{"outcome": "archived", "what": "environment"}'; END IF;
      IF place.feature_status <> 'active' THEN RETURN '{"outcome": "archived", "what": "feature"}'; END IF;

      IF key IS NOT NULL THEN
        IF cardinality(bundles) > 0 THEN
          -- A second caller with the same key waits here for the first one's commit.
          INSERT INTO idempotency_keys AS k (user_id, key, fingerprint) VALUES (caller, claim_bundles.key, question)
          ON CONFLICT (user_id, key) DO UPDATE SET fingerprint = excluded.fingerprint, answer = NULL, created_at = now()
            WHERE k.created_at < now() - interval '24 hours';
        END IF;
        IF cardinality(bundles) = 0 OR NOT FOUND THEN
          SELECT k.fingerprint, k.answer INTO kept FROM idempotency_keys AS k
          WHERE k.user_id = caller AND k.key = claim_bundles.key AND k.created_at >= now() - interval '24 hours';
          IF FOUND THEN
            RETURN jsonb_build_object('outcome', 'repeat', 'question', kept.fingerprint, 'bundles', kept.answer,
              'has_ended', CASE WHEN kept.fingerprint = question THEN has_ended(kept.answer) ELSE false END);
          END IF;
        END IF;
        IF cardinality(bundles) = 0 THEN key := NULL; END IF;
      END IF;

      FOR one IN
        SELECT s.id, s.name, s.status, s.is_reusable, a.is_primary, stock.id AS stock_id
        FROM feature_schemas AS a
        JOIN data_schemas AS s ON s.id = a.schema_id AND s.status <> 'deleting'
        LEFT JOIN stocks AS stock ON stock.schema_id = s.id AND stock.environment_id = claim_bundles.environment
        WHERE a.feature_id = claim_bundles.feature
          AND (only_schemas IS NULL OR a.schema_id = ANY (only_schemas) OR with_primary AND a.is_primary)
        ORDER BY a.is_primary DESC, a.position
      LOOP
        IF one.status <> 'active' THEN
          RETURN refuse_claim(caller, key, jsonb_build_object('outcome', 'archived', 'what', 'schema', 'name', one.name));
        END IF;
        ids := ids || one.id; names := names || one.name; stocks := stocks || one.stock_id;
        exclusive := exclusive || (NOT one.is_reusable OR lease IS NOT NULL); is_first := is_first || one.is_primary;
      END LOOP;
      IF NOT only_schemas <@ ids THEN
        RETURN refuse_claim(caller, key, jsonb_build_object('outcome', 'not_assigned', 'schema_id',
          (SELECT id FROM unnest(only_schemas) AS id WHERE id <> ALL (ids) LIMIT 1)));
      END IF;
      IF cardinality(ids) = 0 THEN RETURN refuse_claim(caller, key, '{"outcome": "no_schema"}'); END IF;
      IF lease IS NOT NULL AND place.most_leases IS NOT NULL THEN
        had := open_leases(caller, environment);
        IF had + greatest(cardinality(bundles), 1) > place.most_leases THEN
          RETURN refuse_claim(caller, key,
            jsonb_build_object('outcome', 'too_many_leases', 'most', place.most_leases, 'open', had));
        END IF;
      END IF;
      IF cardinality(bundles) = 0 THEN RETURN '{"outcome": "claimed", "bundles": []}'; END IF;

      -- What has come back by itself is there for this hand-out, whether or not a worker has seen to it.
      IF EXISTS (SELECT FROM test_data AS t
        WHERE t.stock_id = ANY (stocks) AND t.status = 'used' AND t.lease_expires_at <= now())
      THEN
        PERFORM return_expired(stocks, 50 + 2 * cardinality(bundles) * cardinality(ids));
      END IF;

      linked := cardinality(ids) > 1 AND EXISTS (
        SELECT FROM schema_references AS r
        WHERE r.schema_id = ANY (ids) AND r.target_schema_id = ANY (ids) AND r.schema_id <> r.target_schema_id);
      FOREACH bundle IN ARRAY bundles LOOP
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
            SELECT * INTO one FROM pick_free(stocks[i], exclusive[i], taken);
          ELSE
            SELECT * INTO one FROM pick_named(stocks[i], exclusive[i], wanted[1], taken);
          END IF;
          IF one.id IS NULL THEN
            RETURN refuse_claim(caller, key, jsonb_build_object('outcome', 'missing', 'schema_id', ids[i], 'schema', names[i],
              'is_linked', linked, 'reason', CASE WHEN wanted IS NULL THEN 'stock_empty' ELSE 'no_chain' END));
          END IF;
          records[i] := one.id; datas[i] := one.data; versions[i] := one.version;
          IF exclusive[i] THEN taken := taken || one.id; END IF;
          open := array_remove(open, i);
        END LOOP;
        IF linked THEN
          SELECT r.target_schema_id INTO one FROM schema_references AS r
          WHERE r.schema_id = ANY (ids) AND r.target_schema_id = ANY (ids) AND r.schema_id <> r.target_schema_id
            -- What a record refers to under a name of the past is not known here: another one is found or made.
            AND (versions[array_position(ids, r.schema_id)] < r.since_version
              OR records[array_position(ids, r.target_schema_id)]
                <> ALL (referenced_ids(datas[array_position(ids, r.schema_id)], r.path)))
          LIMIT 1;
          IF FOUND THEN
            RETURN refuse_claim(caller, key, jsonb_build_object('outcome', 'missing', 'schema_id', one.target_schema_id,
              'schema', names[array_position(ids, one.target_schema_id)], 'is_linked', true, 'reason', 'no_chain'));
          END IF;
        END IF;
        of_bundle := of_bundle || array_fill(bundle, ARRAY[cardinality(ids)]);
        all_schemas := all_schemas || ids; all_records := all_records || records;
        all_exclusive := all_exclusive || exclusive;
        items := items || (SELECT jsonb_agg(jsonb_build_object('schema_id', ids[n], 'schema', names[n],
          'is_primary', is_first[n], 'record_id', records[n], 'version', versions[n], 'data', datas[n],
          'source', 'stock', 'reason', NULL) ORDER BY n) FROM generate_subscripts(ids, 1) AS n);
      END LOOP;

      lease_end := hand_out_bundles(caller, place.project_id, feature, environment, CASE WHEN is_first[1] THEN ids[1] END,
        lease, context, notes, bundles, of_bundle, all_schemas, all_records,
        array_fill(NULL::text, ARRAY[cardinality(all_schemas)]), all_exclusive);
      SELECT jsonb_agg(jsonb_build_object(
        'bundle_id', bundles[n], 'project_id', place.project_id,
        'feature', jsonb_build_object('id', feature, 'name', place.feature_name),
        'environment',
          jsonb_build_object('id', environment, 'name', place.environment_name, 'slug', place.environment_slug),
        'lease_expires_at', lease_end, 'items', items[n]) ORDER BY n)
      INTO result FROM generate_subscripts(bundles, 1) AS n;
      IF key IS NOT NULL THEN
        UPDATE idempotency_keys AS k SET answer = result WHERE k.user_id = caller AND k.key = claim_bundles.key;
      END IF;
      RETURN jsonb_build_object('outcome', 'claimed', 'bundles', result);
    END $$`,
};

/** Gives the key free again, since a refusal is not kept, and answers with it. */
const refuseClaim: Routine = {
  sql: `
    CREATE OR REPLACE FUNCTION refuse_claim(caller uuid, key text, refusal jsonb) RETURNS jsonb
    LANGUAGE plpgsql AS $$
    #variable_conflict use_column
    BEGIN
      IF key IS NOT NULL THEN
        DELETE FROM idempotency_keys AS k WHERE k.user_id = caller AND k.key = refuse_claim.key;
      END IF;
      RETURN refusal;
    END $$`,
};

/** Whether one of the bundles of an answer has been given back or taken back since. */
const hasEnded: Routine = {
  sql: `
    CREATE OR REPLACE FUNCTION has_ended(answer jsonb) RETURNS boolean
    LANGUAGE sql STABLE AS $$
      SELECT EXISTS (
        SELECT FROM jsonb_array_elements(answer) AS each JOIN bundles AS b ON b.id = (each ->> 'bundle_id')::uuid
        WHERE b.state NOT IN ('open', 'kept') OR b.lease_expires_at <= now())
    $$`,
};

export const claimRoutines = [...pickRoutines, ...leaseRoutines, hasEnded, refuseClaim, claimBundles];
