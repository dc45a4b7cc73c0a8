import type { FieldDefinition } from '../generator/definition/definition.js';
import { parseDecimal, unitsAt } from '../generator/values/decimal.js';
import { numberGrid } from '../generator/values/number-grid.js';
import type { KeyedPermutations } from './keyed-permutation.js';
import { MaskError } from './mask-error.js';

/**
 * Makes another number of one: between two bounds, any other that the field may have; else one of as many digits and the
 * same sign. It has as many decimals as the first. What other rules forbid is left to the caller.
 */
export function numberMask(field: FieldDefinition, permutations: KeyedPermutations): (value: number) => number {
  const isBounded =
    (field.min ?? field.exclusive_min) !== undefined && (field.max ?? field.exclusive_max) !== undefined;
  const grid = isBounded ? numberGrid(field, 'none') : null;
  return (value) => {
    const decimal = parseDecimal(value);
    if (!decimal) throw new MaskError('there is something else than a number where a number was expected');
    if (value === 0 && !grid) return value;
    if (grid && decimal.decimals <= grid.decimals) {
      const units = unitsAt(decimal, grid.decimals);
      const steps = units - BigInt(grid.first);
      const place = steps / BigInt(grid.stride);
      if (place >= 0n && place < BigInt(grid.count) && steps % BigInt(grid.stride) === 0n) {
        const at = permutations.at(place, BigInt(grid.count));
        return numberOf(BigInt(grid.first) + at * BigInt(grid.stride), grid.decimals);
      }
    }
    return ofSameLength(decimal.units, decimal.decimals, permutations);
  };
}

/** The last decimal is never 0, or the number would have fewer. */
function ofSameLength(units: bigint, decimals: number, permutations: KeyedPermutations): number {
  const size = units < 0n ? -units : units;
  const first = 10n ** BigInt(size.toString().length - 1);
  let next = size;
  do next = permutations.at(next - first, first * 9n) + first;
  while (decimals > 0 && next % 10n === 0n);
  return numberOf(units < 0n ? -next : next, decimals);
}

function numberOf(units: bigint, decimals: number): number {
  return Number(`${units}e-${decimals}`);
}
