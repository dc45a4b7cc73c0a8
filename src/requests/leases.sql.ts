import type { Routine } from '../../libs/database/migrate.js';

/**
 * Plans of such a function are made once for each connection, since planning statements over arrays anew each time is a fifth
 * of a claim's work, and without scans of whole tables, which would go on where a table was small when they were made.
 */
export const PLANNED_ONCE = 'SET plan_cache_mode = force_generic_plan SET enable_seqscan = off';

/**
 * Makes records whose lease is over active again: at most so many of these stocks. By
 * `test_data_leases_idx`; those that somebody is just renewing or releasing are left alone.
 */
const returnExpired: Routine = {
  sql: `
    CREATE OR REPLACE FUNCTION return_expired(stocks uuid[], most integer) RETURNS integer
    LANGUAGE plpgsql
    ${PLANNED_ONCE}
    AS $$
    DECLARE
      returned integer;
    BEGIN
      PERFORM set_config('testlake.cause', 'lease_end', true);
      WITH expired AS MATERIALIZED (
        SELECT t.id FROM test_data AS t
        WHERE t.stock_id = ANY (stocks) AND t.status = 'used' AND t.lease_expires_at <= now()
        LIMIT most FOR UPDATE SKIP LOCKED
      )
      UPDATE test_data AS t SET status = 'active', used_at = NULL, used_by = NULL, feature_id = NULL, bundle_id = NULL,
        lease_expires_at = NULL, updated_at = now()
      FROM expired WHERE t.id = expired.id;
      GET DIAGNOSTICS returned = ROW_COUNT;
      PERFORM set_config('testlake.cause', '', true);
      RETURN returned;
    END $$`,
};

/** How many bundles the caller has on lease in an environment. Callers of the same count come one after the other until the transaction ends. */
const openLeases: Routine = {
  sql: `
    CREATE OR REPLACE FUNCTION open_leases(caller uuid, environment uuid) RETURNS integer
    LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM pg_advisory_xact_lock(hashtextextended('leases ' || caller || environment, 0));
      RETURN (SELECT count(*) FROM bundles AS b
        WHERE b.requested_by = caller AND b.environment_id = environment AND b.state = 'open' AND b.lease_expires_at > now());
    END $$`,
};

/**
 * Hands records out: one row of `bundles` for each bundle and one of `test_data_requests` for each record; those that are
 * used up or on lease become `used`. Entry i of `of_bundle`, `schemas`, `records`, `reasons` and `exclusive` is one record;
 * it was in stock where there is no reason. Answers when the lease ends.
 */
const handOut: Routine = {
  sql: `
    CREATE OR REPLACE FUNCTION hand_out_bundles(caller uuid, project uuid, feature uuid, environment uuid, primary_schema uuid,
      lease integer, context jsonb, notes text, bundles uuid[], of_bundle uuid[], schemas uuid[], records uuid[],
      reasons text[], exclusive boolean[]) RETURNS timestamptz
    LANGUAGE plpgsql
    ${PLANNED_ONCE}
    AS $$
    DECLARE
      lease_end timestamptz := now() + make_interval(secs => lease);
      setting text;
    BEGIN
      IF true = ANY (exclusive) THEN
        -- The rows below are what the record's history has of it. Assigned, since PERFORM would be one more statement.
        setting := set_config('testlake.hand_out', 'on', true);
        UPDATE test_data AS t SET status = 'used', used_at = now(), used_by = caller, feature_id = feature,
          bundle_id = one.bundle_id, lease_expires_at = lease_end, updated_at = now()
        FROM unnest(records, of_bundle, exclusive) AS one (id, bundle_id, is_exclusive)
        WHERE t.id = one.id AND one.is_exclusive;
        setting := set_config('testlake.hand_out', '', true);
      END IF;
      INSERT INTO test_data_requests (project_id, bundle_id, feature_id, environment_id, schema_id, requested_by,
        provided_data_id, source, reason, request_notes, fulfilled_at, status)
      SELECT project, one.bundle_id, feature, environment, one.schema_id, caller, one.record_id,
        CASE WHEN one.reason IS NULL THEN 'stock' ELSE 'generated' END, one.reason, notes, clock_timestamp(), 'fulfilled'
      FROM unnest(of_bundle, schemas, records, reasons) AS one (bundle_id, schema_id, record_id, reason);
      INSERT INTO bundles (id, project_id, feature_id, environment_id, primary_schema_id, requested_by, state,
        lease_expires_at, context, notes)
      SELECT id, project, feature, environment, primary_schema, caller, CASE WHEN lease IS NULL THEN 'kept' ELSE 'open' END,
        lease_end, context, notes
      FROM unnest(bundles) AS id;
      RETURN lease_end;
    END $$`,
};

