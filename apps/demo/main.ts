import { loadConfig } from '../../libs/config/config.js';
import { addresses } from '../../libs/process/addresses.js';
import { type LocalStack, startLocal } from '../../libs/process/local-stack.js';
import { runProcess, type Running } from '../../libs/process/run-process.js';
import { runDemo } from './demo.js';
import type { Example } from './load.js';
import { nextSteps } from './next-steps.js';

const args = process.argv.slice(2);
const unknown = args.find((arg) => arg !== '--exit');
if (unknown !== undefined) {
  process.stderr.write(
    `TestLake demo: ${unknown} is unknown; the demo takes --exit alone, to end when it has finished.\n`,
  );
  process.exit(2);
}
const exits = args.includes('--exit');

/** As long as the launcher gives everything to stop. */
await runProcess('demo', launch, { forceAfterMs: 9800 });

async function launch(signal: AbortSignal): Promise<Running> {
  const since = performance.now();
  const config = loadConfig();
  process.stdout.write(
    `Starting ${config.databaseUrl === null ? 'the embedded PostgreSQL, ' : ''}the API and one worker.\n`,
  );
  const stack = await startLocal({ config, signal });
  const example = await demoOn(stack, signal);
  process.stdout.write(`\nThe demo took ${((performance.now() - since) / 1000).toFixed(1)} s.\n`);
  if (exits) {
    await stack.stop();
    process.exit(0);
  }
  process.stdout.write(addresses(stack.apiUrl, config) + nextSteps(stack.apiUrl, example));
  return { url: stack.apiUrl, close: () => stack.stop(), kill: () => stack.kill(), failed: stack.failed };
}

/** Whatever fails, the stack is stopped before this rejects. */
async function demoOn(stack: LocalStack, signal: AbortSignal): Promise<Example> {
  const down = stack.failed.then((error) => Promise.reject(error));
  try {
    return await Promise.race([runDemo(stack.apiUrl, signal), down]);
  } catch (error) {
    await stack.stop();
    throw error;
  }
}
