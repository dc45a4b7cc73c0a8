import os from 'node:os';

/** Steps: a third of an ordinary process's share of a busy processor is left to one that is 5 behind it. */
const BEHIND = 5;
const LAST = 19;

/**
 * Lets processes of the priority that this one was started with go first where processors are short. Not far behind: a worker
 * that gets no time at all would lose its slices to others. Where the system does not allow it, nothing happens.
 */
export function stepBehind(): void {
  try {
    os.setPriority(Math.min(LAST, os.getPriority() + BEHIND));
  } catch {
    // Only the order of work was at stake.
  }
}
