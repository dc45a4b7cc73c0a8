import { completeRowCheck } from './complete-row-check.js';
import { type FieldTest, passes } from './field-test.js';

/** Whether all values keep all rules, each by itself. */
export type QuickCheck = (values: Record<string, unknown>, now: number) => boolean;

/** So many rows of a schema in, code of its own is worth making: it takes about as long as they do. */
const ROWS_BEFORE_CODE = 300;

/**
 * The question that nearly all values answer with yes: nothing is allocated, nothing collected. A yes is final; a no may be
 * too strict about names with the value undefined. Linear in the size of the values.
 */
export function quickCheck(tests: readonly FieldTest[]): QuickCheck {
  const anyRow = anyRowCheck(tests);
  let check = anyRow;
  let rows = 0;
  return (values, now) => {
    if (rows < ROWS_BEFORE_CODE && ++rows === ROWS_BEFORE_CODE) check = completeRowCheck(tests, anyRow);
    return check(values, now);
  };
}

/** Goes along the values, whose names mostly come in the order of the fields, and looks nothing up as long as they do. */
export function anyRowCheck(tests: readonly FieldTest[]): QuickCheck {
  const places = new Map(tests.map(({ name }, f) => [name, f]));
  const required = tests.filter(({ isRequired }) => isRequired).length;
  return (values, now) => {
    let next = 0;
    let missing = required;
    for (const name in values) {
      let test = tests[next];
      if (test === undefined || test.name !== name) {
        next = places.get(name) ?? -1;
        if (next < 0) return false;
        test = tests[next]!;
      }
      next++;
      const value = values[name];
      if (value === null || value === undefined) continue;
      if (!passes(test, value, now)) return false;
      if (test.isRequired) missing--;
    }
    return missing === 0;
  };
}
