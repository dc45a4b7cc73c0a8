import { Injectable } from '@nestjs/common';
import { Database } from '../../libs/database/database.js';
import type { RunPriority } from './job-run.entity.js';
import type { PlannedSlice, SliceResult } from './slices.service.js';
import type { TakenSlice } from './taken-slice.js';

export interface OpenSlice {
  run_id: string;
  no: number;
  attempt: number;
  type: string;
  priority: RunPriority;
}

/**
 * What slices that are not done have told of themselves is rolled back with them: a run that ends has done what is committed.
 * Slices before their run, as everywhere: nobody waits in a circle.
 */
export const TAKE_BACK = `taken_back AS (
      UPDATE job_slices SET reported = 0 WHERE run_id = $1 AND state <> 'done' AND reported > 0
        AND EXISTS (SELECT FROM job_runs WHERE id = $1 AND type <> 'delete' AND state IN ('queued', 'running', 'paused'))
      RETURNING OLD.reported AS rows
    )`;

/** What a finished slice adds to its run. */
export interface SliceFigures {
  rows: number;
  rejected: number;
  counts: Record<string, number> | null;
}

// The connection of the attempt before is ended first: a worker that was only stopped may still hold rows that this one
// is about to write, and would make it wait until it comes back.
const TAKE = {
  name: 'slices.take',
  text: `
    WITH before AS (
      SELECT slice.run_id, slice.no, slice.backend_pid, slice.taken_at
      FROM job_slices AS slice
      JOIN job_runs AS run ON run.id = slice.run_id
      WHERE slice.run_id = $1 AND slice.no = $2 AND slice.state <> 'done' AND run.state IN ('queued', 'running')
      FOR UPDATE OF slice
    ), ended AS (
      SELECT pg_terminate_backend(activity.pid)
      FROM before JOIN pg_stat_activity AS activity ON activity.pid = before.backend_pid
      WHERE activity.pid <> $3 AND activity.datname = current_database()
        AND activity.backend_start <= before.taken_at AND activity.xact_start <= before.taken_at
    ), started AS (
      UPDATE job_runs AS run SET state = 'running', started_at = now(), mark_at = now(), updated_at = now()
      FROM before WHERE run.id = before.run_id AND run.state = 'queued'
    )
    UPDATE job_slices AS slice
    SET attempt = slice.attempt + 1, state = 'running', backend_pid = $3, taken_at = now(), updated_at = now()
    FROM before JOIN job_runs AS run ON run.id = before.run_id
    WHERE slice.run_id = before.run_id AND slice.no = before.no AND (SELECT count(*) FROM ended) >= 0
    RETURNING slice.run_id, slice.no, slice.attempt, slice.first_row::float8, slice.rows, run.project_id, run.type,
      run.schema_id, run.environment_id, run.params, run.created_by, run.created_at, run.total::float8, run.priority,
      slice.attempt - slice.spent AS tries, slice.error, slice.cursor`,
};

const FINISH = {
  name: 'slices.finish',
  text: `
    UPDATE job_slices SET state = 'done', backend_pid = NULL, error = NULL, updated_at = clock_timestamp(),
      rejected = $4, counts = $5
    WHERE run_id = $1 AND no = $2 AND attempt = $3 AND state = 'running'
    RETURNING reported`,
};

// What a later attempt reports is told only where it goes beyond the one before, so that progress never goes back.
const REPORT = {
  name: 'slices.report',
  text: `
    WITH before AS (
      SELECT run_id, no, reported FROM job_slices
      WHERE run_id = $1 AND no = $2 AND attempt = $3 AND state = 'running' AND reported < $4 FOR UPDATE
    )
    UPDATE job_slices AS slice SET reported = $4, updated_at = clock_timestamp()
    FROM before WHERE slice.run_id = before.run_id AND slice.no = before.no
    RETURNING slice.reported - before.reported AS more`,
};

const GOES_ON = {
  name: 'slices.goes_on',
  text: `
    SELECT FROM job_slices AS slice JOIN job_runs AS run ON run.id = slice.run_id
    WHERE slice.run_id = $1 AND slice.no = $2 AND slice.attempt = $3 AND slice.state = 'running'
      AND run.state IN ('running', 'paused')`,
};

