import { describe, expect, it } from '@jest/globals';
import { cronComplaint, isTimeZone, nextMoment } from './cron.js';

const next = (cron: string, after: string, timeZone = 'UTC'): string =>
  nextMoment({ cron, timeZone }, new Date(after)).toISOString();

describe('cron', () => {
  it('takes five fields, and nothing that is drawn by lot or more frequent than a minute', () => {
    for (const cron of ['* * * * *', '*/15 2-4 * * 1-5', '0 0 1 jan *', '30 2 L * *', '0 9 * * mon#1'])
      expect([cron, cronComplaint(cron)]).toEqual([cron, null]);
    for (const cron of [
      '* * * *',
      '* * * * * *',
      '@daily',
      'H * * * *',
      '60 * * * *',
      '0 0 31 2 *',
      'a b c d e',
      '*/0 * * * *',
    ])
      expect([cron, typeof cronComplaint(cron)]).toEqual([cron, 'string']);
  });

  it('knows time zones by name', () => {
    expect(['UTC', 'Europe/Berlin', 'America/New_York'].every(isTimeZone)).toBe(true);
    expect(['', '+02:00', 'Europe/Atlantis', 'Berlin'].some(isTimeZone)).toBe(false);
  });

  it('finds the next moment in the zone, strictly after the last', () => {
    expect(next('30 2 * * *', '2026-01-15T02:30:00Z')).toBe('2026-01-16T02:30:00.000Z');
    expect(next('30 2 * * *', '2026-01-15T02:30:00Z', 'Europe/Berlin')).toBe('2026-01-16T01:30:00.000Z');
    expect(next('0 12 * * *', '2026-07-15T00:00:00Z', 'Europe/Berlin')).toBe('2026-07-15T10:00:00.000Z');
  });

  it('comes once on the days on which clocks change', () => {
    // 02:30 is left out on 29 March and there twice on 25 October.
    const spring = next('30 2 * * *', '2026-03-28T12:00:00Z', 'Europe/Berlin');
    expect(spring.startsWith('2026-03-29T01:')).toBe(true);
    expect(next('30 2 * * *', spring, 'Europe/Berlin')).toBe('2026-03-30T00:30:00.000Z');
    const autumn = next('30 2 * * *', '2026-10-24T12:00:00Z', 'Europe/Berlin');
    expect(autumn.startsWith('2026-10-25T0')).toBe(true);
    expect(next('30 2 * * *', autumn, 'Europe/Berlin')).toBe('2026-10-26T01:30:00.000Z');
  });
});
