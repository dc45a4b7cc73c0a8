import { dateBounds } from '../values/date-bounds.js';
import { parseDateBound, parseTime } from '../values/date-bound.js';
import { compareDecimals, fitsAt, isUsable, MAX_DECIMALS, parseDecimal } from '../values/decimal.js';
import { type FieldDefinition } from './definition.js';
import { MAX_TEXT } from './limits.js';
import { shown } from './reader.js';
import { type RuleReader } from './rule-reader.js';

type Bound = 'min' | 'max' | 'min_length' | 'max_length' | 'exclusive_min' | 'exclusive_max';

/** Reads the bounds of a string (lengths), number or date field. Numbers may stand as text, as in `"0.01"`. */
export function readBounds(reader: RuleReader, low: Bound, high: Bound): void {
  const { field } = reader;
  for (const side of [low, high]) {
    const value = reader.get(side);
    if (value === undefined) continue;
    const wrong = complaint(field, value);
    if (wrong === null) field[side] = value as string | number;
    else reader.refuse(side, 'invalid', `${side} ${wrong}, not ${shown(value)}`);
  }
  const [min, max] = [field[low], field[high]];
  if (min === undefined || max === undefined) return;
  const wrong = field.type === 'date' ? datesComplaint(field) : numbersComplaint(min, max);
  if (wrong) reader.refuse(low, wrong.what, `${low} ${shown(min)} ${wrong.message} ${high} ${shown(max)}`);
}

type Complaint = { what: string; message: string } | null;
const ABOVE: Complaint = { what: 'above_max', message: 'is above' };

function datesComplaint(field: FieldDefinition): Complaint {
  const { low, high } = dateBounds(field);
  // What moves with the run's start can be compared with what moves alike only.
  if (low === null || high === null || low.base !== high.base || low.at <= high.at) return null;
  // Bounds within one second leave nothing to generate, even if they are in order.
  return low.at - high.at === 1 ? { what: 'above_max', message: 'leaves no whole day or second up to' } : ABOVE;
}

function numbersComplaint(min: number | string, max: number | string): Complaint {
  const [low, high] = [parseDecimal(min), parseDecimal(max)];
  if (!low || !high) return null;
  const decimals = Math.max(low.decimals, high.decimals);
  if (compareDecimals(low, high) > 0) return ABOVE;
  return fitsAt(low, decimals) && fitsAt(high, decimals)
    ? null
    : { what: 'invalid', message: 'has, together with its decimal places, too many digits for' };
}

/** What is wrong with a bound; null when nothing is. */
function complaint(field: FieldDefinition, value: unknown): string | null {
  if (field.type === 'date') return dateComplaint(field, value);
  const decimal = parseDecimal(value);
  if (field.type === 'string') {
    const fits = decimal?.decimals === 0 && decimal.units >= 0n && decimal.units <= BigInt(MAX_TEXT);
    return fits ? null : `must be a length, a whole number from 0 to ${MAX_TEXT}`;
  }
  return numberComplaint(value);
}

/** What is wrong with a number of a rule; null when nothing is. */
export function numberComplaint(value: unknown): string | null {
  const decimal = parseDecimal(value);
  return decimal && isUsable(decimal)
    ? null
    : `must be a number of at most 15 digits, ${MAX_DECIMALS} of them after the point`;
}

function dateComplaint(field: FieldDefinition, value: unknown): string | null {
  if (field.format === 'time')
    return typeof value === 'string' && parseTime(value) !== null ? null : 'must be a time (09:30:00)';
  return typeof value === 'string' && parseDateBound(value)
    ? null
    : 'must be a date (2024-08-14), an RFC 3339 date-time, or a moment from the start of the run (now, today, now-30d, now+1y)';
}