/**
 * The bundle's records that are still out with it, held until the transaction ends. Whoever holds them while the clock has
 * not reached the end of the lease knows that nobody has taken them back, and nobody can before the transaction ends.
 */
const holdBundle: Routine = {
  sql: `
    CREATE OR REPLACE FUNCTION hold_bundle(bundle uuid, OUT records uuid[], OUT state text, OUT is_over boolean)
    LANGUAGE plpgsql AS $$
    #variable_conflict use_column
    DECLARE
      lease_end timestamptz;
    BEGIN
      SELECT b.state, b.lease_expires_at INTO hold_bundle.state, lease_end FROM bundles AS b WHERE b.id = bundle FOR UPDATE;
      SELECT coalesce(array_agg(held.id), '{}') INTO hold_bundle.records FROM (
        SELECT t.id FROM test_data AS t
        WHERE t.id IN (SELECT r.provided_data_id FROM test_data_requests AS r WHERE r.bundle_id = bundle)
          AND t.bundle_id = bundle AND t.status = 'used'
        ORDER BY t.id FOR NO KEY UPDATE
      ) AS held;
      hold_bundle.is_over := coalesce(lease_end <= clock_timestamp(), false);
    END $$`,
};

/** Puts the end of a bundle's lease off; null where the lease has ended or there is none. */
const renewBundle: Routine = {
  sql: `
    CREATE OR REPLACE FUNCTION renew_bundle(bundle uuid, lease integer) RETURNS timestamptz
    LANGUAGE plpgsql AS $$
    DECLARE
      held record;
      lease_end timestamptz;
    BEGIN
      SELECT * INTO held FROM hold_bundle(bundle);
      IF held.state IS DISTINCT FROM 'open' OR held.is_over THEN RETURN NULL; END IF;
      lease_end := clock_timestamp() + make_interval(secs => lease);
      UPDATE test_data SET lease_expires_at = lease_end, updated_at = now() WHERE id = ANY (held.records);
      UPDATE bundles SET lease_expires_at = lease_end WHERE id = bundle;
      RETURN lease_end;
    END $$`,
};

/**
 * Ends a bundle as `returned` or `used`; false where it has ended already. What is returned is active again, and of what is used
 * the reusable records are.
 */
const releaseBundle: Routine = {
  sql: `
    CREATE OR REPLACE FUNCTION release_bundle(bundle uuid, outcome text) RETURNS boolean
    LANGUAGE plpgsql AS $$
    DECLARE
      held record;
    BEGIN
      SELECT * INTO held FROM hold_bundle(bundle);
      IF held.state IS NULL OR held.state NOT IN ('open', 'kept') OR held.is_over THEN RETURN false; END IF;
      UPDATE test_data AS t SET status = 'active', used_at = NULL, used_by = NULL, feature_id = NULL, bundle_id = NULL,
        lease_expires_at = NULL, updated_at = now()
      FROM stocks AS stock JOIN data_schemas AS schema ON schema.id = stock.schema_id
      WHERE t.id = ANY (held.records) AND stock.id = t.stock_id AND (outcome = 'returned' OR schema.is_reusable);
      UPDATE test_data SET lease_expires_at = NULL, updated_at = now()
      WHERE id = ANY (held.records) AND status = 'used' AND lease_expires_at IS NOT NULL;
      UPDATE bundles SET state = outcome, ended_at = now() WHERE id = bundle;
      RETURN true;
    END $$`,
};

export const leaseRoutines = [returnExpired, openLeases, handOut, holdBundle, renewBundle, releaseBundle];
