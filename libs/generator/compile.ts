import { compileAgeing } from './ageing/ageing.js';
import { DefinitionError, type FieldDefinition, type Problem, type SchemaDefinition } from './definition/definition.js';
import { embedded, type Resolve } from './definition/embedding.js';
import { readDefinition } from './definition/read-definition.js';
import { Problems } from './definition/reader.js';
import { type Engine } from './engines/engine.js';
import { engineOf, engines } from './engines/engines.js';
import { compilePattern } from './patterns/pattern.js';
import { type Link, linksOf, type ReferenceField, referenceFields } from './references/reference-fields.js';
import { completer, deriver } from './rendering/completion.js';
import { type RowInputs, type RowSource } from './rendering/row-source.js';
import { type Capacity, capacityOf, type KeyCapacity, keyCapacitiesOf } from './uniqueness/capacity.js';
import { type KeyInputs, keyTexts } from './uniqueness/key-texts.js';
import { keyReader } from './uniqueness/key-reader.js';
import { type UniqueKey } from './uniqueness/keys.js';
import { compileCheck } from './validation/check.js';

export interface CompileOptions {
  /** Finds the definitions of schemas that objects embed. */
  resolve?: Resolve;
  /** The version of the engine, as recorded with a run; without it, the newest. Throws UnknownEngineError. */
  engine?: number;
  /** The engines to choose from: for tests of new ones. */
  engines?: readonly Engine[];
}

/** A schema ready to make and to check rows. Has no state: any number of runs may use it at once. */
export interface CompiledSchema {
  readonly definition: SchemaDefinition;
  /** The definition's fields, those of embedded schemas in their places. */
  readonly fields: readonly FieldDefinition[];
  /** The definition with the schemas that stand in it put in their places. */
  readonly whole: SchemaDefinition;
  /** How much memory it takes, in states of automata and fields: for whoever keeps many. */
  readonly weight: number;
  /** The version of the engine that makes its rows. */
  readonly engineVersion: number;
  /** The unique keys that bind, in the order that `keysOf` and `withKeys` use. */
  readonly keys: readonly UniqueKey[];
  readonly references: readonly ReferenceField[];
  /** The ids of all schemas that stand in it, however deep. */
  readonly embeds: readonly string[];
  /**
   * How many distinct rows the unique keys allow; null when there is no key that limits them. `referenceCounts` says, by
   * field name, how many records a reference may choose from; without it, none.
   */
  capacity(referenceCounts?: Record<string, number>): Capacity | null;
  /**
   * How many different values rows can have under each key, in the order of `keys`. Rows that exist already take values
   * from any of them, so the key that binds then need not be the one that `capacity` names. Without the keys that no row
   * has a value under, since an optional reference in them has no records to choose from.
   */
  keyCapacities(referenceCounts?: Record<string, number>): KeyCapacity[];
  /**
   * The canonical texts that rows can have under a key of `keys`, by its id, each once; null where there is no such list,
   * since the key is made of other fields or is not exact. Rows that were typed in, or made before the definition changed,
   * may have others.
   */
  keyTexts(keyId: string, inputs: KeyInputs): Iterable<string> | null;
  /**
   * Everything that is wrong with the values, with JSON pointers into them; empty when nothing is. Never throws. `now`, by
   * default this moment, is what bounds like `now-30d` are measured from: for generated rows, the run's.
   */
  check(values: unknown, now?: number): Problem[];
  /** The values with what is missing and follows from the rest: defaults, templates, expressions. Does not check them. */
  completed(values: Record<string, unknown>): Record<string, unknown>;
  /** The values with some of them changed, and what is made of those made anew, unless it is among the changes. Does not check them. */
  changed(values: Record<string, unknown>, changes: Record<string, unknown>): Record<string, unknown>;
  /** Whether values move with time: fields with bounds like `now-30d`, and what hangs together with them. */
  readonly ages: boolean;
  /**
   * Values that were right at the moment `from` as they would be at `to`: dates with bounds like `now-30d` are moved, with what
   * is tied to them. What was right then is right now, unless the definition leaves no date for it; see README.md, Ageing.
   */
  asOf(values: Record<string, unknown>, from: number, to: number): Record<string, unknown>;
  /** The canonical text of each key, null where a member is null or absent. For values that pass `check`. */
  keysOf(values: Record<string, unknown>): (string | null)[];
  /** The records that the values refer to, wherever they do. */
  links(values: Record<string, unknown>): Link[];
  /** The values with fields in the order of the definition, which jsonb forgets; others are left out. */
  ordered(values: Record<string, unknown>): Record<string, unknown>;
  /** The rows for a seed, a moment, and records to refer to. Throws NoCandidatesError when a required reference has none. */
  rows(inputs: RowInputs): RowSource;
}

