import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '../../libs/config/child-environment.js';
import { testSettings } from '../../libs/config/test-settings.js';
import { bundledProgram } from './bundled-programs.js';

/** An app of TestLake as a process of its own. */
export interface Program {
  pid: number;
  url: string;
  process: ChildProcess;
  /** Everything that it has printed so far. */
  output(): string;
  /** Sends a signal and, unless it only stops the process for a while, waits for the end. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Ends it in good order, if it still runs. */
  stop(): Promise<void>;
}

/** Starts an app and waits until it says that it is ready. Throws with what it has printed where it ends before. */
export async function startProgram(app: 'api' | 'worker', variables: Record<string, string>): Promise<Program> {
  const { isLong } = testSettings();
  const script = isLong ? fileURLToPath(new URL(`../../apps/${app}/main.js`, import.meta.url)) : bundledProgram(app);
  const defaults = { REDIS_URL: '', PORT: '0', WORKER_PORT: '0', TESTLAKE_EMBEDDED: 'true' };
  const env = childEnvironment({ ...defaults, ...variables });
  const child = fork(script, { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  let errors = '';
  let output = '';
  child.stdout?.on('data', (data: Buffer) => (output += data.toString()));
  child.stderr?.on('data', (data: Buffer) => {
    errors += data.toString();
    output += data.toString();
  });
  const ended = once(child, 'exit').then(() => {
    throw new Error(`The ${app} ended before it was ready: ${errors}`);
  });
  ended.catch(() => undefined);
  const [message] = (await Promise.race([once(child, 'message'), ended])) as [{ url: string }];
  const kill = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill(signal);
    if (signal !== 'SIGSTOP' && signal !== 'SIGCONT') await exit;
  };
  return {
    pid: child.pid ?? 0,
    url: message.url.replace(/\/$/, ''),
    process: child,
    output: () => output,
    kill,
    stop: () => kill('SIGTERM'),
  };
}