// The rate is that of the last two seconds or more: an average from the start would count the time in which nobody worked.
const PROGRESS = {
  name: 'slices.progress',
  text: `
    UPDATE job_runs SET done = done + $2, rejected = rejected + $3, updated_at = clock_timestamp(),
      rate = CASE WHEN mark_at < clock_timestamp() - interval '2 s'
        THEN (done + $2 - mark_done) / extract(epoch FROM clock_timestamp() - mark_at) ELSE rate END,
      mark_done = CASE WHEN mark_at < clock_timestamp() - interval '2 s' THEN done + $2 ELSE mark_done END,
      mark_at = CASE WHEN mark_at < clock_timestamp() - interval '2 s' THEN clock_timestamp() ELSE mark_at END
    WHERE id = $1 AND state IN ('running', 'paused')`,
};

// A paused run finishes the slices in hand, and gets no further ones. An array, since PostgreSQL may run a subquery behind IN
// again for every slice, each time with further slices under its limit: a run of one slice at a time would have several.
const FEED = {
  name: 'slices.feed',
  text: `
    UPDATE job_slices SET state = 'queued', updated_at = now()
    WHERE run_id = $1 AND state = 'waiting' AND no = ANY (ARRAY(
      SELECT no FROM job_slices WHERE run_id = $1 AND state = 'waiting' ORDER BY no
      LIMIT coalesce((
        SELECT greatest(0, run.slice_window - (
          SELECT count(*) FROM job_slices WHERE run_id = $1 AND state IN ('queued', 'running')))
        FROM job_runs AS run WHERE run.id = $1 AND run.state IN ('queued', 'running')), 0)
      FOR UPDATE SKIP LOCKED))
    RETURNING no`,
};

const HAS_OPEN = {
  name: 'slices.has_open',
  text: `SELECT EXISTS (SELECT FROM job_slices WHERE run_id = $1 AND state <> 'done') AS open`,
};

const APPEND = {
  name: 'slices.append',
  text: `
    INSERT INTO job_slices (run_id, no, project_id, first_row, rows, state, cursor)
    SELECT $1, last.no + planned.place, last.project_id,
      last.first_row + sum(planned.rows) OVER (ORDER BY planned.place) - planned.rows, planned.rows, 'waiting', planned.cursor
    FROM (SELECT project_id, max(no) AS no, max(first_row + rows) AS first_row
      FROM job_slices WHERE run_id = $1 GROUP BY project_id) AS last,
      unnest($2::integer[], $3::jsonb[]) WITH ORDINALITY AS planned (rows, cursor, place)`,
};

const SET_RUN = {
  name: 'slices.set_run',
  text: `
    UPDATE job_runs SET total = coalesce($2::bigint, total), result = coalesce(result, '{}') || coalesce($3::jsonb, '{}'),
      inputs = CASE WHEN $4::jsonb IS NULL THEN inputs ELSE coalesce(inputs, '{}') || $4::jsonb END
    WHERE id = $1`,
};

const SUCCEED = {
  name: 'slices.succeed',
  text: `
    UPDATE job_runs SET state = 'succeeded', finished_at = clock_timestamp(), updated_at = clock_timestamp()
    WHERE id = $1 AND state = 'running'
      AND NOT EXISTS (SELECT FROM job_slices WHERE run_id = $1 AND state <> 'done')`,
};

const FAIL = {
  name: 'slices.fail_run',
  text: `
    WITH ${TAKE_BACK}
    UPDATE job_runs SET state = 'failed', error = $2, finished_at = clock_timestamp(), updated_at = clock_timestamp(),
      rejected = rejected + $3, done = done - (SELECT coalesce(sum(rows), 0) FROM taken_back)
    WHERE id = $1 AND type <> 'delete' AND state IN ('queued', 'running', 'paused')`,
};

const NOTE = {
  name: 'slices.note',
  text: 'UPDATE job_slices SET error = $4 WHERE run_id = $1 AND no = $2 AND attempt = $3',
};

const INPUTS = { name: 'slices.inputs', text: 'SELECT inputs FROM job_runs WHERE id = $1' };

const ANALYZE = { name: 'slices.analyze', text: 'ANALYZE test_data' };

const OPEN = {
  name: 'slices.open',
  text: `
    SELECT slice.run_id, slice.no, slice.attempt, run.type, run.priority
    FROM job_runs AS run JOIN job_slices AS slice ON slice.run_id = run.id
    WHERE run.state IN ('queued', 'running') AND slice.state IN ('queued', 'running')
      AND slice.updated_at < now() - make_interval(secs => $1)
    ORDER BY slice.updated_at LIMIT 1000`,
};

