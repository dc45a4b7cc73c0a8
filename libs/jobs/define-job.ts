/** A kind of background work: its name in the queue and the type of its payload, which is ids and a version, never rows. */
export interface JobDefinition<Payload extends JobPayload> {
  name: string;
  options: JobOptions;
  /** Only carries the type. */
  readonly payload?: Payload;
}

/** What every payload has, so that producers and workers may differ by a version during a deploy. */
export interface JobPayload {
  v: number;
}

export interface JobOptions {
  /** How often the queue gives the job to a worker before it counts as failed. */
  attempts: number;
  /** Milliseconds until the second try; doubled for each further one. */
  backoff: number;
  /** The latest version of the payload that this program understands; it understands the one before, too. */
  version: number;
}

/** Defines a kind of job. Names are unique in the program; the worker refuses to start where they are not. */
export function defineJob<Payload extends JobPayload>(
  name: string,
  options: Partial<JobOptions> = {},
): JobDefinition<Payload> {
  return { name, options: { attempts: 5, backoff: 500, version: 1, ...options } };
}

/** What came of a job that did not throw. */
export interface JobReport {
  /** `superseded`: another worker had it meanwhile, or nobody wants it any more; nothing was written. */
  outcome: 'done' | 'failed' | 'superseded';
  /** Rows that were committed. */
  rows: number;
}

/** What a worker does with one job; without a report it is `done`. `signal` is aborted when the worker has to stop. */
export type JobWork<Payload extends JobPayload> = (
  payload: Payload,
  signal: AbortSignal,
) => Promise<JobReport> | Promise<void>;

/** A job with the work that belongs to it. */
export interface JobHandler {
  name: string;
  /** The latest version of the payload that it understands. */
  version: number;
  run: JobWork<never>;
  /** Called when the job has failed for the last time. */
  onFailed?: (payload: never, error: Error) => Promise<void>;
}

/** Ties work to a definition; the payload's type comes along. */
export function handle<Payload extends JobPayload>(
  job: JobDefinition<Payload>,
  run: JobWork<Payload>,
  onFailed?: (payload: Payload, error: Error) => Promise<void>,
): JobHandler {
  return { name: job.name, version: job.options.version, run, onFailed };
}
