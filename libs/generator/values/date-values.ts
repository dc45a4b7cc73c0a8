import { type FieldDefinition } from '../definition/definition.js';
import { dateKindFor } from '../kinds/date-kinds.js';
import { snakeCase } from '../kinds/names.js';
import { type FieldPlan, type KeyRole } from './field-plan.js';
import { DAY, type Instant, parseInstant, writeDay, writeTime } from './instant.js';
import { rangePart } from './range.js';

/** How many days a unique date without bounds covers: a hundred years back. */
const ROOM_DAYS = 36_525;
const LATEST_DAY = 2_932_896; // 9999-12-31
const EARLIEST_DAY = -719_528; // 0000-01-01

/**
 * Dates of a field: days as `YYYY-MM-DD`, or seconds in UTC as RFC 3339 where the name ends in `_at` or `time`, or a bound
 * has a time. Without bounds they lie around `now` as the name's kind says; with one bound, within as many days of it.
 */
export function datePlan(field: FieldDefinition, role: KeyRole): FieldPlan {
  const { low, high, unit } = dateBounds(field);
  const timed = unit === 1;
  const kind = dateKindFor(field.name);
  const usual = kind.to - kind.from + 1;
  const width = timed ? usual * DAY : role === 'alone' ? Math.max(usual, ROOM_DAYS) : usual;
  const earliest = low ?? (high === null ? null : Math.max(high - width + 1, (EARLIEST_DAY * DAY) / unit));
  const latest = high ?? (low === null ? null : Math.min(low + width - 1, ((LATEST_DAY + 1) * DAY) / unit - 1));
  const size = earliest !== null && latest !== null ? latest - earliest + 1 : width;
  const write = remembering(timed ? writeSecond : writeDay, size);
  return {
    quoted: true,
    extent: () => ({ size, exact: true }),
    bind: ({ now }) => {
      const last = Math.floor(now / 1000 / unit) + (kind.to * DAY) / unit;
      return rangePart(earliest ?? last - size + 1, size, write);
    },
  };
}

/** A date field's bounds in its units since 1970, both included: days (`unit` 86,400 seconds) or seconds (1). */
export function dateBounds(field: FieldDefinition): { low: number | null; high: number | null; unit: number } {
  const min = bound(field.min);
  const max = bound(field.max);
  const unit = writesTime(field.name) || min?.hasTime === true || max?.hasTime === true ? 1 : DAY;
  return {
    unit,
    low: min && Math.ceil((min.seconds + (min.fraction === '' ? 0 : 1)) / unit),
    // A day as upper bound includes all of that day.
    high: max && Math.floor((max.hasTime ? max.seconds : max.seconds + DAY - 1) / unit),
  };
}

function bound(value: number | string | undefined): Instant | null {
  return typeof value === 'string' ? parseInstant(value) : null;
}

/** Whether a field of this name is a moment rather than a day. */
function writesTime(name: string): boolean {
  return /(^|_)(at|time|datetime|timestamp)$/.test(snakeCase(name));
}

function writeSecond(seconds: number): string {
  const day = Math.floor(seconds / DAY);
  return `${writeDay(day)}T${writeTime(seconds - day * DAY)}Z`;
}

/** Writes each value once, where there are few enough to keep: calendar arithmetic costs more than a look-up. */
function remembering(write: (value: number) => string, size: number): (value: number) => string {
  if (size > 50_000) return write;
  const texts = new Map<number, string>();
  return (value) => {
    let text = texts.get(value);
    if (text === undefined) texts.set(value, (text = write(value)));
    return text;
  };
}
