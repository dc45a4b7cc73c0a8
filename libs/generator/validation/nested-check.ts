import { type FieldDefinition } from '../definition/definition.js';
import { itemField } from '../definition/nested-reader.js';
import { canonicalText } from '../uniqueness/key-reader.js';
import { compileCheck } from './check.js';
import { type Failure, valueCheck, type ValueCheck, wrongType } from './value-check.js';

/** How many failures of one list are told. */
const MAX_TOLD = 20;

/** Lists: how many elements, each of them, and that none is there twice. */
export function arrayCheck(field: FieldDefinition): ValueCheck {
  const element = itemField(field);
  const item = valueCheck(element);
  const min = field.min_items ?? 0;
  const max = field.max_items ?? Infinity;
  return (value, now) => {
    if (!Array.isArray(value)) return wrongType('a list', value);
    const failures: Failure[] = [];
    if (value.length < min)
      failures.push({ code: 'min_items', message: `must have at least ${min} elements, not ${value.length}` });
    if (value.length > max)
      return [{ code: 'max_items', message: `must have at most ${max} elements, not ${value.length}` }];
    for (let k = 0; k < value.length && failures.length < MAX_TOLD; k++) {
      const wrong = value[k] === null || value[k] === undefined ? wrongType('a value', null) : item(value[k], now);
      for (const each of wrong ?? []) failures.push({ ...each, pointer: `/${k}${each.pointer ?? ''}` });
    }
    if (
      field.unique_items &&
      failures.length === 0 &&
      new Set(value.map((each) => canonicalText(element, each))).size < value.length
    )
      failures.push({ code: 'unique_items', message: 'must not have an element twice' });
    return failures.length > 0 ? failures : null;
  };
}

/** Objects: their fields, as if they were a row. */
export function objectCheck(field: FieldDefinition): ValueCheck {
  const check = compileCheck({ fields: field.fields ?? [] });
  return (value, now) => {
    const problems = check(value, now);
    if (problems.length === 0) return null;
    return problems.map(({ pointer, code, message }) => ({ code, message: `: ${message}`, pointer }));
  };
}
