import { brokenConstraint } from '../../libs/database/constraint.js';
import { isStorageFull } from '../../libs/database/outage.js';
import { RunFailure } from './run-failure.js';

const PARENTS = ['test_data_parents', 'stocks_schema_id_fkey', 'stocks_environment_id_fkey', 'stocks_project_id_fkey'];

/** Why a run has to end at once; null where another attempt may succeed. */
export function finalReason(error: unknown): string | null {
  if (error instanceof RunFailure) return error.message;
  // Somebody has to make room, which no number of attempts waits for; and each of them would take what little there is.
  if (isStorageFull(error)) {
    return `The disk of the database server is full (${(error as Error).message}): make room there, then retry the run.`;
  }
  const isGone = PARENTS.includes(brokenConstraint(error) ?? '');
  return isGone ? 'The schema or the environment was deleted meanwhile.' : null;
}

/** Why a run is given up whose slice was taken up so often; `known` is what the attempt before had to say, if anything. */
export function tooManyAttempts(no: number, attempts: number, known: string | null): string {
  const why = known === null ? 'each time its worker was killed or lost' : `at last: ${known}`;
  return `Slice ${no} did not end in ${attempts} attempts: ${why}.`;
}
