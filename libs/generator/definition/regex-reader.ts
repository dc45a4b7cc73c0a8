import { MAX_ALL_STATES, MAX_DFA_STATES, MAX_PATTERN_LENGTH } from '../patterns/limits.js';
import { compilePattern } from '../patterns/pattern.js';
import { PatternError } from '../patterns/pattern-error.js';
import { lengthsOf } from '../values/text-lengths.js';
import { type FieldDefinition } from './definition.js';
import { isStorable } from './reader.js';
import { type RuleReader } from './rule-reader.js';

/** Reads the pattern of a string field, and proves that some text of an allowed length keeps it. */
export function readRegex(reader: RuleReader): void {
  const { field } = reader;
  const input = reader.get('regex');
  if (input === undefined) return;
  if (typeof input !== 'string' || !isStorable(input)) return reader.refuse('regex', 'type', 'regex must be a text');
  if (input.length > MAX_PATTERN_LENGTH) {
    return reader.refuse('regex', 'too_long', `regex has ${input.length} characters, more than ${MAX_PATTERN_LENGTH}`);
  }
  const { problems } = reader;
  if (problems.patternStates > MAX_ALL_STATES) {
    return reader.refuse(
      'regex',
      'too_many',
      `the patterns before this one need ${MAX_ALL_STATES} automaton states already, the most for a schema`,
    );
  }
  const wrong = complaint(input, field);
  problems.patternStates += wrong ? MAX_DFA_STATES : compilePattern(input).automaton.states;
  if (wrong === null) field.regex = input;
  else reader.refuse('regex', wrong.code, `regex: ${wrong.message}`);
}

/** Whether there is a text of an allowed length that keeps the rule. */
export function allowsTexts(regex: string, field: FieldDefinition): boolean {
  return complaint(regex, field) === null;
}

function complaint(regex: string, field: FieldDefinition): PatternError | null {
  try {
    const { min, max } = lengthsOf(field);
    compilePattern(regex).texts(min, max);
    return null;
  } catch (error) {
    if (error instanceof PatternError) return error;
    throw error;
  }
}
