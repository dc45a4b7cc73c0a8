import { loadConfig } from '../config/config.js';
import { explain, type Surroundings } from './explain.js';

/** A process that has started: where it answers, and how it ends. */
export interface Running {
  url?: string;
  /** Ends everything in good order; called at most once. */
  close(): Promise<void>;
  /** Ends everything at once, for a second Ctrl-C. */
  kill?(): void;
  /** Settles when the process cannot go on; the error says why. */
  failed?: Promise<Error>;
}

/** The port that a process opens is not always `PORT`. */
const PORT_VARIABLES: Record<string, string> = { worker: 'WORKER_PORT' };

/** A terminal, npm and the launcher may each pass on the same Ctrl-C; only one that comes later than this is a second one. */
const SAME_CTRL_C_MS = 1000;

/**
 * What the `main.ts` of every app calls. Starts, tells the parent over IPC (`{ type: 'ready', url }`), and ends with code 0 on
 * SIGINT, SIGTERM, SIGHUP or when the parent is gone, by force (code 1) after `forceAfterMs`. A start that fails ends with one
 * sentence on stderr and code 1. `start` gets a signal that aborts when the end comes before it has finished.
 */
export async function runProcess(
  name: string,
  start: (signal: AbortSignal) => Promise<Running>,
  options: { forceAfterMs?: number } = {},
): Promise<void> {
  await new ProcessLife(name, options.forceAfterMs ?? 9000).run(start);
}

class ProcessLife {
  private readonly abort = new AbortController();
  private starting: Promise<Running> | undefined;
  private running: Running | undefined;
  private stoppingSince: number | undefined;

  constructor(
    private readonly name: string,
    private readonly forceAfterMs: number,
  ) {}

  async run(start: (signal: AbortSignal) => Promise<Running>): Promise<void> {
    this.listen();
    try {
      this.starting = start(this.abort.signal);
      this.running = await this.starting;
    } catch (error) {
      if (this.stoppingSince === undefined) this.fail(error);
      return;
    }
    if (this.stoppingSince !== undefined) return;
    process.send?.({ type: 'ready', url: this.running.url }, () => undefined);
    void this.running.failed?.then((error) => this.fail(error));
  }

  private listen(): void {
    process.on('SIGINT', () => this.interrupt());
    process.on('SIGTERM', () => this.stop(0));
    process.on('SIGHUP', () => this.stop(0));
    process.on('disconnect', () => this.stop(0));
    process.on('uncaughtException', (error) => this.fail(error));
    // A reader that went away (`| head`, a dead parent) must not keep the process from ending in good order.
    for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  }

  private interrupt(): void {
    if (this.stoppingSince !== undefined && Date.now() - this.stoppingSince > SAME_CTRL_C_MS) this.force();
    this.stop(0);
  }

  private stop(code: number): void {
    if (this.stoppingSince !== undefined) return;
    this.stoppingSince = Date.now();
    this.abort.abort();
    setTimeout(() => this.force(), this.forceAfterMs).unref();
    void this.finish(code);
  }

  private async finish(code: number): Promise<void> {
    // A start that was cut short has nothing left to say: whoever asked for the end knows.
    const running = this.running ?? (await this.starting?.catch(() => undefined));
    try {
      await running?.close();
    } catch (error) {
      this.report(error);
      process.exit(1);
    }
    process.exit(code);
  }

  private force(): void {
    this.running?.kill?.();
    process.exit(1);
  }

  private fail(error: unknown): void {
    this.report(error);
    if (this.running === undefined) process.exit(1);
    this.stop(1);
  }

  private report(error: unknown): void {
    const sentence = explain(error, this.surroundings());
    if (sentence !== '') process.stderr.write(`TestLake ${this.name}: ${sentence}\n`);
  }

  private surroundings(): Surroundings {
    const portVariable = PORT_VARIABLES[this.name] ?? 'PORT';
    try {
      const { http, dataDir, databaseUrl, redisUrl, embedded } = loadConfig();
      return { portVariable, host: http.host, dataDir, databaseUrl, redisUrl, embedded };
    } catch {
      return { portVariable };
    }
  }
}
