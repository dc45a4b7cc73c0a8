import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { endChild, hasEnded } from './end-child.js';
import { ReportedError, StartupError } from './startup-error.js';

/** A program to be kept running: it sends `{ type: 'ready', url? }` over IPC once it serves. */
export interface ChildSpec {
  name: string;
  /** Path of its script. */
  script: string;
  env: NodeJS.ProcessEnv;
  /** Drops what it prints on stdout. */
  quiet?: boolean;
}

const FIRST_DELAY_MS = 200;
const LONGEST_DELAY_MS = 5000;
/** A process that lived this long was well: its next end is a new trouble, not the old one again. */
const WELL_AFTER_MS = 10_000;
/** A process that is silent for so long after its start hangs. */
const READY_WITHIN_MS = 120_000;

/** One child process that is started again, for ever, when it ends after having been ready once. */
export class Supervised {
  private child: ChildProcess | undefined;
  /** The end of the one before, where a restart is under way. */
  private replaced: Promise<void> | undefined;
  private stopping = false;
  private delayMs = FIRST_DELAY_MS;
  private retry: NodeJS.Timeout | undefined;

  /** `warn` hears, in one line each, that the process has ended and is started again. */
  constructor(
    private readonly spec: ChildSpec,
    private readonly warn: (line: string) => void,
  ) {}

  get pid(): number | undefined {
    return this.child?.pid;
  }

  /**
   * Starts it; resolves with its URL when it is ready. Throws {@link ReportedError} when it ended by itself before (it has said
   * why), {@link StartupError} when it was killed or hangs.
   */
  async start(): Promise<string | undefined> {
    const child = this.launch();
    const url = await this.untilReady(child);
    this.watch(child);
    return url;
  }

  /** Ends the process and starts it afresh, as after a change of its code. */
  async restart(graceMs: number): Promise<void> {
    clearTimeout(this.retry);
    const child = this.child;
    this.child = undefined; // its end is wanted, and none to recover from
    if (child !== undefined) await (this.replaced = endChild(child, graceMs));
    this.delayMs = FIRST_DELAY_MS;
    if (!this.stopping) await this.again();
  }

  /** SIGTERM, and SIGKILL after `graceMs`; resolves when the process is gone. It is not started again. */
  async stop(graceMs: number): Promise<void> {
    this.stopping = true;
    clearTimeout(this.retry);
    await this.replaced;
    if (this.child !== undefined) await endChild(this.child, graceMs);
  }

  /** SIGKILL, at once. */
  kill(): void {
    this.stopping = true;
    clearTimeout(this.retry);
    if (this.child !== undefined && !hasEnded(this.child)) this.child.kill('SIGKILL');
  }

  private launch(): ChildProcess {
    const { script, env, quiet } = this.spec;
    // The parent's own flags for node (an inspector's port, say) are not the child's.
    const child = fork(script, [], {
      env,
      execArgv: [],
      stdio: ['ignore', quiet ? 'ignore' : 'inherit', 'inherit', 'ipc'],
    });
    child.on('error', () => undefined); // one that cannot be signalled or spoken to any more is about to exit
    this.child = child;
    return child;
  }

  private async untilReady(child: ChildProcess): Promise<string | undefined> {
    const patience = new AbortController();
    const ready = new Promise<{ url?: string }>((resolve) =>
      child.on('message', (message: { type?: string; url?: string } | null) => {
        if (message?.type === 'ready') resolve(message);
      }),
    );
    const ended = new Promise<never>((_, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => reject(this.earlyEnd(code, signal)));
    });
    const late = sleep(READY_WITHIN_MS, undefined, { ref: false, signal: patience.signal }).then(() =>
      this.tooLate(child),
    );
    try {
      return (await Promise.race([ready, ended, late])).url;
    } finally {
      patience.abort();
    }
  }

  private earlyEnd(code: number | null, signal: NodeJS.Signals | null): Error {
    if (code !== null && code !== 0) return new ReportedError(`${this.spec.name} ended with code ${code}`);
    return new StartupError(
      `The ${this.spec.name} ended before it was ready (${signal ?? `code ${code}`}): start again.`,
    );
  }

  private tooLate(child: ChildProcess): never {
    child.kill('SIGKILL');
    throw new StartupError(
      `The ${this.spec.name} was not ready within ${READY_WITHIN_MS / 1000} seconds: start again.`,
    );
  }

  private watch(child: ChildProcess): void {
    const since = Date.now();
    const onEnd = (code: number | null, signal: NodeJS.Signals | null): void => {
      if (this.stopping || this.child !== child) return;
      if (Date.now() - since > WELL_AFTER_MS) this.delayMs = FIRST_DELAY_MS;
      this.later(`ended (${signal ?? `code ${code}`})`);
    };
    if (hasEnded(child)) onEnd(child.exitCode, child.signalCode);
    else child.once('exit', onEnd);
  }

  private later(what: string): void {
    this.warn(`The ${this.spec.name} ${what}; it is started again in ${this.delayMs / 1000} s.`);
    this.retry = setTimeout(() => void this.again(), this.delayMs);
    this.delayMs = Math.min(this.delayMs * 2, LONGEST_DELAY_MS);
  }

  private async again(): Promise<void> {
    const child = this.launch();
    try {
      await this.untilReady(child);
      this.watch(child);
    } catch (error) {
      // A restart on demand may meanwhile have put another in its place.
      if (this.stopping || this.child !== child) return;
      this.later(error instanceof ReportedError ? 'did not start' : `did not start: ${(error as Error).message}`);
    }
  }
}
