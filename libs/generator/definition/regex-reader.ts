import { MAX_PATTERN_LENGTH } from '../patterns/limits.js';
import { compilePattern } from '../patterns/pattern.js';
import { PatternError } from '../patterns/pattern-error.js';
import { type FieldDefinition } from './definition.js';
import { isStorable, type Problems } from './reader.js';

/** Reads the pattern of a string field, and proves that some text of an allowed length keeps it. */
export function readRegex(input: unknown, field: FieldDefinition, pointer: string, problems: Problems): void {
  if (input === undefined || input === null) return;
  const at = `${pointer}/regex`;
  if (typeof input !== 'string' || !isStorable(input))
    return problems.add(at, 'regex.type', `${field.name}: regex must be a text`);
  if (input.length > MAX_PATTERN_LENGTH) {
    return problems.add(
      at,
      'regex.too_long',
      `${field.name}: regex has ${input.length} characters, more than ${MAX_PATTERN_LENGTH}`,
    );
  }
  const wrong = complaint(input, field);
  if (wrong === null) field.regex = input;
  else problems.add(at, `regex.${wrong.code}`, `${field.name}: regex: ${wrong.message}`);
}

/** Whether there is a text of an allowed length that keeps the rule. */
export function allowsTexts(regex: string, field: FieldDefinition): boolean {
  return complaint(regex, field) === null;
}

function complaint(regex: string, field: FieldDefinition): PatternError | null {
  try {
    compilePattern(regex).texts(Number(field.min ?? 0), Number(field.max ?? Infinity));
    return null;
  } catch (error) {
    if (error instanceof PatternError) return error;
    throw error;
  }
}
