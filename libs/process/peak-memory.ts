import { readFileSync } from 'node:fs';

/** Most memory that a living process has held so far, in units of 10^6 bytes; null where the system does not tell. */
export function peakMegabytes(pid: number): number | null {
  if (process.platform !== 'linux') return null;
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return kilobytes === undefined ? null : (Number(kilobytes) * 1024) / 1e6;
}
