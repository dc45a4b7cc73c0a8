import { type FieldDefinition } from '../definition/definition.js';
import { shown } from '../definition/reader.js';
import { parseDecimal, unitsAt } from '../values/decimal.js';
import { type Failure, type ValueCheck, wrongType } from './value-check.js';

/** Numbers: bounds, places and steps. */
export function numberCheck(field: FieldDefinition): ValueCheck {
  // As doubles on both sides: the value 0.01 is the double nearest to it, and so is the bound "0.01".
  const min = Number(field.min ?? -Infinity);
  const max = Number(field.max ?? Infinity);
  const above = Number(field.exclusive_min ?? -Infinity);
  const below = Number(field.exclusive_max ?? Infinity);
  const onGrid = gridCheck(field);
  const isPlaced = placesTest(field);
  return (value) => {
    if (typeof value !== 'number' || !Number.isFinite(value)) return wrongType('a number', value);
    if (value >= min && value <= max && value > above && value < below && isPlaced(value)) return null;
    const failures: Failure[] = onGrid?.(value) ?? [];
    const fail = (code: string, message: string): unknown =>
      failures.push({ code, message: `${message}, not ${shown(value)}` });
    if (value < min) fail('min', `must be at least ${field.min}`);
    if (value > max) fail('max', `must be at most ${field.max}`);
    if (value <= above) fail('exclusive_min', `must be above ${field.exclusive_min}`);
    if (value >= below) fail('exclusive_max', `must be below ${field.exclusive_max}`);
    return failures.length > 0 ? failures : null;
  };
}

/** Up to here, no two decimals of the same places are the same double. */
const MAX_UNITS = 1e15;

/**
 * Whether the number surely has no more places than it may, without writing it down, which takes ten times as long. What is
 * on a whole number of units divides back to itself; a no is left to the exact check. Steps always are.
 */
function placesTest(field: FieldDefinition): (value: number) => boolean {
  if (field.step !== undefined) return () => false;
  const places = field.integer ? 0 : field.decimals;
  if (places === undefined) return () => true;
  const scale = 10 ** places;
  return (value) => {
    const units = Math.round(value * scale);
    return Math.abs(units) <= MAX_UNITS && units / scale === value;
  };
}

/** The check of places and steps, exact in decimals: 0.3 is three steps of 0.1. Null without such rules. */
function gridCheck(field: FieldDefinition): ((value: number) => Failure[]) | null {
  const places = field.integer ? 0 : field.decimals;
  const step = parseDecimal(field.step ?? null);
  if (places === undefined && !step) return null;
  const anchor = parseDecimal(field.min ?? 0)!;
  return (value) => {
    const decimal = parseDecimal(value);
    const failures: Failure[] = [];
    if (places !== undefined && (decimal?.decimals ?? Infinity) > places) {
      failures.push(
        field.integer
          ? { code: 'integer', message: `must be a whole number, not ${shown(value)}` }
          : { code: 'decimals', message: `must have at most ${places} decimals, not be ${shown(value)}` },
      );
    }
    if (step) {
      const finest = Math.max(decimal?.decimals ?? 0, step.decimals, anchor.decimals);
      const fits = decimal && (unitsAt(decimal, finest) - unitsAt(anchor, finest)) % unitsAt(step, finest) === 0n;
      const from = field.min === undefined ? '' : ` from ${field.min} on`;
      if (!fits)
        failures.push({ code: 'step', message: `must be in steps of ${field.step}${from}, not ${shown(value)}` });
    }
    return failures;
  };
}
