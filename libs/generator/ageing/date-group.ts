import { type FieldDefinition } from '../definition/definition.js';
import { parseDateBound } from '../values/date-bound.js';
import { type DateBounds, dateBounds, placed } from '../values/date-bounds.js';
import { EARLIEST_DAY, LATEST_DAY } from '../values/date-values.js';
import { compareInstants, DAY, type Instant, parseInstant, writeInstant } from '../values/instant.js';
import { dateCheck } from '../validation/date-check.js';
import { type ValueCheck } from '../validation/value-check.js';
import { nearestDates } from './nearest-dates.js';

/** From which moment to which one values are moved, in milliseconds; and whether date-times, too, move by whole days. */
export interface Step {
  readonly from: number;
  readonly to: number;
  readonly byDays: boolean;
}

/** What dates of a field may be. */
export interface DateRule {
  readonly bounds: DateBounds;
  readonly check: ValueCheck;
}

/** A date of a record. */
export interface AgeingDate {
  readonly rule: DateRule;
  readonly text: string;
  readonly instant: Instant;
}

type Order = readonly (readonly [number, number])[];

/** Whether a bound of the field moves with time. */
export function isMoving({
  type,
  format,
  min,
  max,
}: Pick<FieldDefinition, 'type' | 'format' | 'min' | 'max'>): boolean {
  if (type !== 'date' || format === 'time') return false;
  return [min, max].some((bound) => typeof bound === 'string' && parseDateBound(bound)?.instant === null);
}

export function dateRule(field: FieldDefinition): DateRule {
  return { bounds: dateBounds(field), check: dateCheck(field) };
}

/** The date that a value is; null where it is none. */
export function readDate(rule: DateRule, value: unknown): AgeingDate | null {
  const instant = typeof value === 'string' ? parseInstant(value) : null;
  return instant && { rule, text: value as string, instant };
}

/**
 * What becomes of dates that belong together, of which `order` says which must be earlier than which: all are moved; where that
 * breaks a bound, they stay; where that does, too, each goes to the nearest date that is left for it.
 */
export function agedDates(dates: readonly AgeingDate[], order: Order, step: Step): string[] {
  const stored = dates.map(({ text }) => text);
  const moved = dates.map((date) => written(date, shiftOf(date, step), date.instant.fraction));
  const isRight = (texts: readonly string[]): boolean =>
    texts.every((text, i) => dates[i]!.rule.check(text, step.to) === null) && areInOrder(texts, order);
  if (isRight(moved)) return moved;
  if (isRight(stored)) return stored;
  const nearest = nearestTo(dates, order, step);
  return nearest && isRight(nearest) ? nearest : stored;
}

/** By how many seconds a date moves: days by the days that have passed, moments by the seconds. */
function shiftOf({ rule, instant }: AgeingDate, { from, to, byDays }: Step): number {
  const days = Math.floor(to / 1000 / DAY) - Math.floor(from / 1000 / DAY);
  const isDay = byDays || rule.bounds.unit === DAY || !instant.hasTime;
  return isDay ? days * DAY : Math.floor(to / 1000) - Math.floor(from / 1000);
}

function nearestTo(dates: readonly AgeingDate[], order: Order, step: Step): string[] | null {
  const units = dates.map(({ rule: { bounds: own }, instant }) => Math.floor(instant.seconds / own.unit));
  const wanted = dates.map((date, i) => {
    const { low, high, unit } = date.rule.bounds;
    const [first, last] = [(EARLIEST_DAY * DAY) / unit, ((LATEST_DAY + 1) * DAY) / unit - 1];
    return {
      at: units[i]! + Math.floor(shiftOf(date, step) / unit),
      low: Math.max(first, low ? placed(low, step.to, unit) : first),
      high: Math.min(last, high ? placed(high, step.to, unit) : last),
    };
  });
  const found = nearestDates(wanted, order);
  return found && dates.map((date, i) => written(date, (found[i]! - units[i]!) * date.rule.bounds.unit, ''));
}

/** The date so many seconds later. A day that is moved by less than days becomes a moment. */
function written({ instant }: AgeingDate, shift: number, fraction: string): string {
  const seconds = instant.seconds + shift;
  return writeInstant({ seconds, fraction, hasTime: instant.hasTime || seconds % DAY !== 0 });
}

function areInOrder(texts: readonly string[], order: Order): boolean {
  const instants = texts.map((text) => parseInstant(text)!);
  return order.every(([a, b]) => compareInstants(instants[a]!, instants[b]!) < 0);
}
