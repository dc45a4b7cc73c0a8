import { setTimeout as sleep } from 'node:timers/promises';
import { figureHere, report } from '../report.js';
import type { Stage } from '../stage.js';
import { empty } from '../tables.js';
import { userFields } from '../user-fields.js';

const CALLS = 2_000;
const ROWS = 1_000_000;
const PAUSE = 5;

/** How long one record takes to be read while a run keeps two slices going. */
export async function latency({ workspace, client }: Stage): Promise<void> {
  const schemaId = await workspace.createSchema('Watched', userFields());
  await workspace.generate(schemaId, 1_000);
  const { rows } = await client.query<{ id: string }>('SELECT id FROM test_data LIMIT 1');
  const id = rows[0]?.id ?? '';
  const rest = await p99(workspace.getRecord, id);
  let running = true;
  const run = (async (): Promise<void> => {
    while (running) await workspace.generate(schemaId, ROWS);
  })();
  const busy = await p99(workspace.getRecord, id);
  running = false;
  await run;
  const most = Math.max(50, 3 * rest);
  figureHere('p99 of reading a record at rest', `${rest.toFixed(1)} ms`);
  report('  while a run goes on', `${busy.toFixed(1)} ms`, `at most ${most.toFixed(0)} ms`, busy <= most);
  await empty(client);
}

async function p99(get: (id: string) => Promise<void>, id: string): Promise<number> {
  const times: number[] = [];
  while (times.length < CALLS) {
    const started = performance.now();
    await get(id);
    times.push(performance.now() - started);
    await sleep(PAUSE);
  }
  times.sort((a, b) => a - b);
  return times[Math.floor(times.length * 0.99)] ?? 0;
}
