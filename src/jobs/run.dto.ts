import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsUUID } from 'class-validator';
import { IsMoment } from '../../libs/http/is-moment.js';
import { PageQuery } from '../../libs/http/page.dto.js';
import { ENDED, type JobRun } from './job-run.entity.js';
import { RunFileResponse } from './run-file.dto.js';
import type { WholeRun } from './runs.service.js';
import { Optional } from '../../libs/http/optional.js';

/** The types of runs: what a job definition is called. */
export const RUN_TYPES = [
  'generate',
  'generate_many',
  'import',
  'export',
  'compare',
  'clone',
  'copy',
  'delete',
  'delete_records',
  'mark_used',
  'reactivate',
  'invalidate',
  'revalidate',
  'set_values',
  'index',
] as const;
export type RunType = (typeof RUN_TYPES)[number];

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
  @IsIn(RUN_TYPES)
  type?: RunType;

  /** Only those about this schema. */
  @Optional()
  @IsUUID()
  schema_id?: string;

  /** Only those in this environment. */
  @Optional()
  @IsUUID()
  environment_id?: string;

  /** Only those that this person started. */
  @Optional()
  @IsUUID()
  created_by?: string;

  /**
   * Only those that were asked for at this moment or later.
   * @example "2026-01-15T00:00:00Z"
   */
  @Optional()
  @IsMoment()
  since?: string;
}

/** A run of background work. */
export class RunResponse {
  /** Id of the run. */
  id: string;

  /** Project that it works for. */
  project_id: string;

  /** What it does. */
  @ApiProperty({ enum: RUN_TYPES, example: 'generate' })
  type: RunType;

  /** Whether it is taken before or after others that wait. */
  priority: 'high' | 'normal' | 'low';

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
   * Rows done and committed; it never goes back while the run goes on. Work that commits at its end only tells how far it is, and takes
   * that back where it fails or is cancelled.
   * @example 50000
   */
  done: number;

  /**
   * Rows that were refused, each with its reason.
   * @example 0
   */
  rejected: number;

  /** What came of it beside rows, by name: figures, and what its type of run says; empty while there is nothing to say. */
  @ApiProperty({ type: 'object', additionalProperties: true, example: {} })
  result: Record<string, unknown>;

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

/** A run with what it has left behind. */
export class WholeRunResponse extends RunResponse {
  /** Files to download, for as long as the run is kept. */
  files: RunFileResponse[];
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

/** `counts` are the sums of what its slices came to. */
export function toRunResponse(run: JobRun, counts: Record<string, number> = {}): RunResponse {
  const { rate, left } = progress(run);
  const params = run.params as { seed?: string; engine_version?: number; schema_version?: number };
  return {
    id: run.id,
    project_id: run.projectId,
    type: run.type as RunResponse['type'],
    priority: run.priority,
    state: run.state,
    schema_id: run.schemaId,
    environment_id: run.environmentId,
    total: run.total,
    done: run.done,
    rejected: run.rejected,
    result: { ...counts, ...run.result },
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

export function toWholeRunResponse({ run, counts, files }: WholeRun): WholeRunResponse {
  return { ...toRunResponse(run, counts), files };
}

function progress(run: JobRun): { rate: number; left: number | null } {
  const until = run.finishedAt ?? new Date();
  const seconds = run.startedAt ? (until.getTime() - run.startedAt.getTime()) / 1000 : 0;
  const average = seconds > 0 ? run.done / seconds : 0;
  if (ENDED.includes(run.state)) return { rate: Math.round(average), left: 0 };
  const rate = run.rate ?? average;
  return { rate: Math.round(rate), left: rate > 0 ? Math.ceil((run.total - run.done) / rate) : null };
}