/**
 * Compiles a definition to closures. Throws DefinitionError with everything that readDefinition finds wrong with it.
 * Give it what readDefinition returned: a field without an id would get another one at every call.
 */
export function compile(input: SchemaDefinition, options: CompileOptions = {}): CompiledSchema {
  const { definition, problems } = readDefinition(input);
  if (!definition) throw new DefinitionError(problems);
  const wrong = new Problems();
  const whole = embedded(definition, options.resolve, wrong);
  if (wrong.list.length > 0) throw new DefinitionError(wrong.list);
  const all = options.engines ?? engines;
  const engine = engineOf(options.engine ?? all.at(-1)!.version, all);
  const table = engine.table(whole);
  const check = compileCheck(whole);
  const derive = deriver(whole.fields);
  const age = compileAgeing(whole, check);
  return {
    definition,
    fields: whole.fields,
    whole,
    weight: weightOf(whole.fields),
    engineVersion: engine.version,
    keys: table.keys.all,
    references: referenceFields(whole.fields),
    embeds: [...new Set(schemasIn(whole.fields))],
    capacity: (referenceCounts = {}) => capacityOf(whole, table.plans, table.keys, referenceCounts),
    keyCapacities: (referenceCounts = {}) => keyCapacitiesOf(whole, table.plans, table.keys, referenceCounts),
    keyTexts: (keyId, inputs) => {
      const key = table.keys.all.find(({ id }) => id === keyId);
      return key ? keyTexts(table, key.fields, inputs) : null;
    },
    check: (values, now = Date.now()) => check(values, now),
    completed: completer(whole),
    changed: (values, changes) => derive({ ...values, ...changes }, new Set(Object.keys(changes))),
    ages: age !== null,
    asOf: (values, from, to) => (age && from !== to ? age(values, from, to) : values),
    keysOf: keyReader(whole, table.keys.all),
    links: (values) => linksOf(whole.fields, values),
    ordered: (values) => orderedBy(whole.fields, values),
    rows: (inputs) => engine.rows(table, inputs),
  };
}

/**
 * The references of a definition that readDefinition returned, those of embedded schemas included: for whoever only wants
 * to know how schemas hang together. Embedded schemas that there are not are passed over.
 */
export function referencesIn(definition: SchemaDefinition, resolve?: Resolve): ReferenceField[] {
  return referenceFields(embedded(definition, resolve, new Problems()).fields);
}

/**
 * A definition that readDefinition returned with the fields of embedded schemas in their places: for whoever wants to know
 * what its rows look like. Embedded schemas that there are not have no fields.
 */
export function wholeDefinition(definition: SchemaDefinition, resolve?: Resolve): SchemaDefinition {
  return embedded(definition, resolve, new Problems());
}

function weightOf(fields: readonly Omit<FieldDefinition, 'id' | 'name'>[]): number {
  return fields.reduce((sum, { regex, items, fields: inner = [] }) => {
    const own = regex === undefined ? 1 : compilePattern(regex).automaton.states;
    return sum + own + weightOf(items ? [...inner, items] : inner);
  }, 0);
}

function schemasIn(fields: readonly Omit<FieldDefinition, 'id' | 'name'>[]): string[] {
  return fields.flatMap(({ schema, items, fields: inner = [] }) => [
    ...(schema === undefined ? [] : [schema]),
    ...schemasIn(items ? [items] : inner),
  ]);
}

function orderedBy(fields: readonly FieldDefinition[], values: Record<string, unknown>): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const field of fields)
    if (Object.hasOwn(values, field.name)) out[field.name] = orderedValue(field, values[field.name]);
  return out;
}

function orderedValue(field: Pick<FieldDefinition, 'fields' | 'items'>, value: unknown): unknown {
  const { fields, items } = field;
  if (items && Array.isArray(value)) return value.map((each) => orderedValue(items, each));
  if (fields && typeof value === 'object' && value !== null && !Array.isArray(value))
    return orderedBy(fields, value as Record<string, unknown>);
  return value;
}
