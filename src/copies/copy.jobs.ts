import { defineJob } from '../../libs/jobs/define-job.js';
import type { MaskRule } from '../../libs/masking/mask-rule.js';
import type { SlicePayload } from '../jobs/slices.jobs.js';
import type { RecordFilter } from '../test-data/record-filter.dto.js';

/** Copies a part of the records of an environment into one that was made from it. */
export const cloneSlice = defineJob<SlicePayload>('clone');
/** Copies a part of the records that were asked for into another environment. */
export const copySlice = defineJob<SlicePayload>('copy');

/** A random sample: the same seed chooses the same records. */
export interface Sample {
  size: number;
  seed: string;
}

/** Which records of a schema are copied. */
export interface CopiedSchema {
  id: string;
  filter?: RecordFilter;
  limit?: number;
  sample?: Sample;
  /** What is replaced, by the paths of fields. */
  mask?: Record<string, MaskRule>;
}

/** What a run that copies records was asked for. */
export interface CopyParams {
  from: string;
  to: string[];
  /** Referenced ones first, as far as there are no circles. */
  schemas: CopiedSchema[];
  /** Whether everything is copied into an empty environment: then every reference leads to a copy. */
  whole: boolean;
  on_conflict: 'skip' | 'replace' | 'fail';
  records: 'keep' | 'reset';
  move: boolean;
  dry_run: boolean;
}

/** Where the records of a schema that are to be copied end, as the plan of the run found it. */
export interface SelectionEnd {
  /** Id of the last one. */
  last: string;
  /** Those of a sample are not above this, by their place in a random order; null without a sample. */
  threshold: string | null;
}

/** One slice: the records of a schema behind one id and up to another, for one environment. */
export interface CopyCursor extends SelectionEnd {
  to: string;
  schema: string;
  after: string;
  upto: string;
  /** The ends of schemas that come later, to which records of this one may refer. */
  ends?: Record<string, SelectionEnd>;
}
