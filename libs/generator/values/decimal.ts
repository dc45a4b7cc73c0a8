/** A decimal number as written: `units` × 10^-`decimals`. */
export interface Decimal {
  readonly units: bigint;
  readonly decimals: number;
}

/** Most decimal places of a bound. */
export const MAX_DECIMALS = 10;
/** Largest bound in units of its last place: up to here the doubles of neighbouring units differ, and print as they were meant. */
const MAX_UNITS = 10n ** 15n;

/** Reads a number, or a number in text as in `"0.01"`, exactly as written; null when it is none. */
export function parseDecimal(value: unknown): Decimal | null {
  if (typeof value === 'number' && !Number.isFinite(value)) return null;
  if (typeof value !== 'number' && typeof value !== 'string') return null;
  const found = /^([+-]?)(\d{1,30})(?:\.(\d{1,30}))?(?:[eE]([+-]?\d{1,3}))?$/.exec(String(value).trim());
  if (!found) return null;
  const [, sign, whole = '', fraction = '', exponent = '0'] = found;
  let units = BigInt(whole + fraction);
  let decimals = fraction.length - Number(exponent);
  if (decimals < 0) {
    units *= 10n ** BigInt(-decimals);
    decimals = 0;
  }
  return { units: sign === '-' ? -units : units, decimals };
}

/** Whether the number can be a bound: few enough places, and small enough to be exact. */
export function isUsable(decimal: Decimal): boolean {
  return decimal.decimals <= MAX_DECIMALS && fitsAt(decimal, decimal.decimals);
}

/** Whether the number is exact in units of 10^-`decimals`, which must not be fewer places than it has. */
export function fitsAt(decimal: Decimal, decimals: number): boolean {
  const units = unitsAt(decimal, decimals);
  return units <= MAX_UNITS && units >= -MAX_UNITS;
}

/** The number in units of 10^-`decimals`, which must not be fewer places than it has. */
export function unitsAt(decimal: Decimal, decimals: number): bigint {
  return decimal.units * 10n ** BigInt(decimals - decimal.decimals);
}

/** Which of two is larger: negative, zero or positive as in sort functions. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  const decimals = Math.max(a.decimals, b.decimals);
  const difference = unitsAt(a, decimals) - unitsAt(b, decimals);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}
