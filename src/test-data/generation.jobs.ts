import { defineJob } from '../../libs/jobs/define-job.js';
import type { SlicePayload } from '../jobs/slices.jobs.js';

/** Makes the rows of one slice of a bulk run. */
export const generateSlice = defineJob<SlicePayload>('generate');

/** The recorded inputs of a bulk run: with them, any slice can be made again, anywhere, to the same bytes. */
export interface GenerationParams {
  seed: string;
  engine_version: number;
  schema_version: number;
  /** The run's moment in milliseconds, for dates that are relative to it. */
  now: number;
}

/** More inputs, which may be large. */
export interface GenerationInputs {
  /** By reference field: the records to choose from, as the stock was when the run started. */
  references: Record<string, string[]>;
  /** By key: the values that were in use when the run started, as RowInputs.taken; not in older runs. */
  taken?: Record<string, number[]>;
}
