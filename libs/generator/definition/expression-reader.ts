import { MAX_EXPRESSION } from '../expressions/tokens.js';
import { isStorable } from './reader.js';
import { type RuleReader } from './rule-reader.js';

const OTHER_SOURCES = [
  'template',
  'sequence',
  'distribution',
  'probability',
  'null_rate',
  'step',
  'format',
  'case',
  'regex',
];

/** Reads the expression of a derived field; what it says is checked when all fields are known. */
export function readExpression(reader: RuleReader): void {
  const isText = (value: unknown): value is string =>
    typeof value === 'string' && value.length <= MAX_EXPRESSION && isStorable(value);
  if (!reader.has('expression') || !['string', 'number', 'boolean'].includes(reader.field.type)) return;
  const expression = reader.read('expression', isText, `a text of at most ${MAX_EXPRESSION} characters`);
  reader.excludes('expression', OTHER_SOURCES, 'the expression says what the value is');
  reader.field.expression = expression;
}
