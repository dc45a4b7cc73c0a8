import { valueCheck } from '../validation/value-check.js';
import { shown } from './reader.js';
import { type RuleReader } from './rule-reader.js';

/** Reads the share of rows without a value. */
export function readNullRate(reader: RuleReader): void {
  const { field } = reader;
  field.null_rate = reader.share('null_rate');
  if (field.null_rate && field.required)
    reader.refuse('null_rate', 'required', 'a required field has a value in every row');
}

/** Reads the value of rows that have none of their own; it must keep the field's rules. */
export function readDefault(reader: RuleReader): void {
  const { field } = reader;
  const value = reader.get('default');
  if (value === undefined) return;
  if (field.required) reader.refuse('default', 'required', 'a required field is never without a value');
  reader.excludes('default', ['unique'], 'only one row could have it');
  reader.excludes('default', ['template', 'expression', 'sequence'], 'the value is made of others');
  if (!reader.isClean) return;
  const isScalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  const wrong = isScalar
    ? valueCheck(field)(value, Date.now())
    : [{ message: 'must be a text, number, true or false' }];
  if (wrong) reader.refuse('default', 'invalid', `the default ${shown(value)} ${wrong[0]!.message}`);
  else field.default = value as string | number | boolean;
}
