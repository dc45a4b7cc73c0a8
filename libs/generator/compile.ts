import { DefinitionError, type FieldDefinition, type Problem, type SchemaDefinition } from './definition/definition.js';
import { readDefinition } from './definition/read-definition.js';
import { referencePlan } from './references/reference-values.js';
import { type RowInputs, rowSource, type RowSource } from './rendering/row-source.js';
import { type Capacity, capacityOf } from './uniqueness/capacity.js';
import { keyReader } from './uniqueness/key-reader.js';
import { bindingKeys, type UniqueKey } from './uniqueness/keys.js';
import { compileCheck } from './validation/check.js';
import { datePlan } from './values/date-values.js';
import { type FieldPlan, type KeyRole } from './values/field-plan.js';
import { booleanPlan, optionsPlan } from './values/listed-values.js';
import { numberPlan } from './values/number-values.js';
import { stringPlan } from './values/string-values.js';

/** A field that refers to records of another schema. */
export interface ReferenceField {
  field: string;
  fieldId: string;
  schemaId: string;
  required: boolean;
  /** Whether the field by itself is unique: at most one row per record. */
  unique: boolean;
}

/** A schema ready to make and to check rows. Has no state: any number of runs may use it at once. */
export interface CompiledSchema {
  readonly definition: SchemaDefinition;
  /** The unique keys that bind, in the order that `keysOf` and `withKeys` use. */
  readonly keys: readonly UniqueKey[];
  readonly references: readonly ReferenceField[];
  /**
   * How many distinct rows the unique keys allow; null when there is no key that limits them. `referenceCounts` says, by
   * field name, how many records a reference may choose from; without it, none.
   */
  capacity(referenceCounts?: Record<string, number>): Capacity | null;
  /** Everything that is wrong with the values, with JSON pointers into them; empty when nothing is. Never throws. */
  check(values: unknown): Problem[];
  /** The canonical text of each key, null where a member is null or absent. For values that pass `check`. */
  keysOf(values: Record<string, unknown>): (string | null)[];
  /** The values with fields in the order of the definition, which jsonb forgets; others are left out. */
  ordered(values: Record<string, unknown>): Record<string, unknown>;
  /** The rows for a seed, a moment, and records to refer to. Throws NoCandidatesError when a required reference has none. */
  rows(inputs: RowInputs): RowSource;
}

/**
 * Compiles a definition to closures. Throws DefinitionError with everything that readDefinition finds wrong with it.
 * Give it what readDefinition returned: a field without an id would get another one at every call.
 */
export function compile(input: SchemaDefinition): CompiledSchema {
  const { definition, problems } = readDefinition(input);
  if (!definition) throw new DefinitionError(problems);
  const keys = bindingKeys(definition);
  const plans = definition.fields.map((field) => planOf(field, roleOf(field.name, keys)));
  return {
    definition,
    keys,
    references: definition.fields.filter((field) => field.type === 'reference').map(referenceOf),
    capacity: (referenceCounts = {}) => capacityOf(definition, plans, keys, referenceCounts),
    check: compileCheck(definition),
    keysOf: keyReader(definition, keys),
    ordered: (values) => orderedBy(definition, values),
    rows: (inputs) => rowSource(definition, plans, keys, inputs),
  };
}

function planOf(field: FieldDefinition, role: KeyRole): FieldPlan {
  switch (field.type) {
    case 'string':
      return stringPlan(field, role);
    case 'number':
      return numberPlan(field, role);
    case 'date':
      return datePlan(field, role);
    case 'boolean':
      return booleanPlan();
    case 'options':
      return optionsPlan(field);
    case 'reference':
      return referencePlan(field);
  }
}

function roleOf(name: string, keys: readonly UniqueKey[]): KeyRole {
  const key = keys.find((each) => each.fields.includes(name));
  return key === undefined ? 'none' : key.fields.length === 1 ? 'alone' : 'together';
}

function referenceOf(field: FieldDefinition): ReferenceField {
  return {
    field: field.name,
    fieldId: field.id,
    schemaId: field.reference_schema_id ?? '',
    required: field.required === true,
    unique: field.unique === true,
  };
}

function orderedBy(definition: SchemaDefinition, values: Record<string, unknown>): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const { name } of definition.fields) if (Object.hasOwn(values, name)) out[name] = values[name];
  return out;
}
