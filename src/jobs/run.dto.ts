import { IsIn, IsUUID } from 'class-validator';
import { PageQuery } from '../../libs/http/page.dto.js';
import { ENDED, type JobRun } from './job-run.entity.js';
import { Optional } from '../../libs/http/optional.js';

const STATES = ['queued', 'running', 'paused', 'succeeded', 'failed', 'cancelled'] as const;

/** Which runs to list. */
export class ListRuns extends PageQuery {
  /** Only those of this project; left out, those of all my projects. */
  @Optional()
  @IsUUID()
  project_id?: string;

  /** Only those in this state. */
  @Optional()
  @IsIn(STATES)
  state?: 'queued' | 'running' | 'paused' | 'succeeded' | 'failed' | 'cancelled';

  /** Only those of this type, such as `generate`. */
  @Optional()
  @IsIn(['generate', 'delete'])
  type?: 'generate' | 'delete';
}

/** A run of background work. */
export class RunResponse {
  /** Id of the run. */
  id: string;

  /** Project that it works for. */
  project_id: string;

  /** What it does. */
  type: 'generate' | 'delete';

  /** `succeeded`, `failed` and `cancelled` are final. */
  state: 'queued' | 'running' | 'paused' | 'succeeded' | 'failed' | 'cancelled';

  /** Schema whose records it makes or deletes; null where it is about more than one. */
  schema_id: string | null;

  /** Environment in which it works; null where it is about more than one. */
  environment_id: string | null;

  /**
   * Rows asked for.
   * @example 100000
   */
  total: number;

  /**
   * Rows done and committed; it never goes back.
   * @example 50000
   */
  done: number;

  /**
   * Rows per second: lately while it runs, over all when it is over.
   * @example 120000
   */
  rows_per_second: number;

  /**
   * Seconds left at this rate; 0 when it is over, null while nothing is known.
   * @example 1
   */
  seconds_left: number | null;

  /**
   * Why it failed; null otherwise.
   * @example null
   */
  error: string | null;

  /**
   * Seed of the generator, with which the same rows can be made again; null for other work.
   * @example "42"
   */
  seed: string | null;

  /**
   * Version of the engine that makes the rows; null for other work.
   * @example 1
   */
  engine_version: number | null;

  /**
   * Version of the schema's definition that the rows follow; null for other work.
   * @example 1
   */
  schema_version: number | null;

  /** Who started it. */
  created_by: string;

  /** When it was asked for. */
  created_at: Date;

  /** When a worker took it up; null before. */
  started_at: Date | null;

  /** When it was over; null before. */
  finished_at: Date | null;
}

/** One page of runs. */
export class RunPage {
  /** The runs, newest first. */
  data: RunResponse[];

  /**
   * `cursor` for the next page; null on the last one.
   * @example null
   */
  next_cursor: string | null;
}

export function toRunResponse(run: JobRun): RunResponse {
  const { rate, left } = progress(run);
  const params = run.params as { seed?: string; engine_version?: number; schema_version?: number };
  return {
    id: run.id,
    project_id: run.projectId,
    type: run.type as RunResponse['type'],
    state: run.state,
    schema_id: run.schemaId,
    environment_id: run.environmentId,
    total: run.total,
    done: run.done,
    rows_per_second: rate,
    seconds_left: left,
    error: run.error,
    seed: params.seed ?? null,
    engine_version: params.engine_version ?? null,
    schema_version: params.schema_version ?? null,
    created_by: run.createdBy,
    created_at: run.createdAt,
    started_at: run.startedAt,
    finished_at: run.finishedAt,
  };
}

function progress(run: JobRun): { rate: number; left: number | null } {
  const until = run.finishedAt ?? new Date();
  const seconds = run.startedAt ? (until.getTime() - run.startedAt.getTime()) / 1000 : 0;
  const average = seconds > 0 ? run.done / seconds : 0;
  if (ENDED.includes(run.state)) return { rate: Math.round(average), left: 0 };
  const rate = run.rate ?? average;
  return { rate: Math.round(rate), left: rate > 0 ? Math.ceil((run.total - run.done) / rate) : null };
}
