import { snakeCase } from '../kinds/names.js';
import { checkDependencies, readRules } from './dependencies.js';
import { type AppliedRule, type FieldDefinition, type Problem, type SchemaDefinition } from './definition.js';
import { embedded, type Resolve } from './embedding.js';
import { readFields } from './fields-reader.js';
import { checkKeys } from './key-problems.js';
import { MAX_KEYS, MAX_SEARCHABLE } from './limits.js';
import { isPlainObject, pointerStep, Problems, shown } from './reader.js';
import { allowsTexts } from './regex-reader.js';
import { withSelf } from './self-reference.js';
import { tryRows } from './trial.js';

/** The rule that a field named `email` gets: something, an at sign, something with a dot, and no space. */
export const EMAIL_RULE = '^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$';

export interface ReadResult {
  /** The definition, normalised; null when there are problems. */
  definition: SchemaDefinition | null;
  /** Rules that were added because of a field's name. */
  applied: AppliedRule[];
  problems: Problem[];
}

export interface ReadOptions {
  /**
   * Finds the schemas that objects embed. Without it, an embedded schema is taken on trust when a definition is read, and
   * missing when it is compiled.
   */
  resolve?: Resolve;
  /** The id of the schema itself, which references may call `self`; without it, they may not. */
  self?: string;
}

/**
 * Reads an untrusted definition: checks everything, so that every problem is reported at once, gives an id to each field
 * that has none, and adds the e-mail rule. Whether a referenced schema exists is for the caller to say. Never throws.
 */
export function readDefinition(given: unknown, options: ReadOptions = {}): ReadResult {
  const input = options.self === undefined ? given : withSelf(given, options.self);
  const problems = new Problems();
  const applied: AppliedRule[] = [];
  if (!isPlainObject(input)) {
    problems.add('', 'definition.type', 'the definition must be an object');
    return { definition: null, applied, problems: problems.list };
  }
  for (const name of Object.keys(input)) {
    if (name !== 'fields' && name !== 'unique' && name !== 'rules')
      problems.add(`/${pointerStep(name)}`, 'definition.unknown_property', `unknown property ${shown(name)}`);
  }
  const fields = readFields(input.fields, '', problems);
  const unique = readKeys(input.unique, fields, problems);
  refuseManySearchable(fields, problems);
  if (problems.list.length === 0) checkDependencies(fields, '', problems);
  const rules = problems.list.length === 0 ? readRules(input.rules, fields, problems) : undefined;
  const definition: SchemaDefinition = { fields, ...(unique ? { unique } : {}), ...(rules ? { rules } : {}) };
  if (problems.list.length === 0) checkKeys(definition, problems);
  if (problems.list.length === 0) {
    for (const field of fields) applied.push(...applyNameRule(field));
    if (options.resolve || !hasEmbedded(fields)) checkWhole(definition, options.resolve, problems);
  }
  if (problems.list.length > 0) return { definition: null, applied: [], problems: problems.list };
  return { definition, applied, problems: [] };
}

/** What can be said only of the definition as a whole. */
function checkWhole(definition: SchemaDefinition, resolve: Resolve | undefined, problems: Problems): void {
  const whole = embedded(definition, resolve, problems);
  if (problems.list.length === 0) tryRows(whole, problems);
}

function refuseManySearchable(fields: readonly FieldDefinition[], problems: Problems): void {
  const places = fields.flatMap(({ searchable }, f) => (searchable ? [f] : []));
  if (places.length <= MAX_SEARCHABLE) return;
  const message = `a schema may have at most ${MAX_SEARCHABLE} searchable fields, not ${places.length}`;
  problems.add(`/fields/${places[MAX_SEARCHABLE]}/searchable`, 'searchable.too_many', message);
}

function hasEmbedded(fields: readonly FieldDefinition[]): boolean {
  return JSON.stringify(fields).includes('"schema":');
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
  if (field.type !== 'string' || snakeCase(field.name) !== 'email') return [];
  // A format is stricter, and what a template or expression gives is what it gives.
  const isSaid = [field.regex, field.format, field.template, field.expression].some((rule) => rule !== undefined);
  // Where the field's lengths leave no room for an address, the rule would make it impossible to fill.
  if (isSaid || !allowsTexts(EMAIL_RULE, field)) return [];
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
