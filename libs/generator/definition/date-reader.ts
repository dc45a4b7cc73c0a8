import { unitOf } from '../values/date-bounds.js';
import { readBounds } from './bounds-reader.js';
import { DATE_FORMATS, type DateFormat } from './definition.js';
import { type RuleReader } from './rule-reader.js';
import { parseInstant } from '../values/instant.js';

/** Reads the rules of a date field; whether the fields that it names are dates is for later, when all are known. */
export function readDate(reader: RuleReader): void {
  const { field } = reader;
  field.format = reader.choice<DateFormat>('format', DATE_FORMATS);
  readBounds(reader, 'min', 'max');
  reader.excludes('after', ['before'], 'a date can follow one other date only');
  field.after = readName(reader, 'after');
  field.before = readName(reader, 'before');
  if (field.format !== 'date') return;
  for (const side of ['min', 'max'] as const) {
    const bound = field[side];
    if (typeof bound === 'string' && parseInstant(bound)?.hasTime && unitOf(field) > 1)
      reader.refuse(side, 'invalid', `${side} has a time, and the format is date`);
  }
}

function readName(reader: RuleReader, rule: 'after' | 'before'): string | undefined {
  return reader.read(
    rule,
    (value): value is string => typeof value === 'string' && value !== '',
    'the name of a field',
  );
}
