import { type FieldDefinition } from '../definition/definition.js';
import { ANY_NUMBER, numberKindFor } from '../kinds/number-kinds.js';
import { type Decimal, fitsAt, parseDecimal, unitsAt } from './decimal.js';
import { constantPlan, type FieldPlan, type KeyRole } from './field-plan.js';
import { rangePart } from './range.js';

/** How far a unique number without a bound on that side reaches: room for a thousand million rows. */
const ROOM = 1_000_000_000;

/**
 * Numbers of a field, uniform over its range in steps of its last decimal place. A bound that is not given comes from the
 * name's kind, or lies as far from the other as in the kind; see README.md, Numbers.
 */
export function numberPlan(field: FieldDefinition, role: KeyRole): FieldPlan {
  const { low, high, decimals } = numberRange(field, role);
  return constantPlan(rangePart(low, high - low + 1, writerOf(decimals)), false);
}

/** The range in units of 10^-decimals. */
function numberRange(field: FieldDefinition, role: KeyRole): { low: number; high: number; decimals: number } {
  const kind = numberKindFor(field.name);
  const min = parseDecimal(field.min ?? null);
  const max = parseDecimal(field.max ?? null);
  const decimals = decimalsOf(kind.decimals, [min, max]);
  const factor = 10 ** decimals;
  const usualLow = Math.round(kind.low * factor);
  const usualHigh = Math.round(kind.high * factor);
  const width = Math.max(usualHigh - usualLow, ANY_NUMBER.high * factor);
  const room = role === 'alone' ? ROOM : 0;
  if (min && max) return { low: Number(unitsAt(min, decimals)), high: Number(unitsAt(max, decimals)), decimals };
  if (min) {
    const low = Number(unitsAt(min, decimals));
    return { low, high: Math.max(usualHigh > low ? usualHigh : low + width, low + room), decimals };
  }
  if (max) {
    const high = Number(unitsAt(max, decimals));
    return { low: Math.min(usualLow < high ? usualLow : high - width, high - room), high, decimals };
  }
  return { low: usualLow, high: Math.max(usualHigh, usualLow + room), decimals };
}

/** The most places of the bounds and the kind; the kind's only where the bounds are small enough to be exact with them. */
function decimalsOf(usual: number, bounds: readonly (Decimal | null)[]): number {
  const given = bounds.filter((bound) => bound !== null);
  const needed = Math.max(0, ...given.map((bound) => bound.decimals));
  return given.every((bound) => fitsAt(bound, Math.max(needed, usual))) ? Math.max(needed, usual) : needed;
}

/** Writes `units` × 10^-decimals as JSON.stringify would write the number. */
function writerOf(decimals: number): (units: number) => string {
  if (decimals === 0) return String;
  if (decimals === 2) return writeHundredths;
  // The quotient is the double nearest to the decimal number, and prints as that number: it has at most 15 digits.
  const factor = 10 ** decimals;
  return (units) => String(units / factor);
}

const HUNDREDTHS = Array.from({ length: 100 }, (_, k) => String(k / 100).slice(1));

/** The same for hundredths, four times faster: prices are everywhere. */
function writeHundredths(units: number): string {
  if (units < 0) return `-${writeHundredths(-units)}`;
  const whole = Math.floor(units / 100);
  return String(whole) + HUNDREDTHS[units - whole * 100]!;
}
