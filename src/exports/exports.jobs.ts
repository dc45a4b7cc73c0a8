import { defineJob } from '../../libs/jobs/define-job.js';
import type { SlicePayload } from '../jobs/slices.jobs.js';
import type { RecordFilter } from '../test-data/record-filter.dto.js';

/** Counts the records of an export, and then writes them into its file. */
export const exportSlice = defineJob<SlicePayload>('export');

export type ExportFormat = 'csv' | 'jsonl';

/** What an export was asked for, as its run records it. */
export interface ExportParams {
  format: ExportFormat;
  filter: RecordFilter;
  /** Names of the fields; null for all. */
  fields: string[] | null;
  delimiter: string;
  neutralise_formulas: boolean;
  with_meta: boolean;
  /** Name of the file. */
  file: string;
}
