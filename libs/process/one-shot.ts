import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { endChild } from './end-child.js';
import { ReportedError, StartupError } from './startup-error.js';

/** Runs one script at a time to its end, in a way that can be cut short. */
export class OneShot {
  private child: ChildProcess | undefined;

  /** Resolves when the script ends with 0. Throws ReportedError when it failed (it has said why), StartupError when it was killed. */
  async run(name: string, script: string, env: NodeJS.ProcessEnv, quiet = false): Promise<void> {
    const child = spawn(process.execPath, [script], {
      env,
      stdio: ['ignore', quiet ? 'ignore' : 'inherit', 'inherit'],
    });
    this.child = child;
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    if (code === 0) return;
    if (code !== null) throw new ReportedError(`${name} ended with code ${code}`);
    throw new StartupError(`The ${name} was ended from outside (${signal}): start again.`);
  }

  /** SIGTERM, and SIGKILL after `graceMs` milliseconds; resolves when the script is gone. */
  async stop(graceMs: number): Promise<void> {
    if (this.child !== undefined) await endChild(this.child, graceMs);
  }

  /** SIGKILL, at once. */
  kill(): void {
    this.child?.kill('SIGKILL');
  }
}
