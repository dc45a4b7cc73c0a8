import { client } from '../../libs/client/generated/client.gen.js';
import { enter } from './account.js';
import { earlierRun, loadUsers } from './bulk-run.js';
import { type Example, loadExample } from './load.js';
import { loadSamples } from './records.js';
import { play, preview, SCENARIO_A, SCENARIO_B } from './scenarios.js';

/** Loads the example through the API at the given address, and asks it for data. Throws StepFailed. */
export async function runDemo(apiUrl: string, signal: AbortSignal): Promise<Example> {
  client.setConfig({ baseUrl: apiUrl, signal });
  process.stdout.write('\nThe ShopFast example, loaded through the HTTP API:\n\n');
  await enter();
  const example = await loadExample();
  await loadSamples(example);
  const earlier = await earlierRun(example);
  if (earlier === undefined) await preview(example);
  await loadUsers(example, earlier);
  await play(example, SCENARIO_A);
  await play(example, SCENARIO_B);
  return example;
}
