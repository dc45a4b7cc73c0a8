import os from 'node:os';

/** Where 0 is an ordinary process, and a third of its share of a busy processor is left to one at 5. */
const BEHIND = 5;

/**
 * Lets other processes of this machine go first where processors are short. Not far behind: a worker that gets no time at all
 * would lose its slices to others. Where the system does not allow it, nothing happens.
 */
export function stepBehind(): void {
  try {
    os.setPriority(BEHIND);
  } catch {
    // Only the order of work was at stake.
  }
}
