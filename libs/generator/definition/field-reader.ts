import { type FieldDefinition, FIELD_TYPES, type FieldType } from './definition.js';
import { readOptions, readReference } from './choice-reader.js';
import { readDate } from './date-reader.js';
import { readExpression } from './expression-reader.js';
import { MAX_DESCRIPTION, MAX_NAME } from './limits.js';
import { readArray, readObject } from './nested-reader.js';
import { readDefault, readNullRate } from './null-reader.js';
import { readNumber } from './number-reader.js';
import { isPlainObject, isStorable, pointerStep, type Problems, shown } from './reader.js';
import { FOR_ALL, RULES, RULES_OF } from './rule-names.js';
import { RuleReader } from './rule-reader.js';
import { readString } from './string-reader.js';

// Starts like a name in programming languages; spaces, dots and dashes may follow, quotes and slashes may not.
const NAME = /^[A-Za-z_][A-Za-z0-9_.\- ]*$/;

/** Reads one field; null when it is not even an object. A missing id comes back as ''. */
export function readField(input: unknown, pointer: string, problems: Problems, depth = 0): FieldDefinition | null {
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
  return readFieldOf(input, field, pointer, problems, depth);
}

/** Reads everything but id, name and type, which `field` has. */
export function readFieldOf(
  input: Record<string, unknown>,
  field: FieldDefinition,
  pointer: string,
  problems: Problems,
  depth: number,
): FieldDefinition {
  const reader = new RuleReader(input, field, pointer, problems);
  refuseStrangers(reader);
  readDescription(reader);
  field.required = reader.flag('required');
  field.unique = reader.flag('unique');
  field.searchable = reader.flag('searchable');
  readRules(reader, depth);
  if (depth > 0) refuseAcrossRows(reader);
  readExpression(reader);
  readNullRate(reader);
  readDefault(reader);
  return withoutGaps(field);
}

/** What ties a row to others, or finds it among them, is for the fields of the schema itself: the objects within have no place among the rows. */
function refuseAcrossRows(reader: RuleReader): void {
  const { field } = reader;
  const found = [
    ['unique', field.unique],
    ['cardinality', field.cardinality === 'one_to_one'],
    ['sequence', field.sequence],
    ['earlier_rows', field.earlier_rows],
    ['searchable', field.searchable],
  ] as const;
  for (const [rule, isThere] of found) {
    if (isThere) reader.refuse(rule, 'nested', `${rule} is for fields of the schema itself, not for those within them`);
  }
}

/** The same without properties that are undefined: what was read is what is stored. */
function withoutGaps(field: FieldDefinition): FieldDefinition {
  for (const key of Object.keys(field) as (keyof FieldDefinition)[]) if (field[key] === undefined) delete field[key];
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
  if (typeof input === 'string' && /^[A-Za-z0-9_-]{1,100}$/.test(input) && !(input in {})) return input;
  problems.add(
    `${pointer}/id`,
    'id.invalid',
    "a field's id must have 1 to 100 letters, digits, dashes or underscores, and be no name that every object has",
  );
  return '';
}

function refuseStrangers({ input, field, pointer, problems }: RuleReader): void {
  for (const property of Object.keys(input)) {
    if (FOR_ALL.includes(property) || RULES_OF[field.type].includes(property)) continue;
    if (RULES.has(property)) {
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

function readDescription(reader: RuleReader): void {
  const isText = (value: unknown): value is string =>
    typeof value === 'string' && value.length <= MAX_DESCRIPTION && isStorable(value);
  reader.field.description = reader.read('description', isText, `a text of at most ${MAX_DESCRIPTION} characters`);
}

function readRules(reader: RuleReader, depth: number): void {
  const { field } = reader;
  switch (field.type) {
    case 'string':
      return readString(reader);
    case 'number':
      return readNumber(reader);
    case 'date':
      return readDate(reader);
    case 'options':
      return readOptions(reader);
    case 'reference':
      return readReference(reader);
    case 'array':
      return readArray(reader, depth);
    case 'object':
      return readObject(reader, depth);
    case 'boolean':
      field.probability = reader.share('probability');
  }
}
