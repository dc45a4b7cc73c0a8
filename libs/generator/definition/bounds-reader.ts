import { dateBounds } from '../values/date-values.js';
import { compareDecimals, fitsAt, isUsable, MAX_DECIMALS, parseDecimal } from '../values/decimal.js';
import { parseInstant } from '../values/instant.js';
import { type FieldDefinition } from './definition.js';
import { MAX_TEXT } from './limits.js';
import { type Problems, shown } from './reader.js';

/** Reads `min` and `max` of a string (lengths), number or date field. Numbers may stand as text, as in `"0.01"`. */
export function readBounds(
  input: Record<string, unknown>,
  field: FieldDefinition,
  pointer: string,
  problems: Problems,
): void {
  for (const side of ['min', 'max'] as const) {
    const value = input[side];
    if (value === undefined || value === null) continue;
    const wrong = complaint(field, value);
    if (wrong === null) field[side] = value as string | number;
    else problems.add(`${pointer}/${side}`, `${side}.invalid`, `${field.name}: ${side} ${wrong}, not ${shown(value)}`);
  }
  if (field.min === undefined || field.max === undefined) return;
  const wrong = field.type === 'date' ? datesComplaint(field) : numbersComplaint(field.min, field.max);
  if (wrong)
    problems.add(
      `${pointer}/min`,
      wrong.code,
      `${field.name}: min ${shown(field.min)} ${wrong.message} max ${shown(field.max)}`,
    );
}

type Complaint = { code: string; message: string } | null;
const ABOVE: Complaint = { code: 'min.above_max', message: 'is above' };

function datesComplaint(field: FieldDefinition): Complaint {
  const { low, high } = dateBounds(field);
  if (low === null || high === null || low <= high) return null;
  // Bounds within one second leave nothing to generate, even if they are in order.
  return low - high === 1 ? { code: 'min.above_max', message: 'leaves no whole day or second up to' } : ABOVE;
}

function numbersComplaint(min: number | string, max: number | string): Complaint {
  const [low, high] = [parseDecimal(min), parseDecimal(max)];
  if (!low || !high) return null;
  const decimals = Math.max(low.decimals, high.decimals);
  if (compareDecimals(low, high) > 0) return ABOVE;
  return fitsAt(low, decimals) && fitsAt(high, decimals)
    ? null
    : { code: 'min.invalid', message: 'has, together with its decimal places, too many digits for' };
}

/** What is wrong with a bound; null when nothing is. */
function complaint(field: FieldDefinition, value: unknown): string | null {
  if (field.type === 'date') {
    return typeof value === 'string' && parseInstant(value)
      ? null
      : 'must be a date (2024-08-14) or an RFC 3339 date-time';
  }
  const decimal = parseDecimal(value);
  if (field.type === 'string') {
    const fits = decimal?.decimals === 0 && decimal.units >= 0n && decimal.units <= BigInt(MAX_TEXT);
    return fits ? null : `must be a length, a whole number from 0 to ${MAX_TEXT}`;
  }
  return decimal && isUsable(decimal)
    ? null
    : `must be a number of at most 15 digits, ${MAX_DECIMALS} of them after the point`;
}
