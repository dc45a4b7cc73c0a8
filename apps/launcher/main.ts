import { loadConfig } from '../../libs/config/config.js';
import { addresses } from '../../libs/process/addresses.js';
import { startLocal } from '../../libs/process/local-stack.js';
import { runProcess, type Running } from '../../libs/process/run-process.js';
import { watchCode } from './watch.js';

/** The stack takes at most 9.3 s to stop, most of it only if a process hangs; by ten everything is over. */
await runProcess('start', launch, { forceAfterMs: 9800 });

async function launch(signal: AbortSignal): Promise<Running> {
  const config = loadConfig();
  const stack = await startLocal({ config, signal });
  process.stdout.write(addresses(stack.apiUrl, config));
  const stopWatching = process.argv.includes('--watch') ? watchCode(() => stack.restart()) : undefined;
  const close = async (): Promise<void> => {
    await Promise.all([stack.stop(), stopWatching?.()]);
  };
  return { url: stack.apiUrl, close, kill: () => stack.kill(), failed: stack.failed };
}
