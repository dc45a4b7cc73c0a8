import { defineJob } from '../../libs/jobs/define-job.js';
import type { CsvDialect } from '../../libs/row-files/csv-dialect.js';
import type { Mark } from '../../libs/row-files/record-marks.js';
import type { TextEncoding } from '../../libs/row-files/text-encoding.js';
import type { SlicePayload } from '../jobs/slices.jobs.js';
import type { OnConflict } from '../test-data/key-conflicts.js';

/** Reads and stores the rows of one part of a file. */
export const importSlice = defineJob<SlicePayload>('import');

/** How the stored file is read. */
export type FilePlan =
  | {
      format: 'csv';
      dialect: CsvDialect;
      /** The names of the columns, those that a list of refused rows has added left out. */
      columns: string[];
      /** Whether such a list's columns stand in front. */
      isRejects: boolean;
      /** Whether columns without a name are passed over; otherwise they are unknown. */
      passesNameless: boolean;
      /** The header as it was sent; for a file without one, as it should have been. */
      header: string;
      /** Bytes and lines before the first row. */
      dataAt: number;
      dataLine: number;
      undoesNeutralising: boolean;
    }
  | { format: 'jsonl' | 'json' };

/** The recorded inputs of an import. */
export interface ImportParams {
  schema_version: number;
  /** Where the file is stored, as UTF-8; a JSON array as JSON Lines. */
  upload: string;
  bytes: number;
  encoding: TextEncoding;
  plan: FilePlan;
  mapping: Record<string, string>;
  ignore_unknown: boolean;
  on_conflict: OnConflict;
  all_or_nothing: boolean;
  dry_run: boolean;
}

/** More of them, for workers alone. */
export interface ImportInputs {
  /** Where each slice begins. */
  slices: Mark[];
}
