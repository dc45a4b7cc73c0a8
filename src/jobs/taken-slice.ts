import type { RunPriority } from './job-run.entity.js';

/** A slice in the hands of a worker, with what its run says of it. */
export interface TakenSlice {
  run_id: string;
  no: number;
  attempt: number;
  first_row: number;
  rows: number;
  project_id: string;
  type: string;
  schema_id: string | null;
  environment_id: string | null;
  params: Record<string, unknown>;
  created_by: string;
  created_at: Date;
  total: number;
  priority: RunPriority;
  /** Attempts since the run was started or last taken up again. */
  tries: number;
  /** Why the attempt before failed; null where it was not there to say so. */
  error: string | null;
  /** Where it begins, for work whose slices follow from each other; null at the first. */
  cursor: Record<string, unknown> | null;
}
