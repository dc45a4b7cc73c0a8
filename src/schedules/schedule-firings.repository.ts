import { Injectable } from '@nestjs/common';
import { Database } from '../../libs/database/database.js';
import type { QueuedSchedule } from './schedule-queue.js';
import type { ScheduledRun } from './scheduled-run.dto.js';

/** A schedule whose moment has come, locked. */
export interface DueSchedule {
  id: string;
  project_id: string;
  cron: string;
  time_zone: string;
  run: ScheduledRun;
  runs_as: string;
  next_run_at: Date;
  /** Whether the run that it started last still goes on. */
  is_busy: boolean;
  /** State of the account of the person as whom it runs. */
  user_status: string;
}

/** What came of a moment. */
export interface Firing {
  next: Date | null;
  runId?: string;
  isSkipped?: boolean;
  error?: string;
  /** Set where it is paused by it. */
  reason?: string;
}

// The clocks of workers and database differ a little: a firing that comes early by so much is this moment's all the same,
// and the next one is looked for behind it.
const TAKE_DUE = {
  name: 'schedules.take_due',
  text: `
    SELECT schedule.id, schedule.project_id, schedule.cron, schedule.time_zone, schedule.run, schedule.runs_as,
      schedule.next_run_at, coalesce(last.state IN ('queued', 'running', 'paused'), false) AS is_busy,
      person.status AS user_status
    FROM schedules AS schedule
    JOIN users AS person ON person.id = schedule.runs_as
    LEFT JOIN job_runs AS last ON last.id = schedule.last_run_id
    WHERE schedule.id = $1 AND NOT schedule.is_paused AND schedule.next_run_at <= clock_timestamp() + interval '5 s'
    FOR NO KEY UPDATE OF schedule`,
};
const FIRED = {
  name: 'schedules.fired',
  text: `
    UPDATE schedules SET next_run_at = $2,
      last_run_id = coalesce($3, last_run_id),
      last_run_at = CASE WHEN $3::uuid IS NULL THEN last_run_at ELSE clock_timestamp() END,
      last_skipped_at = CASE WHEN $4 THEN clock_timestamp() ELSE last_skipped_at END,
      last_error = CASE WHEN $4 THEN last_error ELSE $5 END,
      is_paused = $6::text IS NOT NULL, paused_reason = $6
    WHERE id = $1`,
};
const OVERDUE = {
  name: 'schedules.overdue',
  text: `
    SELECT id, next_run_at FROM schedules
    WHERE NOT is_paused AND next_run_at < now() - make_interval(secs => $1) ORDER BY next_run_at LIMIT 1000`,
};
const ACTIVE = {
  name: 'schedules.active',
  text: `SELECT id, cron, time_zone AS "timeZone" FROM schedules WHERE NOT is_paused`,
};
const LAST_IS_OPEN = {
  name: 'schedules.last_is_open',
  text: `
    SELECT FROM schedules AS schedule JOIN job_runs AS last ON last.id = schedule.last_run_id
    WHERE schedule.id = $1 AND last.state IN ('queued', 'running', 'paused')`,
};

/** The worker's side of schedules. It acts for whoever a schedule runs as. */
@Injectable()
export class ScheduleFiringsRepository {
  constructor(private readonly db: Database) {}

  /** Locks the schedule where its moment has come, until the transaction ends; null where it has not, or somebody else has done it. */
  async takeDue(id: string): Promise<DueSchedule | null> {
    return (await this.db.query<DueSchedule>(TAKE_DUE, [id])).rows[0] ?? null;
  }

  /** Writes down what came of the moment, and moves the schedule on to the next. */
  async fired(id: string, { next, runId, isSkipped = false, error, reason }: Firing): Promise<void> {
    await this.db.query(FIRED, [id, next, runId ?? null, isSkipped, error ?? null, reason ?? null]);
  }

  /** Those whose moment passed more than so many seconds ago. */
  async listOverdue(seconds: number): Promise<{ id: string; next_run_at: Date }[]> {
    return (await this.db.query<{ id: string; next_run_at: Date }>(OVERDUE, [seconds])).rows;
  }

  /** All that are not paused. */
  async listActive(): Promise<QueuedSchedule[]> {
    return (await this.db.query<QueuedSchedule>(ACTIVE, [])).rows;
  }

  /** Whether the run that the schedule started last still goes on. */
  async isBusy(id: string): Promise<boolean> {
    return (await this.db.query(LAST_IS_OPEN, [id])).rowCount === 1;
  }
}
