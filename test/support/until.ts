import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds that a test waits for what takes a second or two on a machine that has nothing else to do. */
const PATIENCE = 15_000;

/** Milliseconds between two looks. */
const PAUSE = 30;

/**
 * Looks again and again until `check` answers something that is neither false nor missing, and answers that. Throws after
 * `patience` milliseconds with `what` it waited for, which may tell what it found instead.
 */
export async function until<T>(
  check: () => T | Promise<T>,
  what: string | (() => string),
  patience = PATIENCE,
): Promise<Exclude<T, false | undefined | null>> {
  for (const deadline = Date.now() + patience; ;) {
    const found = await check();
    if (found !== false && found !== undefined && found !== null) return found as Exclude<T, false | undefined | null>;
    if (Date.now() > deadline) {
      throw new Error(`Waited ${patience / 1000} s in vain for ${typeof what === 'string' ? what : what()}`);
    }
    await sleep(PAUSE);
  }
}
