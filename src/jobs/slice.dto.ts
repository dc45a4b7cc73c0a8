import type { JobSlice } from './job-run.entity.js';

/** A part of a run, made by one worker in one transaction. */
export class SliceResponse {
  /**
   * Its number in the run, from 0.
   * @example 3
   */
  no: number;

  /** `waiting` for its turn, `queued` for a worker, `running`, or `done`. */
  state: 'waiting' | 'queued' | 'running' | 'done';

  /**
   * Number of its first row, from 0.
   * @example 150000
   */
  first_row: number;

  /**
   * How many rows it was given.
   * @example 50000
   */
  rows: number;

  /**
   * How many of them were refused.
   * @example 0
   */
  rejected: number;

  /**
   * How often a worker has taken it up; more than once where a worker was killed or an attempt failed.
   * @example 1
   */
  attempts: number;

  /** When it last changed. */
  updated_at: Date;
}

/** One page of a run's parts. */
export class SlicePage {
  /** The parts, in order. */
  data: SliceResponse[];

  /**
   * `cursor` for the next page; null on the last one.
   * @example null
   */
  next_cursor: string | null;
}

export function toSliceResponse(slice: JobSlice): SliceResponse {
  const { no, state, firstRow, rows, rejected, attempt, updatedAt } = slice;
  return { no, state, first_row: firstRow, rows, rejected, attempts: attempt, updated_at: updatedAt };
}
