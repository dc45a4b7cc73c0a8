/** What a run that fails leaves behind all the same. */
export interface LeftBehind {
  /** Rows that were refused. */
  rejected?: number;
  /** Records more, such as files, in the transaction that ends the run. */
  keep?: () => Promise<void>;
}

/** Ends a run at once with this reason: no further attempt could succeed. */
export class RunFailure extends Error {
  constructor(
    message: string,
    readonly left: LeftBehind = {},
  ) {
    super(message);
  }
}
