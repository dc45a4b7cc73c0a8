import { CronExpressionParser } from 'cron-parser';

/** Where and when something happens again and again. */
export interface CronTime {
  /** Minute, hour, day of the month, month, day of the week, as crontab(5) has them; also `L`, the last day, and `5#2`. */
  cron: string;
  /** IANA name, such as `Europe/Berlin`. */
  timeZone: string;
}

const NAMES = /jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|sun|mon|tue|wed|thu|fri|sat/gi;
// Without `H`, which the parser takes for any value, another one each time, and the `@` of its shorthands.
const FIELD = /^[\d*,/\-#?L]+$/;

/** What is wrong with the expression; null when nothing is. */
export function cronComplaint(cron: string): string | null {
  const fields = cron.trim().split(/\s+/);
  if (fields.length !== 5)
    return `must have five fields (minute, hour, day, month, day of the week), not ${fields.length}`;
  const strange = fields.find((field) => !FIELD.test(field.replace(NAMES, '0')));
  if (strange !== undefined) return `must be an expression of cron, and ${strange} is none`;
  try {
    nextMoment({ cron, timeZone: 'UTC' }, new Date());
    return null;
  } catch (error) {
    return `must be an expression of cron with a moment to come: ${(error as Error).message}`;
  }
}

/** Whether there is such a time zone. */
export function isTimeZone(name: string): boolean {
  try {
    // Offsets such as `+02:00` are no zones: they know nothing of summer.
    return /^[A-Za-z]/.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }) !== null;
  } catch {
    return false;
  }
}

/** The first moment after the given one. For expressions without complaint: the same parser as BullMQ's, which agrees then. */
export function nextMoment({ cron, timeZone }: CronTime, after: Date): Date {
  return CronExpressionParser.parse(cron, { tz: timeZone, currentDate: after }).next().toDate();
}
