import { generate, getRun, listRuns, watchRun } from '../../libs/client/generated/sdk.gen.js';
import type { RunResponse } from '../../libs/client/generated/types.gen.js';
import { ask, each, StepFailed } from './api.js';
import type { Example } from './load.js';
import { ProgressBar } from './progress-bar.js';
import { number, say } from './say.js';

const ROWS = 100_000;
const SEED = 42;
const OVER: RunResponse['state'][] = ['succeeded', 'failed', 'cancelled'];

/** The latest run of an earlier demo that made, or is making, the User rows. */
export async function earlierRun(example: Example): Promise<RunResponse | undefined> {
  const runs = each('Listing the runs', (page) =>
    listRuns({ query: { ...page, project_id: example.projectId, type: 'generate' } }),
  );
  for await (const run of runs) {
    const isOurs = run.schema_id === example.schemas.id('User') && run.total === ROWS;
    const isUseful = run.state !== 'failed' && run.state !== 'cancelled';
    if (isOurs && isUseful && run.environment_id === example.environments.id('Development')) return run;
  }
  return undefined;
}

/** Sees to it that Development has the User rows: keeps those of an earlier run, waits for one that goes on, or starts one. */
export async function loadUsers(example: Example, earlier: RunResponse | undefined): Promise<void> {
  if (earlier?.state === 'succeeded') {
    say('bulk run', `found ${number(earlier.done)} User rows, made by an earlier run: no new one is started`);
    return;
  }
  if (earlier === undefined) {
    say('bulk run', `the worker makes ${number(ROWS)} User rows in Development (seed ${SEED})`);
  } else {
    say('bulk run', `found one for ${number(earlier.total)} User rows that an earlier demo has started`);
  }
  await finish(earlier ?? (await start(example)));
}

async function start(example: Example): Promise<RunResponse> {
  const path = { schemaId: example.schemas.id('User'), envId: example.environments.id('Development') };
  return ask('Starting the bulk run', generate({ path, body: { count: ROWS, seed: SEED } }));
}

async function finish({ id }: RunResponse): Promise<void> {
  const run = await watch(id);
  if (run.state !== 'succeeded') {
    throw new StepFailed(`The bulk run ${id} ${run.state}${run.error === null ? '' : `: ${run.error}`}.`);
  }
  const seconds = (Date.parse(run.finished_at ?? run.created_at) - Date.parse(run.created_at)) / 1000;
  say('', `${number(run.done)} rows in ${seconds.toFixed(1)} s, ${number(run.rows_per_second)} rows/s`);
}

/** Draws the run's progress until it is over. */
async function watch(id: string): Promise<RunResponse> {
  const bar = new ProgressBar();
  for (;;) {
    const { stream } = await watchRun({ path: { id }, sseMaxRetryAttempts: 3, sseDefaultRetryDelay: 500 });
    for await (const run of stream) bar.show(run);
    // The stream ends with the run, or when the connection is lost for good: only the run itself can tell.
    const run = await ask('Watching the bulk run', getRun({ path: { id } }));
    if (!OVER.includes(run.state)) continue;
    bar.end();
    return run;
  }
}
