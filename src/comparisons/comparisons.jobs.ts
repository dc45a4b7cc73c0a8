import { defineJob } from '../../libs/jobs/define-job.js';
import type { SlicePayload } from '../jobs/slices.jobs.js';
import type { RecordFilter } from '../test-data/record-filter.dto.js';

/** Counts the records of a comparison, and then compares one schema in each slice. */
export const compareSlice = defineJob<SlicePayload>('compare');

/** How the records of one schema are compared, as the run records it. */
export interface SchemaOrder {
  schema_id: string;
  /** Names of the fields by which records are found on the other side; null for the schema's unique key. */
  key: string[] | null;
  /** Names of the fields that may differ. */
  ignore: string[];
  filter: RecordFilter;
}

export interface ComparisonParams {
  from_environment_id: string;
  to_environment_id: string;
  schemas: SchemaOrder[];
}

/** What the comparison of one schema came to. `here` is the first environment, `there` the second. */
export interface SchemaFigures {
  same: number;
  different: number;
  only_here: number;
  only_there: number;
  /** Records beyond the first with the same key. */
  duplicates_here: number;
  duplicates_there: number;
  /** Records without a value in a field of the key. */
  without_key_here: number;
  without_key_there: number;
}
