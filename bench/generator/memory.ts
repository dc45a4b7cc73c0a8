import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { report } from '../report.js';

/** The most memory that a process has held which does nothing but make ten million rows with two unique fields. */
export async function benchMemory(): Promise<void> {
  const program = fileURLToPath(new URL('./ten-million-rows.js', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [program]);
  const megabytes = (Number(stdout) * 1024) / 1e6;
  if (!(megabytes > 0)) throw new Error(`no figure: ${stdout}`);
  report('10,000,000 unique rows, peak memory', `${megabytes.toFixed(0)} MB`, 'at most 200 MB', megabytes <= 200);
}
