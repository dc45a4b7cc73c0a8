import { type Decimal, fitsAt, MAX_DECIMALS, parseDecimal } from '../values/decimal.js';
import { numberGrid } from '../values/number-grid.js';
import { readBounds, numberComplaint } from './bounds-reader.js';
import { readDistribution } from './distribution-reader.js';
import { isPlainObject, shown } from './reader.js';
import { type RuleReader } from './rule-reader.js';

const BOUNDS = ['min', 'max', 'exclusive_min', 'exclusive_max'] as const;

/** Reads the rules of a number field, and makes sure that a number is left. */
export function readNumber(reader: RuleReader): void {
  const { field } = reader;
  reader.excludes('exclusive_min', ['min'], 'give one of them');
  reader.excludes('exclusive_max', ['max'], 'give one of them');
  readBounds(reader, 'min', 'max');
  readBounds(reader, 'exclusive_min', 'exclusive_max');
  field.decimals = reader.whole('decimals', 0, MAX_DECIMALS);
  field.integer = reader.flag('integer');
  if (field.integer && field.decimals) reader.refuse('decimals', 'conflict', 'a whole number has no decimals');
  readStep(reader);
  readSequence(reader);
  field.distribution = readDistribution(reader, ['uniform', 'normal', 'log_normal', 'zipf']);
  if (!reader.isClean || field.sequence) return;
  if (!areExact(reader)) return;
  const { count, first, stride } = numberGrid(field, 'none');
  if (count >= 1 && Math.abs(first) <= 2 ** 53 && Math.abs(first + count * stride) <= 2 ** 53) return;
  const rule = field.step !== undefined ? 'step' : (BOUNDS.find((each) => field[each] !== undefined) ?? 'decimals');
  reader.refuse(rule, 'no_value', count < 1 ? 'no number keeps all the rules' : 'the rules need too many digits');
}

/** Whether all numbers of the rules are exact in units of the finest one's last place. */
function areExact(reader: RuleReader): boolean {
  const { field } = reader;
  const given = [...BOUNDS, 'step' as const].flatMap((rule) => {
    const decimal = parseDecimal(field[rule] ?? null);
    return decimal ? [[rule, decimal] as const] : [];
  });
  const decimals = Math.max(field.decimals ?? 0, ...given.map(([, each]) => each.decimals));
  const wrong = given.find(([, each]) => !fitsAt(each, decimals));
  if (wrong) reader.refuse(wrong[0], 'invalid', `${wrong[0]} has, with ${decimals} decimals, too many digits`);
  return !wrong;
}

function readStep(reader: RuleReader): void {
  const { field } = reader;
  const step = readPositive(reader, 'step');
  if (!step) return;
  field.step = reader.get('step') as number | string;
  const places = field.integer ? 0 : field.decimals;
  if (places !== undefined && step.decimals > places)
    reader.refuse('step', 'conflict', `a step of ${shown(field.step)} has more decimals than the field`);
}

function readPositive(reader: RuleReader, rule: string): Decimal | null {
  const value = reader.get(rule);
  if (value === undefined) return null;
  const wrong = numberComplaint(value);
  const decimal = wrong === null ? parseDecimal(value) : null;
  if (decimal && decimal.units > 0n) return decimal;
  reader.refuse(rule, 'invalid', `${rule} ${wrong ?? 'must be above zero'}, not ${shown(value)}`);
  return null;
}

const NO_SEQUENCE = [...BOUNDS, 'step', 'distribution', 'decimals', 'integer', 'expression'];

function readSequence(reader: RuleReader): void {
  const input = reader.get('sequence');
  if (input === undefined) return;
  reader.excludes('sequence', NO_SEQUENCE, 'a sequence says itself which number comes');
  if (!isPlainObject(input) || Object.keys(input).some((key) => key !== 'start' && key !== 'step'))
    return reader.refuse('sequence', 'invalid', `sequence must be an object of start and step, not ${shown(input)}`);
  for (const part of ['start', 'step'] as const) {
    const value = input[part];
    const wrong = value === undefined ? null : numberComplaint(value);
    if (wrong !== null) return reader.refuse('sequence', 'invalid', `sequence: ${part} ${wrong}, not ${shown(value)}`);
  }
  if (parseDecimal(input.step ?? 1)!.units === 0n)
    return reader.refuse('sequence', 'invalid', 'sequence: step must not be zero');
  reader.field.sequence = { ...input };
}
