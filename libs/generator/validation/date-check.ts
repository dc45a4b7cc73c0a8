import { type FieldDefinition } from '../definition/definition.js';
import { shown } from '../definition/reader.js';
import { parseDateBound, parseTime } from '../values/date-bound.js';
import { dateBounds, placed, type UnitBound } from '../values/date-bounds.js';
import { compareInstants, type Instant, isDay, parseInstant } from '../values/instant.js';
import { type Failure, type ValueCheck, wrongType } from './value-check.js';

const FORMS = {
  date: 'a date (2024-08-14)',
  'date-time': 'an RFC 3339 date-time (2024-08-14T10:00:00Z)',
  time: 'a time (09:30:00)',
} as const;
const ANY_FORM = 'a date (2024-08-14) or an RFC 3339 date-time';

/** Dates, date-times and times of the day: form and bounds. */
export function dateCheck(field: FieldDefinition): ValueCheck {
  const form = field.format as keyof typeof FORMS | undefined;
  if (form === 'time') return timeCheck(field);
  const expected = form === undefined ? ANY_FORM : FORMS[form];
  const isTooEarly = lowerBound(field);
  const isTooLate = upperBound(field);
  const isFree = isTooEarly === null && isTooLate === null && form !== 'date-time';
  return (value, now) => {
    if (isFree && typeof value === 'string' && isDay(value)) return null;
    const instant = typeof value === 'string' && value.length <= 60 ? parseInstant(value) : null;
    if (!instant || (form !== undefined && instant.hasTime !== (form === 'date-time')))
      return wrongType(expected, value);
    return complaints(field, isTooEarly?.(instant, now), isTooLate?.(instant, now), value);
  };
}

function timeCheck(field: FieldDefinition): ValueCheck {
  const { low, high } = dateBounds(field);
  return (value) => {
    const second = typeof value === 'string' ? parseTime(value) : null;
    if (second === null) return wrongType(FORMS.time, value);
    return complaints(field, low !== null && second < low.at, high !== null && second > high.at, value);
  };
}

function complaints(field: FieldDefinition, early = false, late = false, value: unknown): Failure[] | null {
  if (!early && !late) return null;
  const failures: Failure[] = [];
  if (early) failures.push({ code: 'min', message: `must not be before ${field.min}, as ${shown(value)} is` });
  if (late) failures.push({ code: 'max', message: `must not be after ${field.max}, as ${shown(value)} is` });
  return failures;
}

type Outside = (instant: Instant, now: number) => boolean;

function lowerBound(field: FieldDefinition): Outside | null {
  if (field.min === undefined) return null;
  const { instant } = parseDateBound(String(field.min))!;
  if (instant) return (each) => compareInstants(each, instant) < 0;
  const { low, unit } = dateBounds(field);
  return (each, now) => each.seconds < placed(low as UnitBound, now, unit) * unit;
}

function upperBound(field: FieldDefinition): Outside | null {
  if (field.max === undefined) return null;
  const { instant } = parseDateBound(String(field.max))!;
  if (instant) return (each) => isAfter(each, instant);
  const { high, unit } = dateBounds(field);
  return (each, now) => each.seconds >= (placed(high as UnitBound, now, unit) + 1) * unit;
}

/** A day as upper bound includes all of that day. */
function isAfter(instant: Instant, max: Instant): boolean {
  return max.hasTime ? compareInstants(instant, max) > 0 : instant.seconds >= max.seconds + 86_400;
}
