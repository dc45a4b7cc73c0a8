import type { JobPayload } from '../../libs/jobs/define-job.js';
import type { RunPriority } from './job-run.entity.js';

/** What the queue carries for every type of run: one slice, by its place in the tables. */
export interface SlicePayload extends JobPayload {
  v: 1;
  run_id: string;
  no: number;
}

export interface SliceEntry {
  id: string;
  payload: SlicePayload;
  priority: number;
}

/** As the queue knows them: the lower comes first. There is room for one before each. */
const PRIORITIES: Record<RunPriority, number> = { high: 2, normal: 4, low: 6 };

/**
 * The queue entry of a slice. Its id is the same for every attempt, so that a slice is in the queue once at most. A run's first
 * slice goes before the further ones of others: a small run, which has no other, is not kept waiting by large ones.
 */
export function sliceEntry(run: { id: string; priority: RunPriority }, no: number): SliceEntry {
  const priority = PRIORITIES[run.priority] - (no === 0 ? 1 : 0);
  return { id: `${run.id}.${no}`, payload: { v: 1, run_id: run.id, no }, priority };
}
