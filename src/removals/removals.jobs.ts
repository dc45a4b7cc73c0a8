import { defineJob } from '../../libs/jobs/define-job.js';
import type { SlicePayload } from '../jobs/slices.jobs.js';

/** Deletes a part of the records of a project, environment or schema; the last slice deletes the thing itself. */
export const deleteSlice = defineJob<SlicePayload>('delete');
