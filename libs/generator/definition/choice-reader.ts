import { readDistribution } from './distribution-reader.js';
import { MAX_OPTION_LENGTH, MAX_OPTIONS } from './limits.js';
import { isStorable, shown } from './reader.js';
import { type RuleReader } from './rule-reader.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Reads the rules of an options field. */
export function readOptions(reader: RuleReader): void {
  const { field, pointer, problems } = reader;
  const input = reader.input.options;
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
  readWeights(reader, input.length);
}

function readWeights(reader: RuleReader, count: number): void {
  const isWeight = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= 1e9;
  const areWeights = (value: unknown): value is number[] =>
    Array.isArray(value) && value.length === count && value.every(isWeight) && value.some((weight) => weight > 0);
  reader.field.weights = reader.read(
    'weights',
    areWeights,
    `a list of ${count} numbers from 0 on, one for each option, not all zero`,
  );
}

function isOption(value: unknown): value is string | number | boolean {
  if (typeof value === 'string') return value.length <= MAX_OPTION_LENGTH && isStorable(value);
  return typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
}

/** Reads the rules of a reference. */
export function readReference(reader: RuleReader): void {
  const { field } = reader;
  const id = reader.input.reference_schema_id;
  if (typeof id === 'string' && UUID.test(id)) field.reference_schema_id = id.toLowerCase();
  else
    reader.refuse(
      'reference_schema_id',
      'invalid',
      `reference_schema_id must be the UUID of a schema, not ${shown(id)}`,
    );
  field.cardinality = reader.choice('cardinality', ['many_to_one', 'one_to_one']);
  field.distribution = readDistribution(reader, ['uniform', 'zipf']);
  field.earlier_rows = reader.flag('earlier_rows');
  if (field.earlier_rows && field.required)
    reader.refuse(
      'earlier_rows',
      'required',
      'the first row has no earlier one to refer to, so the field must be optional',
    );
  if (field.earlier_rows) reader.excludes('earlier_rows', ['distribution'], 'earlier rows are all equally likely');
}

/** Whether the text is the id of a schema or record. */
export function isUuid(text: unknown): text is string {
  return typeof text === 'string' && UUID.test(text);
}
