import { Injectable } from '@nestjs/common';
import { Database } from '../../libs/database/database.js';

/** A stock for which something is to be done: a run to be started, or a failure to be written down. */
export interface DueTopUp {
  id: string;
  schema_id: string;
  environment_id: string;
  runs_as: string;
  /** State of the account of the person as whom it runs. */
  user_status: string;
  /** Records to make. */
  missing: number;
  /** Why the last run failed, where that is not written down yet. */
  failure: string | null;
  failures: number;
}

/** What came of a failure. */
export interface TopUpFailure {
  error: string;
  /** Seconds until the next attempt; null where there is none. */
  retryIn: number | null;
}

// Since it was set, and not written down yet.
const HAS_FAILED = `(last.state IN ('failed', 'cancelled')
  AND last.finished_at > coalesce(threshold.last_error_at, threshold.updated_at))`;

// The counts are those of src/test-data, deltas included. They, the state of the last run and the threshold are of one
// moment: where a run has just ended, its rows are counted.
const due = (which: string): string => `
  SELECT threshold.id, threshold.schema_id, threshold.environment_id, threshold.runs_as, person.status AS user_status,
    threshold.failures, greatest(threshold.top_up_to - stock.active, 1)::float8 AS missing,
    CASE WHEN ${HAS_FAILED} THEN coalesce(last.error, 'The run ' || last.id || ' was cancelled.') END AS failure
  FROM stock_thresholds AS threshold
  JOIN users AS person ON person.id = threshold.runs_as
  JOIN projects AS project ON project.id = threshold.project_id AND project.status = 'active'
  LEFT JOIN organizations AS organization ON organization.id = project.organization_id
  JOIN environments AS environment ON environment.id = threshold.environment_id AND environment.status = 'active'
  JOIN data_schemas AS schema ON schema.id = threshold.schema_id AND schema.status = 'active'
  LEFT JOIN job_runs AS last ON last.id = threshold.last_run_id
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(part.active), 0) AS active
    FROM stocks CROSS JOIN LATERAL (
      SELECT active FROM stock_counts WHERE stock_id = stocks.id
      UNION ALL SELECT active FROM stock_deltas WHERE stock_id = stocks.id
    ) AS part
    WHERE stocks.schema_id = threshold.schema_id AND stocks.environment_id = threshold.environment_id
  ) AS stock
  WHERE ${which} threshold.is_enabled AND coalesce(threshold.retry_at <= now(), true)
    AND coalesce(organization.status = 'active', true)
    AND coalesce(last.state NOT IN ('queued', 'running', 'paused'), true)
    AND (stock.active < threshold.at_least OR ${HAS_FAILED})`;

const LIST = { name: 'top_ups.list', text: `${due('')} ORDER BY threshold.id LIMIT 1000` };
const HOLD = {
  name: 'top_ups.hold',
  text: 'SELECT FROM stock_thresholds WHERE id = $1 FOR NO KEY UPDATE SKIP LOCKED',
};
const GET = { name: 'top_ups.get', text: due('threshold.id = $1 AND') };
const STARTED = {
  name: 'top_ups.started',
  text: `UPDATE stock_thresholds SET last_run_id = $2, last_run_at = clock_timestamp(), retry_at = NULL WHERE id = $1`,
};
const FAILED = {
  name: 'top_ups.failed',
  text: `
    UPDATE stock_thresholds SET last_error = $2, last_error_at = clock_timestamp(), failures = failures + 1,
      retry_at = clock_timestamp() + make_interval(secs => $3), is_enabled = $3::float8 IS NOT NULL
    WHERE id = $1`,
};
const FORGIVE = {
  name: 'top_ups.forgive',
  text: `
    UPDATE stock_thresholds AS threshold SET last_error = NULL, last_error_at = NULL, failures = 0, retry_at = NULL
    FROM job_runs AS last WHERE last.id = threshold.last_run_id AND last.state = 'succeeded' AND threshold.failures > 0
      AND last.finished_at > threshold.last_error_at`,
};

/** The worker's side of thresholds. It acts for whoever set one. */
@Injectable()
export class TopUpsRepository {
  constructor(private readonly db: Database) {}

  /** Those for which something is to be done, and no run goes on. */
  async listDue(): Promise<DueTopUp[]> {
    return (await this.db.query<DueTopUp & object>(LIST, [])).rows;
  }

  /**
   * The same for one, held until the transaction ends; null where somebody else holds it or has done it. What is due is
   * looked at under the lock: what was seen before it may be over.
   */
  async takeDue(id: string): Promise<DueTopUp | null> {
    if ((await this.db.query(HOLD, [id])).rowCount === 0) return null;
    return (await this.db.query<DueTopUp & object>(GET, [id])).rows[0] ?? null;
  }

  async started(id: string, runId: string): Promise<void> {
    await this.db.query(STARTED, [id, runId]);
  }

  /** Writes a failure down, and switches the threshold off where there is to be no further attempt. */
  async failed(id: string, { error, retryIn }: TopUpFailure): Promise<void> {
    await this.db.query(FAILED, [id, error, retryIn]);
  }

  /** Forgets failures after which a run has succeeded. */
  async forgive(): Promise<void> {
    await this.db.query(FORGIVE, []);
  }
}
