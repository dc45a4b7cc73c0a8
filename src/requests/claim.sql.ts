import type { Routine } from '../../libs/database/migrate.js';
import { permissionOf } from '../access/access.sql.js';
import { leaseRoutines, PLANNED_ONCE } from './leases.sql.js';
import { pickFreeExclusive, pickFreeShared, pickRoutines } from './pick.sql.js';

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
      asked record;
      kept record;
      one record;
      picked record;
      records uuid[]; datas jsonb[]; versions integer[]; items jsonb[];
      taken uuid[] := '{}';
      of_bundle uuid[] := '{}'; all_schemas uuid[] := '{}'; all_records uuid[] := '{}'; all_exclusive boolean[] := '{}';
      linked boolean := false;
      open integer[];
      n integer;
      i integer;
      had integer;
      bundle uuid;
      wanted uuid[];
      start double precision;
      lease_end timestamptz := now() + make_interval(secs => lease);
      result jsonb := '[]';
    BEGIN
      -- One statement, since what a claim costs is above all how many there are.
      SELECT f.name AS feature_name, f.status AS feature_status, f.project_id, e.id AS environment_id,
        e.name AS environment_name, e.slug AS environment_slug, e.status AS environment_status, e.is_protected,
        e.max_open_leases_per_user AS most_leases,
        p.status = 'active' AND coalesce(o.status = 'active', true) AS is_writable,
        ${permissionOf('caller', 'p')} AS level, schemas.*
      INTO asked
      FROM features AS f
      JOIN projects AS p ON p.id = f.project_id AND p.status <> 'deleting'
      LEFT JOIN organizations AS o ON o.id = p.organization_id
      LEFT JOIN environments AS e
        ON e.id = claim_bundles.environment AND e.project_id = f.project_id AND e.status <> 'deleting'
      CROSS JOIN LATERAL (
        SELECT coalesce(array_agg(id), '{}') AS ids, array_agg(name) AS names, array_agg(stock_id) AS stocks,
          array_agg(NOT is_reusable OR lease IS NOT NULL) AS exclusive, array_agg(is_primary) AS is_first,
          (array_agg(name) FILTER (WHERE status <> 'active'))[1] AS archived_schema, bool_or(has_expired) AS has_expired
        FROM (
          SELECT s.id, s.name, s.status, s.is_reusable, a.is_primary, stock.id AS stock_id, EXISTS (
              SELECT FROM test_data AS t
              WHERE t.stock_id = stock.id AND t.status = 'used' AND t.lease_expires_at <= now()) AS has_expired
          FROM feature_schemas AS a
          JOIN data_schemas AS s ON s.id = a.schema_id AND s.status <> 'deleting'
          LEFT JOIN stocks AS stock ON stock.schema_id = s.id AND stock.environment_id = claim_bundles.environment
          WHERE a.feature_id = f.id
            AND (only_schemas IS NULL OR a.schema_id = ANY (only_schemas) OR with_primary AND a.is_primary)
          ORDER BY a.is_primary DESC, a.position
        ) AS each
      ) AS schemas
      WHERE f.id = claim_bundles.feature;
      IF NOT FOUND OR asked.level = 0 THEN RETURN '{"outcome": "no_feature"}'; END IF;
      IF asked.environment_id IS NULL THEN RETURN '{"outcome": "no_environment"}'; END IF;
      IF asked.is_protected AND asked.level < 2 THEN RETURN '{"outcome": "protected"}'; END IF;
      IF NOT asked.is_writable THEN RETURN '{"outcome": "archived", "what": "project"}'; END IF;
      IF asked.environment_status <> 'active' THEN RETURN '{"outcome": "archived", "what": "environment"}'; END IF;
      IF asked.feature_status <> 'active' THEN RETURN '{"outcome": "archived", "what": "feature"}'; END IF;

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

      IF asked.archived_schema IS NOT NULL THEN
        RETURN refuse_claim(caller, key,
          jsonb_build_object('outcome', 'archived', 'what', 'schema', 'name', asked.archived_schema));
      END IF;
      IF NOT only_schemas <@ asked.ids THEN
        RETURN refuse_claim(caller, key, jsonb_build_object('outcome', 'not_assigned', 'schema_id',
          (SELECT id FROM unnest(only_schemas) AS id WHERE id <> ALL (asked.ids) LIMIT 1)));
      END IF;
      n := cardinality(asked.ids);
      IF n = 0 THEN RETURN refuse_claim(caller, key, '{"outcome": "no_schema"}'); END IF;
      IF lease IS NOT NULL AND asked.most_leases IS NOT NULL THEN
        had := open_leases(caller, environment);
        IF had + greatest(cardinality(bundles), 1) > asked.most_leases THEN
          RETURN refuse_claim(caller, key,
            jsonb_build_object('outcome', 'too_many_leases', 'most', asked.most_leases, 'open', had));
        END IF;
      END IF;
      IF cardinality(bundles) = 0 THEN RETURN '{"outcome": "claimed", "bundles": []}'; END IF;

      -- What has come back by itself is there for this hand-out, whether or not a worker has seen to it; so is what came back
      -- while this call waited for another one.
      IF asked.has_expired OR key IS NOT NULL OR had IS NOT NULL THEN
        PERFORM return_expired(asked.stocks, 50 + 2 * cardinality(bundles) * n);
      END IF;

      IF n > 1 THEN
        linked := EXISTS (
          SELECT FROM schema_references AS r
          WHERE r.schema_id = ANY (asked.ids) AND r.target_schema_id = ANY (asked.ids) AND r.schema_id <> r.target_schema_id);
      END IF;
      FOREACH bundle IN ARRAY bundles LOOP
        records := '{}'; items := '{}';
        IF linked THEN
          datas := '{}'; versions := '{}'; open := ARRAY(SELECT generate_series(1, n));
        END IF;
        FOR step IN 1 .. n LOOP
          i := step;
          wanted := NULL;
          IF linked THEN
            -- What refers is picked before what it refers to, which then is that very record.
            SELECT coalesce(min(c.n) FILTER (WHERE NOT EXISTS (
                SELECT FROM schema_references AS r
                WHERE r.target_schema_id = asked.ids[c.n] AND r.schema_id <> asked.ids[c.n]
                  AND r.schema_id = ANY (ARRAY(SELECT asked.ids[m] FROM unnest(open) AS m)))), open[1])
            INTO i FROM unnest(open) AS c (n);
            open := array_remove(open, i);
            FOR one IN
              SELECT referenced_ids(datas[array_position(asked.ids, r.schema_id)], r.path) AS targets
              FROM schema_references AS r
              WHERE r.target_schema_id = asked.ids[i] AND r.schema_id <> asked.ids[i] AND r.schema_id = ANY (asked.ids)
                AND versions[array_position(asked.ids, r.schema_id)] >= r.since_version
            LOOP
              CONTINUE WHEN one.targets IS NULL;
              wanted := CASE WHEN wanted IS NULL THEN one.targets
                ELSE ARRAY(SELECT unnest(wanted) INTERSECT SELECT unnest(one.targets)) END;
            END LOOP;
          END IF;
          IF wanted IS NOT NULL THEN
            SELECT * INTO picked FROM pick_named(asked.stocks[i], asked.exclusive[i], wanted[1], taken);
          ELSIF asked.exclusive[i] THEN
            ${pickFreeExclusive('asked.stocks[i]', 'taken')}
          ELSE
            ${pickFreeShared('asked.stocks[i]')}
          END IF;
          IF picked.id IS NULL THEN
            RETURN refuse_claim(caller, key, jsonb_build_object('outcome', 'missing', 'schema_id', asked.ids[i],
              'schema', asked.names[i], 'is_linked', linked,
              'reason', CASE WHEN wanted IS NULL THEN 'stock_empty' ELSE 'no_chain' END));
          END IF;
          records[i] := picked.id;
          IF asked.exclusive[i] THEN taken := taken || picked.id; END IF;
          IF linked THEN
            datas[i] := picked.data; versions[i] := picked.version;
          END IF;
          items[i] := jsonb_build_object('schema_id', asked.ids[i], 'schema', asked.names[i],
            'is_primary', asked.is_first[i], 'record_id', picked.id, 'version', picked.version, 'data', picked.data,
            'source', 'stock', 'reason', NULL);
        END LOOP;
        IF linked THEN
          SELECT r.target_schema_id INTO one FROM schema_references AS r
          WHERE r.schema_id = ANY (asked.ids) AND r.target_schema_id = ANY (asked.ids) AND r.schema_id <> r.target_schema_id
            -- What a record refers to under a name of the past is not known here: another one is found or made.
            AND (versions[array_position(asked.ids, r.schema_id)] < r.since_version
              OR records[array_position(asked.ids, r.target_schema_id)]
                <> ALL (referenced_ids(datas[array_position(asked.ids, r.schema_id)], r.path)))
          LIMIT 1;
          IF FOUND THEN
            RETURN refuse_claim(caller, key, jsonb_build_object('outcome', 'missing', 'schema_id', one.target_schema_id,
              'schema', asked.names[array_position(asked.ids, one.target_schema_id)], 'is_linked', true,
              'reason', 'no_chain'));
          END IF;
        END IF;
        of_bundle := of_bundle || array_fill(bundle, ARRAY[n]);
        all_schemas := all_schemas || asked.ids; all_records := all_records || records;
        all_exclusive := all_exclusive || asked.exclusive;
        result := result || jsonb_build_object(
          'bundle_id', bundle, 'project_id', asked.project_id,
          'feature', jsonb_build_object('id', feature, 'name', asked.feature_name),
          'environment',
            jsonb_build_object('id', environment, 'name', asked.environment_name, 'slug', asked.environment_slug),
          'lease_expires_at', lease_end, 'items', to_jsonb(items));
      END LOOP;

      lease_end := hand_out_bundles(caller, asked.project_id, feature, environment,
        CASE WHEN asked.is_first[1] THEN asked.ids[1] END, lease, context, notes, bundles, of_bundle, all_schemas, all_records,
        NULL, all_exclusive);
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
