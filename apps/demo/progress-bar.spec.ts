import { describe, expect, it } from '@jest/globals';
import { type Progress, ProgressBar, progressLine } from './progress-bar.js';

const half: Progress = { done: 50_000, total: 100_000, rows_per_second: 40_000, seconds_left: 2 };

function screen(options: { isTTY?: boolean; columns?: number }) {
  const written: string[] = [];
  return { ...options, written, write: (text: string) => written.push(text) };
}

describe('progressLine', () => {
  it('draws the share, the rows, the pace and the time left', () => {
    expect(progressLine(half)).toBe(
      '  [###############...............]  50%    50,000 of 100,000   40,000 rows/s   2 s left',
    );
  });

  it('claims no pace before the first rows', () => {
    expect(progressLine({ ...half, done: 0, rows_per_second: 0, seconds_left: null })).toMatch(/ 0%.* {3}starting$/);
  });

  it('is full only at the end, and for a run of nothing', () => {
    expect(progressLine({ ...half, done: 99_999 })).toMatch(/\.\]  99%/);
    expect(progressLine({ ...half, done: 0, total: 0 })).toMatch(/#\] 100%/);
  });
});

describe('ProgressBar', () => {
  it('redraws one line on a terminal, cut so that it never wraps', () => {
    const terminal = screen({ isTTY: true, columns: 40 });
    const bar = new ProgressBar(terminal);
    bar.show(half);
    bar.show(half);
    bar.end();
    expect(terminal.written).toEqual([terminal.written[0], terminal.written[0], '\n']);
    expect(terminal.written[0]).toMatch(/^\r.{3}[^\n]{39}$/);
  });

  it('writes a line now and then elsewhere, and one for the end', () => {
    let now = 0;
    const log = screen({});
    const bar = new ProgressBar(log, () => now);
    for (; now < 5000; now += 500) bar.show(half);
    bar.show({ ...half, done: half.total });
    bar.end();
    expect(log.written).toHaveLength(4);
    expect(log.written.at(-1)).toMatch(/100%.*\n$/);
  });
});
