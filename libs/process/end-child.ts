import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** SIGTERM, and SIGKILL after `graceMs` milliseconds; resolves when the process is gone. */
export async function endChild(child: ChildProcess, graceMs: number): Promise<void> {
  if (hasEnded(child) || child.pid === undefined) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const impatient = setTimeout(() => child.kill('SIGKILL'), graceMs);
  await gone;
  clearTimeout(impatient);
}

/** Whether the process is gone, by itself or by a signal. */
export function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
