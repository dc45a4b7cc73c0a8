import type { Problem } from '../../libs/generator/index.js';
import type { BulkStock } from './bulk-operations.jobs.js';

/** Problems of one record that a run's file names. */
const NAMED = 10;

/** A line of the file in which a run tells what is wrong with records. */
export function lineOf(id: string, { schema_id, environment_id }: BulkStock, problems: Problem[]): string {
  return `${JSON.stringify({ id, schema_id, environment_id, problems: problems.slice(0, NAMED) })}\n`;
}
