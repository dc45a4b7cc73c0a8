/** Whether the process lives. */
export class LiveResponse {
  /**
   * Always `live`: a process that does not live does not answer.
   * @example "live"
   */
  status: 'live';
}

/** Whether the process can do its work. */
export class ReadyResponse {
  /**
   * `ready` where everything below answers.
   * @example "ready"
   */
  status: 'ready' | 'not_ready';

  /**
   * Whether the database answers.
   * @example true
   */
  database: boolean;

  /**
   * Whether the queue answers.
   * @example true
   */
  queue: boolean;
}
