import { DAY, type Instant, parseInstant } from './instant.js';

/** A bound of a date field: fixed, or so many seconds from the run's start (from the start of its day for `today`). */
export interface DateBound {
  readonly instant: Instant | null;
  readonly offset: number;
  readonly fromDay: boolean;
}

const MOVING = /^(now|today)(?:([+-])(\d{1,5})(s|min|h|d|w|mo|y))?$/;
// Months and years have fixed lengths, so that how many values a field has does not depend on the day of the run.
const SECONDS = new Map([
  ['s', 1],
  ['min', 60],
  ['h', 3600],
  ['d', DAY],
  ['w', 7 * DAY],
  ['mo', 30 * DAY],
  ['y', 365 * DAY],
]);
/** No further than this from the run's start: dates stay within four-digit years. */
const FARTHEST = 200 * 365 * DAY;

/** Reads a date, a date-time, or a moment relative to the run's start (`now-30d`, `today`); null when it is none. */
export function parseDateBound(text: string): DateBound | null {
  const instant = parseInstant(text);
  if (instant) return { instant, offset: 0, fromDay: false };
  const found = MOVING.exec(text);
  if (!found) return null;
  const [, from, sign, count = '0', unit = 's'] = found;
  const offset = Number(count) * SECONDS.get(unit)! * (sign === '-' ? -1 : 1);
  return Math.abs(offset) <= FARTHEST ? { instant: null, offset, fromDay: from === 'today' } : null;
}

/** Second of the day of `HH:MM` or `HH:MM:SS`; null when there is no such time. */
export function parseTime(text: string): number | null {
  const found = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/.exec(text);
  return found && Number(found[1]) * 3600 + Number(found[2]) * 60 + Number(found[3] ?? 0);
}
