import { defineJob } from '../../libs/jobs/define-job.js';
import type { SlicePayload } from '../jobs/slices.jobs.js';

/** Puts values of searchable fields where they are looked for, and removes those of fields that no longer are; one part after the other. */
export const indexSlice = defineJob<SlicePayload>('index');

/** What is to be done, recorded with the run. */
export interface IndexParams {
  /** The stocks that there were; records of later ones are put in when they are made. */
  stocks: string[];
  /** Numbers of the fields whose values are put in. */
  fields: number[];
  /** Numbers of those whose values are removed. */
  dropped: number[];
}

/** Where a slice begins. */
export interface IndexCursor {
  /** Place in the list of stocks. */
  stock: number;
  /** The last record of the stock that is done with. */
  after: string;
  /** Records that were done in the slices before. */
  done: number;
}