/** The worker's side of runs. It acts for whoever started the run, within that run's project. */
@Injectable()
export class SlicesRepository {
  constructor(private readonly db: Database) {}

  /** What the run recorded for its workers alone. */
  async inputs(runId: string): Promise<Record<string, unknown>> {
    const { rows } = await this.db.query<{ inputs: Record<string, unknown> | null }>(INPUTS, [runId]);
    return rows[0]?.inputs ?? {};
  }

  /** Takes a slice for the connection `backendPid`; null where it is done or its run is over. */
  async take(runId: string, no: number, backendPid: number): Promise<TakenSlice | null> {
    const { rows } = await this.db.query<TakenSlice>(TAKE, [runId, no, backendPid]);
    return rows[0] ?? null;
  }

  /** Marks the slice done where the attempt is still its own and the run still goes on; says whether it was. */
  async finish(slice: TakenSlice, { rows, rejected, counts }: SliceFigures): Promise<boolean> {
    const values = [slice.run_id, slice.no, slice.attempt, rejected, counts && JSON.stringify(counts)];
    const own = await this.db.query<{ reported: number }>(FINISH, values);
    const [finished] = own.rows;
    if (!finished) return false;
    const running = await this.db.query(PROGRESS, [slice.run_id, Math.max(0, rows - finished.reported), rejected]);
    return running.rowCount === 1;
  }

  /**
   * Adds what a slice has done so far to the progress of its run. Says whether the slice is still to be made: the attempt is
   * its latest and the run is not over. Needs a transaction.
   */
  async report(slice: TakenSlice, rows: number): Promise<boolean> {
    const own = [slice.run_id, slice.no, slice.attempt];
    const { rows: found } = await this.db.query<{ more: number }>(REPORT, [...own, rows]);
    if (found[0]) return (await this.db.query(PROGRESS, [slice.run_id, found[0].more, 0])).rowCount === 1;
    return this.goesOn(slice);
  }

  /** Whether the attempt is its slice's latest, and the run is not over. */
  async goesOn({ run_id, no, attempt }: TakenSlice): Promise<boolean> {
    return (await this.db.query(GOES_ON, [run_id, no, attempt])).rowCount === 1;
  }

  /** Whether the run has slices that are not done. */
  async hasOpen(runId: string): Promise<boolean> {
    return (await this.db.query<{ open: boolean }>(HAS_OPEN, [runId])).rows[0]?.open ?? false;
  }

  /** Adds slices after the last one, in their order. */
  async append(runId: string, planned: readonly PlannedSlice[]): Promise<void> {
    const rows = planned.map((slice) => slice.rows);
    const cursors = planned.map(({ cursor }) => cursor && JSON.stringify(cursor));
    await this.db.query(APPEND, [runId, rows, cursors]);
  }

  /** Marks as many waiting slices as queued as the run's window has room for, and answers with their numbers. */
  async feed(runId: string): Promise<number[]> {
    const { rows } = await this.db.query<{ no: number }>(FEED, [runId]);
    return rows.map(({ no }) => no);
  }

  /** Corrects how many rows the run has, and adds to its result and its inputs. */
  async setRun(runId: string, { total, result, inputs }: NonNullable<SliceResult['run']>): Promise<void> {
    const texts = [result, inputs].map((each) => (each ? JSON.stringify(each) : null));
    await this.db.query(SET_RUN, [runId, total ?? null, ...texts]);
  }

  /** Ends the run as succeeded where no slice is open; says whether it did. */
  async succeedIfDone(runId: string): Promise<boolean> {
    return (await this.db.query(SUCCEED, [runId])).rowCount === 1;
  }

  /** Lets PostgreSQL know how the records lie now, as it would find out by itself a minute later. */
  async analyzeRecords(): Promise<void> {
    await this.db.query(ANALYZE, []);
  }

  /** Ends the run as failed where it is not over; says whether it did. */
  async failRun(runId: string, reason: string, rejected = 0): Promise<boolean> {
    return (await this.db.query(FAIL, [runId, reason, rejected])).rowCount === 1;
  }

  /** Keeps why an attempt failed, for whoever gives the run up. */
  async note(slice: TakenSlice, reason: string): Promise<void> {
    await this.db.query(NOTE, [slice.run_id, slice.no, slice.attempt, reason]);
  }

  /** Slices that should be in the queue and have not moved for some seconds. */
  async listQuiet(seconds: number): Promise<OpenSlice[]> {
    const { rows } = await this.db.query<OpenSlice>(OPEN, [seconds]);
    return rows;
  }
}
