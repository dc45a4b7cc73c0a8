import { writeFileSync } from 'node:fs';
import { peakMegabytes } from '../libs/process/peak-memory.js';
import { report, skipped } from './report.js';

const MOST = 300;

/** Does something, and prints the most memory that a process has held meanwhile. */
export async function withPeakMemory<T>(what: string, pid: number, play: () => Promise<T>): Promise<T> {
  forgetPeak(pid);
  const result = await play();
  const peak = peakMegabytes(pid);
  if (peak === null) skipped(what, 'this system does not tell');
  else report(what, `${peak.toFixed(0)} MB`, `at most ${MOST} MB`, peak <= MOST);
  return result;
}

/** Where that is not allowed, what it held before counts along. */
function forgetPeak(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, '5');
  } catch {
    return;
  }
}
