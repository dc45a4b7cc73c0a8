/** Ends a run at once with this reason: no further attempt could succeed. */
export class RunFailure extends Error {}
