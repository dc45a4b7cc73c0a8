import { setTimeout } from 'node:timers/promises';

/** Milliseconds between two reports: often enough to stop within a second, seldom enough to cost nothing. */
const INTERVAL = 500;

/**
 * Does work that takes long and reports, while it goes on, how many `rows` it has come to. Where the run is over, or the slice
 * was given to another worker, the signal that the work gets is aborted.
 */
export async function reporting<T>(
  report: (rows: number) => Promise<void>,
  rows: () => number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const done = new AbortController();
  const watching = watch(report, rows, done.signal).catch((error: unknown) => over.abort(error));
  try {
    return await work(AbortSignal.any([signal, over.signal]));
  } finally {
    done.abort();
    await watching;
  }
}

async function watch(report: (rows: number) => Promise<void>, rows: () => number, signal: AbortSignal): Promise<void> {
  const isDone = (): boolean => signal.aborted;
  while (!isDone()) {
    await setTimeout(INTERVAL, undefined, { signal }).catch(() => undefined);
    if (!isDone()) await report(rows());
  }
}
