import type { JobPayload } from '../../libs/jobs/define-job.js';

/** What the queue carries for every type of run: one slice, by its place in the tables. */
export interface SlicePayload extends JobPayload {
  v: 1;
  run_id: string;
  no: number;
}

/** The queue entry of a slice. Its id is the same for every attempt, so that a slice is in the queue once at most. */
export function sliceEntry(runId: string, no: number): { id: string; payload: SlicePayload } {
  return { id: `${runId}.${no}`, payload: { v: 1, run_id: runId, no } };
}
