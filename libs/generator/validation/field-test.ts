import { type FieldDefinition } from '../definition/definition.js';
import { MAX_TEXT } from '../definition/limits.js';
import { compilePattern, type Pattern } from '../patterns/pattern.js';
import { isDay } from '../values/instant.js';
import { type ValueCheck } from './value-check.js';

/** What a field's values are asked first: for most fields one of four questions, for the others their check. */
export type TestKind = 'text' | 'pattern' | 'number' | 'day' | 'other';

/** The question whether a value keeps its field's rules, as data: the code that asks it is the same for all fields of a kind. */
export class FieldTest {
  readonly name: string;
  readonly kind: TestKind;
  readonly isRequired: boolean;
  /** Of kind `pattern`: what texts must match. */
  readonly pattern: Pattern;
  /** Of kind `number`: the bounds, both included and finite, so that neither an infinity nor NaN lies within. */
  readonly low: number;
  readonly high: number;

  constructor(
    field: FieldDefinition,
    readonly check: ValueCheck,
  ) {
    // As a key of an object, a name is the very string that the keys of values are: comparing them reads no character.
    this.name = Object.keys({ [field.name]: 0 })[0]!;
    this.kind = kindOf(field);
    this.isRequired = field.required === true;
    this.pattern = compilePattern(this.kind === 'pattern' ? field.regex! : '');
    const { min, max } = this.kind === 'number' ? field : {};
    this.low = Number(min ?? -Number.MAX_VALUE);
    this.high = Number(max ?? Number.MAX_VALUE);
  }
}

/** Rules that a value by itself cannot break. */
const SILENT = new Set([
  ...['id', 'name', 'type', 'description', 'required', 'unique', 'null_rate', 'default', 'probability', 'weights'],
  ...['distribution', 'sequence', 'template', 'expression', 'after', 'before'],
]);

/** A rule that is not named here makes a field `other`, which is slower but never wrong. */
function kindOf(field: FieldDefinition): TestKind {
  const rules = Object.entries(field).filter(([rule, value]) => value !== undefined && !SILENT.has(rule));
  const hasOnly = (...known: string[]): boolean => rules.every(([rule]) => known.includes(rule));
  if (field.type === 'string' && hasOnly('regex')) return field.regex === undefined ? 'text' : 'pattern';
  if (field.type === 'number' && hasOnly('min', 'max')) return 'number';
  if (field.type === 'date' && hasOnly()) return 'day';
  return 'other';
}

/** Whether a value that is not null keeps its field's rules. */
export function passes(test: FieldTest, value: unknown, now: number): boolean {
  const { kind } = test;
  if (typeof value === 'string') {
    if (kind === 'pattern') return value.length <= MAX_TEXT && test.pattern.matchesStorable(value);
    if (kind === 'text') return isPlainText(value);
    // A date-time is for the check.
    if (kind === 'day' && isDay(value)) return true;
  } else if (kind === 'number' && typeof value === 'number' && value >= test.low && value <= test.high) {
    return true;
  }
  return test.check(value, now) === null;
}

/** Whether the text may be a value of a field without rules. */
export function isPlainText(text: string): boolean {
  // Quicker than a loop over texts as short as most are: where a character is one byte, a text is well-formed at sight.
  return text.length <= MAX_TEXT && text.isWellFormed() && !text.includes('\u0000');
}
