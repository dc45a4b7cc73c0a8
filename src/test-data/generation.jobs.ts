import { defineJob } from '../../libs/jobs/define-job.js';
import type { SlicePayload } from '../jobs/slices.jobs.js';
import type { Overrides } from '../schemas/overrides.js';

/** Makes the rows of one slice of a bulk run. */
export const generateSlice = defineJob<SlicePayload>('generate');

/** Makes the rows of one slice of a run for several schemas, or begins its next stage. */
export const generateManySlice = defineJob<SlicePayload>('generate_many');

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
  /** Other rules for some fields; left out where there are none. */
  overrides?: Overrides;
}

/** The recorded inputs of a run for several schemas. */
export interface ManyGenerationParams {
  seed: string;
  engine_version: number;
  now: number;
  /** One stage for each schema, in the order of dependency. */
  stages: { schema_id: string; schema_version: number; seed: string; count: number }[];
}

/** More of them by schema: the overrides from the start, the rest from when its stage begins. */
export type ManyGenerationInputs = Record<string, Partial<GenerationInputs>>;

/** Where a slice stands in the stages. */
export interface StageCursor extends Record<string, unknown> {
  stage: number;
  /** Row of the run with which the stage's rows begin; left out where the stage is to begin. */
  base?: number;
}
