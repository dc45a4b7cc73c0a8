import { type FieldDefinition } from '../definition/definition.js';
import { dateKindFor } from '../kinds/date-kinds.js';
import { dateBounds, placed, type UnitBound } from './date-bounds.js';
import { type FieldPlan, type KeyRole } from './field-plan.js';
import { DAY, writeDay, writeTime } from './instant.js';
import { rangePart } from './range.js';

/** How many days a unique date without bounds covers: a hundred years back. */
const ROOM_DAYS = 36_525;
/** 9999-12-31 */
export const LATEST_DAY = 2_932_896;
/** 0000-01-01 */
export const EARLIEST_DAY = -719_528;

/** The values of a date field in units since 1970, in a run that starts at `now`. */
export interface DateSpan {
  readonly unit: number;
  /** How many values there are; null when that depends on the run's start. */
  readonly size: number | null;
  at(now: number): { first: number; size: number };
  /** The way to write a value. */
  readonly write: (value: number) => string;
}

/** There is no date between a fixed bound and one that moves with the run. */
export class EmptySpanError extends RangeError {
  constructor(readonly field: string) {
    super(`${field}: the bounds leave no date in a run that starts at this moment`);
    this.name = 'EmptySpanError';
  }
}

/**
 * Dates of a field: days as `YYYY-MM-DD`, seconds in UTC as RFC 3339, or times of the day. Without bounds they lie around
 * `now` as the name's kind says; with one bound, within as many days of it.
 */
export function datePlan(field: FieldDefinition, role: KeyRole): FieldPlan {
  const span = dateSpan(field, role);
  return {
    quoted: true,
    extent: () => ({ size: span.size ?? 1, exact: span.size !== null }),
    bind: ({ now }) => {
      const { first, size } = span.at(now);
      return rangePart(first, size, remembering(span.write, size));
    },
  };
}

/** Which dates a field may have. */
export function dateSpan(field: FieldDefinition, role: KeyRole): DateSpan {
  const { low, high, unit } = dateBounds(field);
  if (field.format === 'time') return timesOfDay(low, high);
  const kind = dateKindFor(field.name);
  const usual = kind.to - kind.from + 1;
  const width = unit === 1 ? usual * DAY : role === 'alone' ? Math.max(usual, ROOM_DAYS) : usual;
  const write = unit === 1 ? writeSecond : writeDay;
  if (low && high) return between(field.name, low, high, unit, write);
  const size = oneSided(low, high, width, unit);
  return {
    unit,
    size,
    write,
    at: (now) => {
      if (low) return { first: placed(low, now, unit), size };
      if (high) return { first: placed(high, now, unit) - size + 1, size };
      return { first: Math.floor(now / 1000 / unit) + (kind.to * DAY) / unit - size + 1, size };
    },
  };
}

function timesOfDay(low: UnitBound | null, high: UnitBound | null): DateSpan {
  const first = low?.at ?? 0;
  const size = (high?.at ?? DAY - 1) - first + 1;
  return { unit: 1, size, write: writeTime, at: () => ({ first, size }) };
}

function between(name: string, low: UnitBound, high: UnitBound, unit: number, write: DateSpan['write']): DateSpan {
  return {
    unit,
    write,
    size: low.base === high.base ? high.at - low.at + 1 : null,
    at: (now) => {
      const first = placed(low, now, unit);
      const size = placed(high, now, unit) - first + 1;
      if (size < 1) throw new EmptySpanError(name);
      return { first, size };
    },
  };
}

/** How many values there are with one bound or none: the usual width, as far as years have four digits. */
function oneSided(low: UnitBound | null, high: UnitBound | null, width: number, unit: number): number {
  if (low?.base === 'fixed') return Math.min(width, ((LATEST_DAY + 1) * DAY) / unit - low.at);
  if (high?.base === 'fixed') return Math.min(width, high.at - (EARLIEST_DAY * DAY) / unit + 1);
  return width;
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
