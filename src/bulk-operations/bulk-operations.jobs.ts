import { defineJob } from '../../libs/jobs/define-job.js';
import type { SlicePayload } from '../jobs/slices.jobs.js';
import type { RecordFilter } from '../test-data/record-filter.dto.js';

/** What can be done to many records; also the types of the runs that do it. */
export const BULK_OPERATIONS = [
  'delete_records',
  'mark_used',
  'reactivate',
  'invalidate',
  'revalidate',
  'set_values',
] as const;
export type BulkOperation = (typeof BULK_OPERATIONS)[number];

/** Each does one part of such a run, which leads to the next: by stocks, and in each by the ids of records. */
export const bulkOperationSlices = BULK_OPERATIONS.map((operation) => defineJob<SlicePayload>(operation));

/** A stock as it was named when the run was started. */
export interface BulkStock {
  stock_id: string;
  schema_id: string;
  environment_id: string;
}

/** What is to be done, recorded with the run. */
export interface BulkParams {
  stocks: BulkStock[];
  filter: RecordFilter;
  dry_run: boolean;
  /** Why the records are invalid; null for other work. */
  reason: string | null;
  /** The values that records get; null for other work. */
  values?: Record<string, unknown> | null;
}

/** Where a slice begins. */
export interface BulkCursor {
  /** Place in the list of stocks. */
  stock: number;
  /** The last record that is done with in this stock. */
  after: string;
  /** Records that were done in the slices before. */
  done: number;
}
