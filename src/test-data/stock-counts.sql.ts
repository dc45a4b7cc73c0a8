import type { Routine } from '../../libs/database/migrate.js';

/** Notes in `stock_deltas` what an update changes: one row for each stock where records change their state. */
export const noteChangedRecords: Routine = {
  sql: `
    CREATE OR REPLACE FUNCTION note_changed_records() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      -- A hand-out takes active records only: half of the work can be spared where a hundred callers at a time wait for it.
      IF current_setting('testlake.hand_out', true) = 'on' THEN
        INSERT INTO stock_deltas (stock_id, project_id, active, used, invalid, leased)
        SELECT stock_id, project_id, -count(*), count(*), 0, count(lease_expires_at) FROM added GROUP BY stock_id, project_id;
        RETURN NULL;
      END IF;
      INSERT INTO stock_deltas (stock_id, project_id, active, used, invalid, leased)
      SELECT * FROM (
        SELECT stock_id, project_id, coalesce(sum(n) FILTER (WHERE status = 'active'), 0) AS active,
          coalesce(sum(n) FILTER (WHERE status = 'used'), 0) AS used,
          coalesce(sum(n) FILTER (WHERE status = 'invalid'), 0) AS invalid,
          coalesce(sum(n) FILTER (WHERE status = 'used' AND lease_expires_at IS NOT NULL), 0) AS leased
        FROM (
          SELECT stock_id, project_id, status, lease_expires_at, 1 AS n FROM added
          UNION ALL SELECT stock_id, project_id, status, lease_expires_at, -1 FROM removed
        ) AS record
        GROUP BY stock_id, project_id
      ) AS change WHERE (active, used, invalid, leased) <> (0, 0, 0, 0);
      RETURN NULL;
    END $$`,
};
