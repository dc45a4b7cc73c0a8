import { type FieldDefinition } from '../definition/definition.js';
import { ANY_NUMBER, numberKindFor } from '../kinds/number-kinds.js';
import { type Decimal, fitsAt, parseDecimal, unitsAt } from './decimal.js';
import { type KeyRole } from './field-plan.js';

/** How far a unique number without a bound on that side reaches: room for a thousand million rows. */
const ROOM = 1_000_000_000;

/** The numbers `first`, `first` + `stride` …, `count` of them, in units of 10^-`decimals`. */
export interface NumberGrid {
  readonly first: number;
  readonly stride: number;
  readonly count: number;
  readonly decimals: number;
}

/**
 * The numbers of a field: steps of its last decimal place, or of `step`, within its bounds. A bound that is not given comes
 * from the name's kind, or lies as far from the other as in the kind; see README.md, Numbers.
 */
export function numberGrid(field: FieldDefinition, role: KeyRole): NumberGrid {
  const step = parseDecimal(field.step ?? null);
  const decimals = placesOf(field, step);
  const low = highest(lowUnits(field.min, decimals), above(field.exclusive_min, decimals));
  const high = lowest(highUnits(field.max, decimals), below(field.exclusive_max, decimals));
  const stride = step ? Number(unitsAt(step, decimals)) : 1;
  const range = openRange(field.name, low, high, decimals, role === 'alone' ? ROOM * stride : 0);
  if (!step) return { first: range.low, stride, count: Math.max(0, range.high - range.low + 1), decimals };
  const anchor = field.min === undefined ? 0 : lowUnits(field.min, decimals)!;
  const first = anchor + Math.ceil((range.low - anchor) / stride) * stride;
  return { first, stride, count: Math.max(0, Math.floor((range.high - first) / stride) + 1), decimals };
}

function openRange(
  name: string,
  low: number | null,
  high: number | null,
  decimals: number,
  room: number,
): { low: number; high: number } {
  const kind = numberKindFor(name);
  const factor = 10 ** decimals;
  const usualLow = Math.ceil(kind.low * factor - 1e-6);
  const usualHigh = Math.floor(kind.high * factor + 1e-6);
  const width = Math.max(usualHigh - usualLow, ANY_NUMBER.high * factor);
  if (low !== null && high !== null) return { low, high };
  if (low !== null) return { low, high: Math.max(usualHigh > low ? usualHigh : low + width, low + room) };
  if (high !== null) return { low: Math.min(usualLow < high ? usualLow : high - width, high - room), high };
  return { low: usualLow, high: Math.max(usualHigh, usualLow + room) };
}

/** The places after the point: as the rules say, else the most of bounds, step and the kind. */
function placesOf(field: FieldDefinition, step: Decimal | null): number {
  if (field.integer) return 0;
  if (field.decimals !== undefined) return field.decimals;
  const bounds = [field.min, field.max, field.exclusive_min, field.exclusive_max].map((each) =>
    parseDecimal(each ?? null),
  );
  const given = [...bounds, step].filter((each) => each !== null);
  const needed = Math.max(0, ...given.map((each) => each.decimals));
  // A step says by itself how fine the numbers are; the kind's places only where the bounds stay exact with them.
  const usual = step ? needed : Math.max(needed, numberKindFor(field.name).decimals);
  return given.every((each) => fitsAt(each, usual)) ? usual : needed;
}

type Given = number | string | undefined;

const lowUnits = (value: Given, decimals: number): number | null => rounded(value, decimals, 'up');
const highUnits = (value: Given, decimals: number): number | null => rounded(value, decimals, 'down');

function above(value: Given, decimals: number): number | null {
  const units = rounded(value, decimals, 'down');
  return units === null ? null : units + 1;
}

function below(value: Given, decimals: number): number | null {
  const units = rounded(value, decimals, 'up');
  return units === null ? null : units - 1;
}

/** A bound in units of 10^-decimals; exactly, where it has no more places. */
function rounded(value: Given, decimals: number, to: 'up' | 'down'): number | null {
  const decimal = parseDecimal(value ?? null);
  if (!decimal) return null;
  if (decimal.decimals <= decimals) return Number(unitsAt(decimal, decimals));
  const divisor = 10n ** BigInt(decimal.decimals - decimals);
  const whole = decimal.units / divisor;
  const rest = decimal.units % divisor;
  if (rest === 0n) return Number(whole);
  // BigInt division cuts towards zero.
  if (to === 'up') return Number(rest > 0n ? whole + 1n : whole);
  return Number(rest < 0n ? whole - 1n : whole);
}

const highest = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.max(a, b);
const lowest = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.min(a, b);
