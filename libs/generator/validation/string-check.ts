import { type FieldDefinition, type TextFormat } from '../definition/definition.js';
import { MAX_TEXT } from '../definition/limits.js';
import { isStorable, shown } from '../definition/reader.js';
import { formatOf } from '../formats/formats.js';
import { isInCase } from '../formats/letter-case.js';
import { compilePattern } from '../patterns/pattern.js';
import { lengthsOf } from '../values/text-lengths.js';
import { isPlainText } from './field-test.js';
import { type Failure, type ValueCheck, wrongType } from './value-check.js';

/** Texts: length, pattern, format and case, each by itself. */
export function stringCheck(field: FieldDefinition): ValueCheck {
  const pattern = field.regex === undefined ? null : compilePattern(field.regex);
  const format = field.format === undefined ? null : formatOf(field.format as TextFormat);
  const { case: letterCase } = field;
  const { min, max } = lengthsOf(field);
  const hasLengthRule = min > 0 || max !== Infinity;
  const passes = (text: string): boolean =>
    // A pattern looks at every character anyway, and so finds what cannot be stored.
    (pattern ? text.length <= MAX_TEXT && pattern.matchesStorable(text) : isPlainText(text)) &&
    (!hasLengthRule || isWithin(text, min, max)) &&
    (format === null || (format.pattern.matches(text) && format.holds(text))) &&
    (letterCase === undefined || isInCase(text, letterCase));
  const explain = explainer(field);
  // One question first, since nearly every text passes: what is wrong is found out afterwards.
  return (value) => (typeof value === 'string' && passes(value) ? null : explain(value));
}

/** Says what is wrong with a value, if anything is. */
function explainer(field: FieldDefinition): (value: unknown) => Failure[] | null {
  const pattern = field.regex === undefined ? null : compilePattern(field.regex);
  const format = field.format === undefined ? null : formatOf(field.format as TextFormat);
  const { case: letterCase } = field;
  const { min, max } = lengthsOf(field);
  return (value) => {
    if (typeof value !== 'string') return wrongType('a text', value);
    if (value.length > MAX_TEXT)
      return [{ code: 'max', message: `must have at most ${MAX_TEXT} characters, not ${value.length}` }];
    if (!isStorable(value)) return [{ code: 'text', message: 'must not have NUL or half a surrogate pair in it' }];
    const failures: Failure[] = [];
    const length = codePoints(value);
    if (length < min) failures.push({ code: 'min', message: `must have at least ${min} characters, not ${length}` });
    if (length > max) failures.push({ code: 'max', message: `must have at most ${max} characters, not ${length}` });
    if (pattern && !pattern.matches(value))
      failures.push({ code: 'regex', message: `must match ${pattern.source}, which ${shown(value)} does not` });
    if (format && !(format.pattern.matches(value) && format.holds(value)))
      failures.push({ code: 'format', message: `must be ${format.title}, not ${shown(value)}` });
    if (letterCase && !isInCase(value, letterCase))
      failures.push({ code: 'case', message: `must be in ${letterCase} case, not ${shown(value)}` });
    return failures.length > 0 ? failures : null;
  };
}

function isWithin(text: string, min: number, max: number): boolean {
  // A code point is one UTF-16 unit or two.
  if (text.length <= max && text.length >= 2 * min) return true;
  const length = codePoints(text);
  return length >= min && length <= max;
}

/** The length of a well-formed text in code points. */
function codePoints(text: string): number {
  let count = text.length;
  for (let i = 0; i < text.length; i++) if ((text.charCodeAt(i) & 0xfc00) === 0xdc00) count--;
  return count;
}
