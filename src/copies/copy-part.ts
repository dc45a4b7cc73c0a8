import { Invalid } from '../../libs/errors/errors.js';
import type { CompiledSchema } from '../../libs/generator/index.js';
import { RunFailure } from '../jobs/run-failure.js';
import type { TakenSlice } from '../jobs/taken-slice.js';
import type { FilterSql } from '../test-data/record-filter.js';
import type { IdShift } from './copied-id.js';
import type { Stretch } from './copies.repository.js';
import type { CopiedSchema, CopyCursor, CopyParams, SelectionEnd } from './copy.jobs.js';
import { selectionSql } from './selection.sql.js';

/** What one slice of a run copies, and where to. */
export interface CopyPart {
  owner: { projectId: string };
  taken: TakenSlice;
  signal: AbortSignal;
  params: CopyParams;
  cursor: CopyCursor;
  copied: CopiedSchema;
  /** The schema as it is now. */
  schema: CompiledSchema;
  name: string;
  version: number;
  source: Stretch;
  /** The stock that gets the copies. */
  stockId: string;
  shift: IdShift;
}

/** Ids are above this one. */
export const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/** The condition that the records of a schema meet that are copied, with parameters from `first` on. */
export function selectionOf(
  copied: CopiedSchema,
  schema: CompiledSchema,
  params: CopyParams,
  end: SelectionEnd,
  first: number,
): FilterSql {
  try {
    return selectionSql(copied, schema.definition, first, { move: params.move, threshold: end.threshold });
  } catch (error) {
    // The definition has changed since the run was started.
    if (!(error instanceof Invalid)) throw error;
    throw new RunFailure(`The filter does not fit the schema any more: ${error.errors[0]?.detail ?? error.message}.`);
  }
}
