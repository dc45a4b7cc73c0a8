import { number } from './say.js';

/** How far a run is, as the API says it. */
export interface Progress {
  done: number;
  total: number;
  rows_per_second: number;
  seconds_left: number | null;
}

/** What a terminal or a log file is to the bar. */
export interface Screen {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

const WIDTH = 30;
/** A log file gets a line this often, and one for the end. */
const LOG_EVERY_MS = 2000;

/** Progress of one run: redrawn in place on a terminal, a line now and then elsewhere. */
export class ProgressBar {
  private loggedAt = -Infinity;

  constructor(
    private readonly screen: Screen = process.stdout,
    private readonly clock: () => number = () => performance.now(),
  ) {}

  show(progress: Progress): void {
    if (this.screen.isTTY) this.redraw(progressLine(progress));
    else if (progress.done === progress.total || this.clock() - this.loggedAt >= LOG_EVERY_MS) this.log(progress);
  }

  /** Leaves the last state standing and goes on below it. */
  end(): void {
    if (this.screen.isTTY) this.screen.write('\n');
  }

  private redraw(line: string): void {
    // A line that wraps could not be redrawn.
    this.screen.write(`\r\u001b[K${line.slice(0, (this.screen.columns || 120) - 1)}`);
  }

  private log(progress: Progress): void {
    this.loggedAt = this.clock();
    this.screen.write(`${progressLine(progress)}\n`);
  }
}

/** `  [###############...............]  50%   50,000 of 100,000   40,000 rows/s   2 s left` */
export function progressLine({ done, total, rows_per_second, seconds_left }: Progress): string {
  const part = total === 0 ? 1 : done / total;
  const bar = '#'.repeat(Math.floor(part * WIDTH)).padEnd(WIDTH, '.');
  const percent = `${Math.floor(part * 100)}%`.padStart(4);
  const counted = `${number(done).padStart(number(total).length)} of ${number(total)}`;
  const pace = seconds_left === null ? 'starting' : `${number(rows_per_second)} rows/s   ${seconds_left} s left`;
  return `  [${bar}] ${percent}   ${counted}   ${pace}`;
}
