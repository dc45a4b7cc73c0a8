import { ValidateBy } from 'class-validator';

// What PostgreSQL reads as well: ISO 8601 knows weeks, ordinal days and more.
const MOMENT = /^\d{4}-\d\d-\d\d(T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?(Z|[+-](0\d|1[0-4]):[0-5]\d))?$/;

/** A day, or a moment as in RFC 3339. */
export const IsMoment = (): PropertyDecorator =>
  ValidateBy({
    name: 'is_moment',
    validator: { validate: isMoment, defaultMessage: () => '$property must be a date or an RFC 3339 date-time' },
  });

/** Whether the text is a day of the calendar from the year 1 on, or a moment on one. */
export function isMoment(value: unknown): boolean {
  if (typeof value !== 'string' || !MOMENT.test(value) || value.startsWith('0000')) return false;
  const day = value.slice(0, 10);
  const read = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(read.getTime()) && read.toISOString().startsWith(day);
}
