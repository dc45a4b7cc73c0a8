import type { CompiledSchema } from '../../libs/generator/index.js';
import { RunFailure } from '../jobs/run-failure.js';

/** The rows of a run follow the definition that it was started with, whose keys have to be those of the stock. */
export function requireSameKeys(schema: CompiledSchema, current: CompiledSchema): void {
  if (idsOf(schema) === idsOf(current)) return;
  throw new RunFailure('The unique keys of the schema were changed after the run was started; start another run.');
}

function idsOf({ keys }: CompiledSchema): string {
  return keys
    .map(({ id }) => id)
    .sort()
    .join();
}
