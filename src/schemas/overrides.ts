import type { FieldDefinition, Problem, SchemaDefinition } from '../../libs/generator/index.js';

/** Other rules of a field for one run, `null` where a rule is dropped; or the one `value` that all rows get. */
export type FieldOverride = Record<string, unknown>;
/** By the field's name. */
export type Overrides = Readonly<Record<string, FieldOverride>>;

export interface Overridden {
  definition: SchemaDefinition;
  /** By reference field: the record that all rows name. */
  fixed: Record<string, string>;
  problems: Problem[];
}

/** What may be changed for a run: how values are drawn, never what a field is or what it has to do with other rows. */
export const OVERRIDABLE = [
  ...['regex', 'min', 'max', 'min_length', 'max_length', 'format', 'case', 'template', 'expression', 'default'],
  ...['exclusive_min', 'exclusive_max', 'decimals', 'integer', 'step', 'distribution', 'sequence', 'after', 'before'],
  ...['probability', 'options', 'weights', 'null_rate', 'earlier_rows', 'min_items', 'max_items', 'unique_items'],
] as const;
type Rule = (typeof OVERRIDABLE)[number];

/** Rules that a new one takes the place of, since a field has one of them at most, or since they count its values. */
const REPLACED: Partial<Record<Rule, Rule[]>> = {
  min: ['exclusive_min', 'min_length'],
  min_length: ['min'],
  exclusive_min: ['min'],
  max: ['exclusive_max', 'max_length'],
  max_length: ['max'],
  exclusive_max: ['max'],
  options: ['weights'],
};

/** Field types of which all rows can have one given value. */
const FIXABLE = ['string', 'number', 'date', 'boolean', 'options', 'reference'];

/** The definition as a run is to follow it. Pointers of problems begin with the field's name. */
export function applyOverrides(definition: SchemaDefinition, overrides: Overrides): Overridden {
  const problems: Problem[] = [];
  const fixed: Record<string, string> = {};
  const known = new Set(definition.fields.map(({ name }) => name));
  for (const name of Object.keys(overrides).filter((each) => !known.has(each))) {
    problems.push({ pointer: pointerOf(name), code: 'unknown_field', message: `the schema has no field ${name}` });
  }
  const fields = definition.fields.map((field): FieldDefinition => {
    if (!Object.hasOwn(overrides, field.name)) return field;
    const override = overrides[field.name];
    const found = problemsOf(definition, field, override);
    problems.push(...found);
    if (found.length > 0 || override === undefined) return field;
    if (!Object.hasOwn(override, 'value')) return withRules(field, override);
    if (field.type === 'reference' && typeof override.value === 'string')
      fixed[field.name] = override.value.toLowerCase();
    return withValue(field, override.value);
  });
  return { definition: { ...definition, fields }, fixed, problems };
}

/** A JSON pointer to what is said of a field. */
export function pointerOf(name: string): string {
  return `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function problemsOf(definition: SchemaDefinition, field: FieldDefinition, override: unknown): Problem[] {
  const at = pointerOf(field.name);
  const problem = (code: string, message: string, below = ''): Problem[] => [{ pointer: at + below, code, message }];
  if (
    typeof override !== 'object' ||
    override === null ||
    Array.isArray(override) ||
    Object.keys(override).length === 0
  )
    return problem('type', `the override of ${field.name} must be an object with a value or with rules`);
  if (Object.hasOwn(override, 'value')) {
    if (Object.keys(override).length > 1) return problem('value', 'a fixed value goes with no other rule', '/value');
    const key = [...(isUnique(field) ? [[field.name]] : []), ...(definition.unique ?? [])].find((names) =>
      names.includes(field.name),
    );
    if (key) return problem('unique', `rows differ in ${key.join(', ')}, so ${field.name} cannot be fixed`, '/value');
    if (FIXABLE.includes(field.type)) return [];
    return problem('type', `a field of the type ${field.type} cannot be fixed`, '/value');
  }
  const strange = Object.keys(override).filter((rule) => !OVERRIDABLE.includes(rule as Rule));
  return strange.map((rule) => ({
    pointer: `${at}${pointerOf(rule)}`,
    code: 'unknown_rule',
    message: `${rule} cannot be overridden; what can is value, ${OVERRIDABLE.join(', ')}`,
  }));
}

function isUnique(field: FieldDefinition): boolean {
  return field.unique === true || field.cardinality === 'one_to_one';
}

function withRules(field: FieldDefinition, override: FieldOverride): FieldDefinition {
  const changed: Record<string, unknown> = { ...field };
  for (const rule of Object.keys(override)) {
    for (const replaced of REPLACED[rule as Rule] ?? []) delete changed[replaced];
  }
  Object.assign(changed, override);
  for (const rule of Object.keys(override)) if (override[rule] === null) delete changed[rule];
  return changed as unknown as FieldDefinition;
}

/** The field as one that has this value in every row. */
function withValue(field: FieldDefinition, value: unknown): FieldDefinition {
  const { id, name, type, required, reference_schema_id } = field;
  const bare = { id, name, ...(required === undefined ? {} : { required }) };
  if (value === null) return { ...field, ...UNMADE, default: undefined, null_rate: 1 };
  if (type === 'reference') return { ...bare, type, reference_schema_id };
  if (type !== 'date') return { ...bare, type: 'options', options: [value as string | number | boolean] };
  // Still a date, to which others can be put in order.
  return { ...bare, type, min: value as string, max: value as string, format: formatOf(String(value)) };
}

/** Without what makes a value of something else. */
const UNMADE = {
  ...{ template: undefined, expression: undefined, sequence: undefined },
  ...{ after: undefined, before: undefined, earlier_rows: undefined },
};

function formatOf(date: string): 'date' | 'date-time' | 'time' {
  if (/^\d+:/.test(date)) return 'time';
  return /^\d+-\d+-\d+$/.test(date) ? 'date' : 'date-time';
}
