import type { JobPayload } from '../../libs/jobs/define-job.js';

/** What the queue carries for every type of run: one slice, by its place in the tables. */
export interface SlicePayload extends JobPayload {
  v: 1;
  run_id: string;
  no: number;
}
