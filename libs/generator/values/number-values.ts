import { type FieldDefinition } from '../definition/definition.js';
import { drawnBy } from './distributions.js';
import { constantPlan, type FieldPlan, type KeyRole } from './field-plan.js';
import { numberGrid } from './number-grid.js';
import { rangePart } from './range.js';

/** Numbers of a field, all equally likely unless a distribution says otherwise. */
export function numberPlan(field: FieldDefinition, role: KeyRole): FieldPlan {
  const grid = numberGrid(field, role);
  const { first, stride, count } = grid;
  const unit = writerOf(grid.decimals);
  const write = stride === 1 && first === 0 ? unit : (k: number): string => unit(first + k * stride);
  const part = stride === 1 ? rangePart(first, count, unit) : rangePart(0, count, write);
  const pick = drawnBy(field.distribution, grid);
  return constantPlan(pick ? { ...part, draw: (stream) => write(pick(stream)) } : part, false);
}

/** Writes `units` × 10^-decimals as JSON.stringify would write the number. */
export function writerOf(decimals: number): (units: number) => string {
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
