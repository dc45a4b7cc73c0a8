import { defineJob, type JobPayload } from '../../libs/jobs/define-job.js';

export interface FiringPayload extends JobPayload {
  v: 1;
  schedule_id: string;
}

/** Starts the run of a schedule, if it is due. */
export const fireSchedule = defineJob<FiringPayload>('fire_schedule');
