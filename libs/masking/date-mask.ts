import type { FieldDefinition } from '../generator/definition/definition.js';
import { dateBounds, placed, type UnitBound } from '../generator/values/date-bounds.js';
import { DAY, daysFromCivil, parseInstant, writeDay, writeTime } from '../generator/values/instant.js';
import type { KeyedPermutations } from './keyed-permutation.js';
import { MaskError } from './mask-error.js';

/**
 * Makes another date of one: of the same year as far as the field's bounds reach, the time of day included; times of day
 * become any other. The way of writing stays: offset, fraction. `now` is what moving bounds are measured from.
 */
export function dateMask(
  field: FieldDefinition,
  permutations: KeyedPermutations,
): (text: string, now: number) => string {
  if (field.format === 'time') return (text) => ofTime(text, permutations);
  const { low, high, unit } = dateBounds(field);
  const at = (bound: UnitBound | null, now: number, otherwise: number): number =>
    bound === null ? otherwise : placed(bound, now, unit) * unit;
  return (text, now) => {
    const instant = parseInstant(text);
    if (!instant) throw new MaskError('there is something else than a date where a date was expected');
    // What is written, without its offset, so that the year is the one that people read.
    const local = parseInstant(instant.hasTime ? `${text.slice(0, 19)}Z` : text);
    if (!local) throw new MaskError('there is a date that is not to be read');
    const shift = local.seconds - instant.seconds;
    const year = Number(text.slice(0, 4));
    const first = Math.max(daysFromCivil(year, 1, 1) * DAY, at(low, now, -Infinity) + shift);
    const last = Math.min(daysFromCivil(year + 1, 1, 1) * DAY - 1, at(high, now, Infinity) + unit - 1 + shift);
    const step = instant.hasTime ? 1 : DAY;
    const start = Math.ceil(first / step);
    const size = Math.floor(last / step) - start + 1;
    const place = Math.floor(local.seconds / step) - start;
    if (place < 0 || place >= size) throw new MaskError(`its ${field.name} lies outside of the field's bounds`);
    const next = start + Number(permutations.at(BigInt(place), BigInt(size)));
    if (!instant.hasTime) return writeDay(next);
    const day = Math.floor(next / DAY);
    return `${writeDay(day)}${text.charAt(10)}${writeTime(next - day * DAY)}${text.slice(19)}`;
  };
}

function ofTime(text: string, permutations: KeyedPermutations): string {
  const [hours = 0, minutes = 0, seconds] = text.split(':').map(Number);
  if (seconds === undefined) {
    const minute = Number(permutations.at(BigInt(hours * 60 + minutes), 1440n));
    return writeTime(minute * 60).slice(0, 5);
  }
  return writeTime(Number(permutations.at(BigInt(hours * 3600 + minutes * 60 + seconds), BigInt(DAY))));
}
