import { randomUUID } from 'node:crypto';
import { overlapProblems } from '../uniqueness/keys.js';
import { snakeCase } from '../kinds/names.js';
import { type AppliedRule, type FieldDefinition, type Problem, type SchemaDefinition } from './definition.js';
import { readField } from './field-reader.js';
import { MAX_FIELDS, MAX_KEYS } from './limits.js';
import { isPlainObject, pointerStep, Problems, shown } from './reader.js';
import { allowsTexts } from './regex-reader.js';

/** The rule that a field named `email` gets: something, an at sign, something with a dot, and no space. */
export const EMAIL_RULE = '^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$';

export interface ReadResult {
  /** The definition, normalised; null when there are problems. */
  definition: SchemaDefinition | null;
  /** Rules that were added because of a field's name. */
  applied: AppliedRule[];
  problems: Problem[];
}

/**
 * Reads an untrusted definition: checks everything, so that every problem is reported at once, gives an id to each field
 * that has none, and adds the e-mail rule. Whether a referenced schema exists is for the caller to say. Never throws.
 */
export function readDefinition(input: unknown): ReadResult {
  const problems = new Problems();
  const applied: AppliedRule[] = [];
  if (!isPlainObject(input)) {
    problems.add('', 'definition.type', 'the definition must be an object');
    return { definition: null, applied, problems: problems.list };
  }
  for (const name of Object.keys(input)) {
    if (name !== 'fields' && name !== 'unique')
      problems.add(`/${pointerStep(name)}`, 'definition.unknown_property', `unknown property ${shown(name)}`);
  }
  const fields = readFields(input.fields, problems);
  const unique = readKeys(input.unique, fields, problems);
  const definition: SchemaDefinition = unique === undefined ? { fields } : { fields, unique };
  if (problems.list.length === 0) problems.list.push(...overlapProblems(definition));
  if (problems.list.length > 0) return { definition: null, applied, problems: problems.list };
  for (const field of fields) applied.push(...applyNameRule(field));
  return { definition, applied, problems: [] };
}

function readFields(input: unknown, problems: Problems): FieldDefinition[] {
  if (!Array.isArray(input)) {
    problems.add('/fields', 'fields.type', 'fields must be an array');
    return [];
  }
  if (input.length > MAX_FIELDS) {
    problems.add('/fields', 'fields.too_many', `a schema may have at most ${MAX_FIELDS} fields, not ${input.length}`);
    return [];
  }
  const fields: FieldDefinition[] = [];
  const names = new Set<string>();
  const ids = new Set<string>();
  input.forEach((each: unknown, index) => {
    const pointer = `/fields/${index}`;
    const field = readField(each, pointer, problems);
    if (!field) return;
    if (field.name !== '' && names.has(field.name))
      problems.add(`${pointer}/name`, 'name.taken', `there is another field named ${field.name}`);
    if (field.id !== '' && ids.has(field.id))
      problems.add(`${pointer}/id`, 'id.taken', `there is another field with the id ${field.id}`);
    names.add(field.name);
    ids.add(field.id);
    if (field.id === '') field.id = randomUUID();
    fields.push(field);
  });
  return fields;
}

function readKeys(input: unknown, fields: readonly FieldDefinition[], problems: Problems): string[][] | undefined {
  if (input === undefined) return undefined;
  if (!Array.isArray(input) || input.length > MAX_KEYS) {
    problems.add('/unique', 'unique.type', `unique must be an array of at most ${MAX_KEYS} lists of field names`);
    return undefined;
  }
  const names = new Set(fields.map((field) => field.name));
  const seen = new Set<string>();
  return input.flatMap((key: unknown, index) => {
    const pointer = `/unique/${index}`;
    if (!Array.isArray(key) || key.length === 0 || !key.every((name): name is string => typeof name === 'string')) {
      problems.add(pointer, 'unique.type', 'a key must be a list of field names, not empty');
      return [];
    }
    const unknown = key.find((name) => !names.has(name));
    if (unknown !== undefined)
      problems.add(pointer, 'unique.unknown_field', `the key names ${shown(unknown)}, which is no field`);
    if (new Set(key).size < key.length)
      problems.add(pointer, 'unique.repeated_field', `the key (${key.join(', ')}) names a field twice`);
    const sorted = [...key].sort().join('\u0000');
    if (seen.has(sorted)) problems.add(pointer, 'unique.taken', `the key (${key.join(', ')}) is there already`);
    seen.add(sorted);
    return [key];
  });
}

/** Adds the rule that goes with a field's name, and says so. */
function applyNameRule(field: FieldDefinition): AppliedRule[] {
  if (field.type !== 'string' || field.regex !== undefined || snakeCase(field.name) !== 'email') return [];
  // Where the field's lengths leave no room for an address, the rule would make it impossible to fill.
  if (!allowsTexts(EMAIL_RULE, field)) return [];
  field.regex = EMAIL_RULE;
  return [
    {
      field: field.name,
      rule: 'regex',
      value: EMAIL_RULE,
      reason: 'a field named email gets the e-mail rule unless it has a regex of its own',
    },
  ];
}
