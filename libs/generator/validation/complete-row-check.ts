import { MAX_TEXT } from '../definition/limits.js';
import { isDay } from '../values/instant.js';
import { type FieldTest, isPlainText, type TestKind } from './field-test.js';
import { type QuickCheck } from './quick-check.js';

/** V8 keeps objects of more names as hash tables, in which straight code is no quicker than a loop. */
const MAX_FIELDS = 64;

/** What `passes` asks a value of field #, in code. */
const QUESTIONS: Record<TestKind, string> = {
  text: `typeof value === 'string' && isPlainText(value)`,
  pattern: `typeof value === 'string' && value.length <= MAX_TEXT && pattern#.matchesStorable(value)`,
  number: `typeof value === 'number' && value >= low# && value <= high#`,
  day: `typeof value === 'string' && isDay(value) || check#(value, now) === null`,
  other: `check#(value, now) === null`,
};

/**
 * The quick check as code for this one schema, for rows with as many names as it has fields; others are left to `anyRow`,
 * since code that looks for names in vain is many times slower than a loop over those that are there. A loop asks fields of
 * all kinds in one place; here V8 knows of every place which name and which pattern it is about.
 *
 * Safe to generate: it is put together from the constants of this file and the numbers of the fields. No name, pattern or
 * other text of a definition gets into it; they are handed over as values. Where the process forbids code from text, and
 * for schemas of more than 64 fields, the check is `anyRow` itself.
 */
export function completeRowCheck(tests: readonly FieldTest[], anyRow: QuickCheck): QuickCheck {
  // Of a name like `constructor`, every object has a value that is not its own.
  if (tests.length > MAX_FIELDS || tests.some(({ name }) => name in Object.prototype)) return anyRow;
  const known = { anyRow, isDay, isPlainText, MAX_TEXT };
  const numbered = (code: string, f: number): string => code.replaceAll('#', String(f));
  const code = `'use strict';
    const { ${Object.keys(known).join(', ')} } = known;
    ${tests.map((_, f) => numbered('const { name: name#, pattern: pattern#, low: low#, high: high#, check: check# } = tests[#];', f)).join('\n')}
    return (values, now) => {
      let names = 0;
      for (const _ in values) names++;
      if (names !== ${tests.length}) return anyRow(values, now);
      let value;
      ${tests.map((test, f) => numbered(step(test), f)).join('\n')}
      return true;
    };`;
  try {
    return new Function('tests', 'known', code)(tests, known) as QuickCheck;
  } catch {
    return anyRow;
  }
}

/** With as many names as fields, one that is missing means that a stranger is there. */
function step({ kind, isRequired }: FieldTest): string {
  return `value = values[name#];
      if (value === null ? ${isRequired} : value === undefined || !(${QUESTIONS[kind]})) return false;`;
}
