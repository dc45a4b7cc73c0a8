import { withPeakMemory } from '../memory.js';
import { atLeast, rateHere } from '../report.js';
import { measure, worth } from '../rounds.js';
import { type Stage, withSecondWorker } from '../stage.js';
import { empty, finishedRows } from '../tables.js';
import { userFields } from '../user-fields.js';

const ROWS = 1_000_000;
const ROUNDS = 5;

/** A run of a million rows from POST to succeeded, beside COPY of the same finished rows into the same tables. */
export async function loading(stage: Stage, unique: boolean): Promise<void> {
  const key = unique ? 'one unique key: ' : '';
  const schemaId = await stage.workspace.createSchema(
    unique ? 'User with a unique e-mail' : 'User',
    userFields(unique),
  );
  const { run, copy } = await withPeakMemory(`${key}peak memory of the worker`, stage.workerPid, () =>
    besideCopy(stage, schemaId),
  );
  rateHere(`${key}COPY, one connection`, copy, 'rows');
  rateHere('  TestLake, POST to succeeded, one worker', run, 'rows');
  atLeast('  against COPY', run / copy, unique ? 0.9 : 0.95);
}

/** The same with a second worker process beside the first. */
export async function twoWorkers(stage: Stage): Promise<void> {
  const schemaId = await stage.workspace.createSchema('User for two', userFields());
  const { run, copy } = await withSecondWorker(stage, () => besideCopy(stage, schemaId));
  atLeast('  two workers against COPY', run / copy, 1.3);
}

async function besideCopy({ workspace, client }: Stage, schemaId: string): Promise<Record<'copy' | 'run', number>> {
  await workspace.generate(schemaId, ROWS);
  const load = await finishedRows(client);
  const before = (): Promise<void> => empty(client);
  const copy = { before, work: worth(ROWS, load) };
  const run = { before, work: worth(ROWS, () => workspace.generate(schemaId, ROWS)) };
  const rates = await measure({ copy, run }, ROUNDS);
  await empty(client);
  return rates;
}
