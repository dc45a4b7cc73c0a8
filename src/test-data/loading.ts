import type { CompiledSchema, Link } from '../../libs/generator/index.js';
import type { ProjectScope } from '../access/project-scope.js';
import type { TakenSlice } from '../jobs/taken-slice.js';
import type { OnConflict } from './key-conflicts.js';
import type { RowIds } from './record-id.js';

/** A slice that loads rows which came from outside. */
export interface Loading {
  owner: Pick<ProjectScope, 'projectId'>;
  schema: CompiledSchema;
  schemaVersion: number;
  environmentId: string;
  stockId: string;
  ids: RowIds;
  taken: TakenSlice;
  onConflict: OnConflict;
  /** Whether a row has met another one, or a record, with its values: then others probably will. */
  collides: boolean;
}

/** A row that keeps the rules of its schema by itself. */
export interface LoadedRow {
  /** Its number in the run. */
  no: number;
  /** Its values, as JSON text. */
  json: string;
  /** Its values under the schema's unique keys, in their order. */
  keys: (string | null)[];
  /** The records that it refers to. */
  links: readonly Link[];
}

export interface Loaded {
  inserted: number;
  replaced: number;
  skipped: number;
  /** Rows by their places, with the reasons. */
  refused: Map<number, string>;
}
