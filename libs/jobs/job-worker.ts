import { Logger } from '@nestjs/common';
import { type Job, UnrecoverableError, Worker } from 'bullmq';
import type { Config } from '../config/config.js';
import { QUEUE, queueConnection } from './backend.js';
import type { JobHandler } from './define-job.js';

/** Milliseconds that a stopping worker gives the jobs it is in before it leaves them to others. */
const GRACE = 7_000;

export interface JobCounters {
  /** Called after each job with its name, whether it succeeded, and how many seconds it took. */
  observe(name: string, succeeded: boolean, seconds: number): void;
}

/** Takes jobs from the queue and does them, a few at a time. */
export class JobWorker {
  private readonly log = new Logger('worker');
  private readonly stopping = new AbortController();
  private readonly handlers: Map<string, JobHandler>;
  private readonly worker: Worker;

  constructor(
    config: Config,
    handlers: readonly JobHandler[],
    private readonly counters: JobCounters,
  ) {
    this.handlers = byName(handlers);
    this.worker = new Worker(QUEUE, (job) => this.run(job), {
      ...queueConnection(config, 'worker'),
      concurrency: config.worker.concurrency,
      // A killed worker's job is given to another once its lock is over: within five to seven seconds.
      lockDuration: 5_000,
      stalledInterval: 1_000,
      // How often a slice may be taken is counted in its row, where a kill does not lose the count.
      maxStalledCount: 1_000,
      autorun: false,
    });
    this.worker.on('error', (error) => this.log.warn(`queue: ${error.message}`));
    this.worker.on('failed', (job, error) => void this.failed(job, error));
  }

  /** Starts taking jobs once the queue can be reached. */
  async start(): Promise<void> {
    await this.worker.waitUntilReady();
    void this.worker.run();
  }

  /** Takes no more jobs, and finishes those in hand; what takes too long is left for another worker. */
  async stop(): Promise<void> {
    const finished = this.worker.close().then(() => true);
    const timeout = new Promise<boolean>((resolve) => {
      setTimeout(() => resolve(false), GRACE).unref();
    });
    if (await Promise.race([finished, timeout])) return;
    // What is broken off here rolls back; the process ends without waiting for the queue, which gives the slice to others.
    this.stopping.abort();
  }

  private async run(job: Job): Promise<void> {
    const handler = this.handlers.get(job.name);
    if (!handler) throw new UnrecoverableError(`This worker knows no job called ${job.name}`);
    const started = performance.now();
    let succeeded = false;
    try {
      await handler.run(job.data as never, this.stopping.signal);
      succeeded = true;
    } finally {
      this.counters.observe(job.name, succeeded, (performance.now() - started) / 1000);
    }
  }

  private async failed(job: Job | undefined, error: Error): Promise<void> {
    if (!job) return;
    this.log.warn(`${job.name} ${job.id}: ${error.message}`);
    if (!job.finishedOn) return;
    await this.handlers
      .get(job.name)
      ?.onFailed?.(job.data as never, error)
      ?.catch((cause: unknown) => {
        this.log.error(`${job.name} ${job.id}: ${String(cause)}`);
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
