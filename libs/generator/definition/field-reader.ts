import { type FieldDefinition, FIELD_TYPES, type FieldType } from './definition.js';
import { readBounds } from './bounds-reader.js';
import { MAX_DESCRIPTION, MAX_NAME, MAX_OPTION_LENGTH, MAX_OPTIONS } from './limits.js';
import { isPlainObject, isStorable, pointerStep, type Problems, shown } from './reader.js';
import { readRegex } from './regex-reader.js';

const RULES_OF: Record<FieldType, readonly string[]> = {
  string: ['regex', 'min', 'max'],
  number: ['min', 'max'],
  date: ['min', 'max'],
  boolean: [],
  options: ['options'],
  reference: ['reference_schema_id'],
};
const FOR_ALL = ['id', 'name', 'type', 'description', 'required', 'unique'];
const RULES = ['regex', 'min', 'max', 'options', 'reference_schema_id'];
// Starts like a name in programming languages; spaces, dots and dashes may follow, quotes and slashes may not.
const NAME = /^[A-Za-z_][A-Za-z0-9_.\- ]*$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Reads one field; null when it is not even an object. A missing id comes back as ''. */
export function readField(input: unknown, pointer: string, problems: Problems): FieldDefinition | null {
  if (!isPlainObject(input)) {
    problems.add(pointer, 'field.type', 'a field must be an object');
    return null;
  }
  const name = readName(input.name, pointer, problems);
  const field: FieldDefinition = { id: readId(input.id, pointer, problems), name, type: 'string' };
  if (!isFieldType(input.type)) {
    problems.add(
      `${pointer}/type`,
      'type.unknown',
      `the type of ${shown(input.name)} must be one of ${FIELD_TYPES.join(', ')}, not ${shown(input.type)}`,
    );
    return field;
  }
  field.type = input.type;
  refuseStrangers(input, field, pointer, problems);
  readDescription(input, field, pointer, problems);
  readFlag(input, 'required', field, pointer, problems);
  readFlag(input, 'unique', field, pointer, problems);
  readRules(input, field, pointer, problems);
  return field;
}

function isFieldType(value: unknown): value is FieldType {
  return FIELD_TYPES.some((type) => type === value);
}

function readName(input: unknown, pointer: string, problems: Problems): string {
  const isName = typeof input === 'string' && input.length <= MAX_NAME && NAME.test(input) && input.trimEnd() === input;
  if (isName && input !== '__proto__') return input;
  problems.add(
    `${pointer}/name`,
    input === undefined ? 'name.required' : 'name.invalid',
    `a field's name must have 1 to ${MAX_NAME} letters, digits, dots, dashes, spaces or underscores, and start with a letter or underscore; this is ${shown(input)}`,
  );
  return '';
}

function readId(input: unknown, pointer: string, problems: Problems): string {
  if (input === undefined) return '';
  // Ids are joined with commas to make the ids of keys.
  if (typeof input === 'string' && /^[A-Za-z0-9_-]{1,100}$/.test(input)) return input;
  problems.add(`${pointer}/id`, 'id.invalid', "a field's id must have 1 to 100 letters, digits, dashes or underscores");
  return '';
}

function refuseStrangers(
  input: Record<string, unknown>,
  field: FieldDefinition,
  pointer: string,
  problems: Problems,
): void {
  for (const property of Object.keys(input)) {
    if (FOR_ALL.includes(property) || RULES_OF[field.type].includes(property)) continue;
    if (RULES.includes(property)) {
      // Forms send every rule, with null where it is empty.
      if (input[property] === null || input[property] === undefined) continue;
      problems.add(
        `${pointer}/${property}`,
        `${property}.not_applicable`,
        `${field.name}: a ${field.type} field has no rule ${property}`,
      );
    } else {
      problems.add(
        `${pointer}/${pointerStep(property)}`,
        'field.unknown_property',
        `${field.name}: unknown property ${shown(property)}`,
      );
    }
  }
}

function readDescription(
  input: Record<string, unknown>,
  field: FieldDefinition,
  pointer: string,
  problems: Problems,
): void {
  const { description } = input;
  if (description === undefined || description === null) return;
  if (typeof description === 'string' && description.length <= MAX_DESCRIPTION && isStorable(description))
    field.description = description;
  else
    problems.add(
      `${pointer}/description`,
      'description.invalid',
      `${field.name}: the description must be a text of at most ${MAX_DESCRIPTION} characters`,
    );
}

function readFlag(
  input: Record<string, unknown>,
  flag: 'required' | 'unique',
  field: FieldDefinition,
  pointer: string,
  problems: Problems,
): void {
  const value = input[flag];
  if (value === undefined || value === null) return;
  if (typeof value === 'boolean') field[flag] = value;
  else
    problems.add(
      `${pointer}/${flag}`,
      `${flag}.type`,
      `${field.name}: ${flag} must be true or false, not ${shown(value)}`,
    );
}

function readRules(input: Record<string, unknown>, field: FieldDefinition, pointer: string, problems: Problems): void {
  switch (field.type) {
    case 'string':
      readBounds(input, field, pointer, problems);
      return readRegex(input.regex, field, pointer, problems);
    case 'number':
    case 'date':
      return readBounds(input, field, pointer, problems);
    case 'options':
      return readOptions(input.options, field, pointer, problems);
    case 'reference':
      return readReference(input.reference_schema_id, field, pointer, problems);
    case 'boolean':
  }
}

function readOptions(input: unknown, field: FieldDefinition, pointer: string, problems: Problems): void {
  const at = `${pointer}/options`;
  if (!Array.isArray(input) || input.length === 0 || input.length > MAX_OPTIONS) {
    return problems.add(at, 'options.invalid', `${field.name}: options must be a list of 1 to ${MAX_OPTIONS} values`);
  }
  const seen = new Set<unknown>();
  const options: (string | number | boolean)[] = [];
  input.forEach((option: unknown, index) => {
    if (!isOption(option))
      problems.add(
        `${at}/${index}`,
        'options.value',
        `${field.name}: an option must be a text of at most ${MAX_OPTION_LENGTH} characters, a number, true or false`,
      );
    else if (seen.has(option))
      problems.add(`${at}/${index}`, 'options.repeated', `${field.name}: the option ${shown(option)} is there twice`);
    else options.push(option);
    seen.add(option);
  });
  field.options = options;
}

function isOption(value: unknown): value is string | number | boolean {
  if (typeof value === 'string') return value.length <= MAX_OPTION_LENGTH && isStorable(value);
  return typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
}

function readReference(input: unknown, field: FieldDefinition, pointer: string, problems: Problems): void {
  if (typeof input === 'string' && UUID.test(input)) field.reference_schema_id = input.toLowerCase();
  else
    problems.add(
      `${pointer}/reference_schema_id`,
      'reference_schema_id.invalid',
      `${field.name}: reference_schema_id must be the UUID of a schema, not ${shown(input)}`,
    );
}
