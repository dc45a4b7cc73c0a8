import { type FieldDefinition } from '../definition/definition.js';
import { snakeCase } from '../kinds/names.js';
import { parseDateBound, parseTime } from './date-bound.js';
import { DAY, type Instant } from './instant.js';

/** A bound in units from its base: 1970, the run's start, or the midnight before that. */
export interface UnitBound {
  readonly at: number;
  readonly base: 'fixed' | 'now' | 'today';
}

/** A date field's bounds, both included, in days (`unit` 86,400 seconds) or seconds (1). */
export interface DateBounds {
  readonly low: UnitBound | null;
  readonly high: UnitBound | null;
  readonly unit: number;
}

export function dateBounds(field: FieldDefinition): DateBounds {
  if (field.format === 'time') {
    return { unit: 1, low: fixed(parseTime(String(field.min ?? ''))), high: fixed(parseTime(String(field.max ?? ''))) };
  }
  const unit = unitOf(field);
  return { unit, low: unitBound(field.min, unit, true), high: unitBound(field.max, unit, false) };
}

const fixed = (at: number | null): UnitBound | null => (at === null ? null : { at, base: 'fixed' });

/** Seconds where the format, the name or a bound's time says so; days otherwise. */
export function unitOf(field: FieldDefinition): number {
  if (field.format !== undefined) return field.format === 'date' ? DAY : 1;
  const timed = [field.min, field.max].some(
    (bound) => typeof bound === 'string' && parseDateBound(bound)?.instant?.hasTime === true,
  );
  return timed || writesTime(field.name) ? 1 : DAY;
}

function unitBound(value: number | string | undefined, unit: number, isLow: boolean): UnitBound | null {
  const bound = typeof value === 'string' ? parseDateBound(value) : null;
  if (!bound) return null;
  const { instant, offset, fromDay } = bound;
  if (instant) return { at: isLow ? firstUnit(instant, unit) : lastUnit(instant, unit), base: 'fixed' };
  // In days there is no difference between now and today; `today` as upper bound includes all of the day.
  const base = fromDay && unit < DAY ? 'today' : 'now';
  const rest = base === 'today' && !isLow ? DAY - 1 : 0;
  return { at: (isLow ? Math.ceil(offset / unit) : Math.floor(offset / unit)) + rest, base };
}

function firstUnit(min: Instant, unit: number): number {
  return Math.ceil((min.seconds + (min.fraction === '' ? 0 : 1)) / unit);
}

/** A day as upper bound includes all of that day. */
function lastUnit(max: Instant, unit: number): number {
  return Math.floor((max.hasTime ? max.seconds : max.seconds + DAY - 1) / unit);
}

/** Whether a field of this name is a moment rather than a day. */
function writesTime(name: string): boolean {
  return /(^|_)(at|time|datetime|timestamp)$/.test(snakeCase(name));
}

/** Where a bound lies in a run that starts at `now`, in units since 1970. */
export function placed(bound: UnitBound, now: number, unit: number): number {
  const seconds = Math.floor(now / 1000);
  switch (bound.base) {
    case 'fixed':
      return bound.at;
    case 'now':
      return Math.floor(seconds / unit) + bound.at;
    case 'today':
      return Math.floor((Math.floor(seconds / DAY) * DAY) / unit) + bound.at;
  }
}
