import { Logger } from '@nestjs/common';
import { DelayedError, type Job, Worker } from 'bullmq';
import type { Config } from '../config/config.js';
import { withLogFields } from '../log/process-logger.js';
import { QUEUE, queueConnection } from './backend.js';
import type { JobHandler, JobPayload, JobReport } from './define-job.js';

/** Milliseconds that a stopping worker gives the jobs it is in before it leaves them to others. */
const GRACE = 7_000;

/** Milliseconds after which a job that this worker is too old for is offered again. */
const FOR_OTHERS = 1_000;

/** Hears what the worker does. */
export interface JobCounters {
  /** Called when a job is taken. */
  begin(name: string): void;
  /** Called after each job with its name, what came of it, and how many seconds it took. */
  end(name: string, report: JobReport, seconds: number): void;
}

/** Takes jobs from the queue and does them, a few at a time. */
export class JobWorker {
  private readonly log = new Logger('worker');
  private readonly stopping = new AbortController();
  private readonly handlers: Map<string, JobHandler>;
  private readonly worker: Worker;
  private isClosing = false;

  constructor(
    config: Config,
    handlers: readonly JobHandler[],
    private readonly counters: JobCounters,
  ) {
    this.handlers = byName(handlers);
    this.worker = new Worker(QUEUE, (job, token) => this.take(job, token), {
      ...queueConnection(config, 'worker'),
      concurrency: config.worker.concurrency,
      // A killed worker's job is given to another within two looks for stalled jobs from the end of its lock.
      lockDuration: config.worker.lockSeconds * 1000,
      stalledInterval: 1_000,
      // How long it waits before it looks for jobs again where the queue was away.
      runRetryDelay: 3 * config.worker.lockSeconds * 1000,
      // How often a slice may be taken is counted in its row, where a kill does not lose the count.
      maxStalledCount: 1_000,
      autorun: false,
    });
    this.worker.on('error', (error) => this.log.warn(`queue: ${error.message}`));
    this.worker.on('failed', (job, error) => void this.failed(job, error));
  }

  /** True from the moment on in which it was told to stop. */
  get isStopping(): boolean {
    return this.isClosing;
  }

  /** Starts taking jobs once the queue can be reached. */
  async start(): Promise<void> {
    await this.worker.waitUntilReady();
    void this.worker.run();
  }

  /** Takes no more jobs, and finishes those in hand; what takes too long is left for another worker. */
  async stop(): Promise<void> {
    this.isClosing = true;
    const finished = this.worker.close().then(() => true);
    const timeout = new Promise<boolean>((resolve) => {
      setTimeout(() => resolve(false), GRACE).unref();
    });
    if (await Promise.race([finished, timeout])) return;
    // What is broken off here rolls back; the process ends without waiting for the queue, which gives the slice to others.
    this.stopping.abort();
  }

  private async take(job: Job, token: string | undefined): Promise<void> {
    const handler = this.handlers.get(job.name);
    // In the middle of a deploy, newer programs put jobs into the queue that only newer workers know.
    if (!handler || (job.data as JobPayload).v > handler.version) {
      await job.moveToDelayed(Date.now() + FOR_OTHERS, token);
      throw new DelayedError();
    }
    await withLogFields({ job: job.name }, () => this.run(handler, job.data));
  }

  private async run(handler: JobHandler, payload: unknown): Promise<void> {
    this.counters.begin(handler.name);
    const started = performance.now();
    let report: JobReport = { outcome: 'failed', rows: 0 };
    try {
      report = (await handler.run(payload as never, this.stopping.signal)) ?? { outcome: 'done', rows: 0 };
    } catch (error) {
      this.log.warn({ message: 'The attempt failed.', error: (error as Error).message });
      throw error;
    } finally {
      this.counters.end(handler.name, report, (performance.now() - started) / 1000);
    }
  }

  private async failed(job: Job | undefined, error: Error): Promise<void> {
    if (!job?.finishedOn) return;
    await this.handlers
      .get(job.name)
      ?.onFailed?.(job.data as never, error)
      ?.catch((cause: unknown) => {
        this.log.error({ message: 'A failure could not be recorded.', job: job.id, error: String(cause) });
      });
  }
}

function byName(handlers: readonly JobHandler[]): Map<string, JobHandler> {
  const names = handlers.map((handler) => handler.name);
  const twice = names.filter((name, i) => names.indexOf(name) !== i);
  if (twice.length > 0) throw new Error(`More than one handler for: ${twice.join(', ')}`);
  if (names.length === 0) throw new Error('The worker has no handlers');
  return new Map(handlers.map((handler) => [handler.name, handler]));
}
