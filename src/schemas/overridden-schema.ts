import { randomUUID } from 'node:crypto';
import {
  compile,
  type CompiledSchema,
  DefinitionError,
  type Problem,
  type RowInputs,
  type RowSource,
  SpaceExhaustedError,
} from '../../libs/generator/index.js';
import type { FieldError } from '../../libs/errors/errors.js';
import { invalidRequest } from '../../libs/http/validation.js';
import type { DataSchema } from './data-schema.entity.js';
import { applyOverrides, type FieldOverride, type Overrides, pointerOf } from './overrides.js';

/** Rows that are made and checked before a run with overrides starts. */
const SAMPLED = 100;
/** Records that a reference may name in these rows. */
const MADE_UP = 20;

/** A row that the overrides make and the schema refuses: the run that wants it cannot go on. */
export class RowRefusedError extends Error {
  constructor(
    row: number,
    readonly problems: readonly Problem[],
  ) {
    super(`with the overrides, row ${row} breaks a rule: ${problems.map(({ message }) => message).join('; ')}`);
  }
}

/** The overrides do not go with the schema; pointers begin with the field's name. */
export class OverridesError extends Error {
  constructor(readonly problems: readonly Problem[]) {
    super(problems.map(({ message }) => message).join('; '));
  }
}

/** 422: what is wrong with the overrides that stand at `pointer` in the request. */
export function invalidOverrides(problems: readonly Problem[], pointer: string): Error {
  const errors = problems.map((each): FieldError => ({
    pointer: pointer + each.pointer,
    code: each.code,
    detail: each.message,
  }));
  return invalidRequest(errors);
}

/**
 * The schema `base` with other rules for some of its fields. What its rows must keep stays `base`: each is checked when it is
 * made, and one that breaks a rule throws {@link RowRefusedError}. Throws {@link OverridesError}.
 */
export function compileOverridden(
  base: CompiledSchema,
  { schemaDefinition, embedded }: Pick<DataSchema, 'schemaDefinition' | 'embedded'>,
  overrides: Overrides,
): CompiledSchema {
  const { definition, fixed, problems } = applyOverrides(schemaDefinition, overrides);
  const said = new Set(problems.map(({ pointer }) => pointer.split('/')[1]));
  const unsaid = Object.entries(overrides).filter(([name]) => !said.has(pointerOf(name).slice(1)));
  const wrong = [...problems, ...unsaid.flatMap(([name, override]) => wrongValue(base, name, override))];
  if (wrong.length > 0) throw new OverridesError(wrong);
  const compiled = compiling(overrides, schemaDefinition, () =>
    compile(definition, { engine: base.engineVersion, resolve: (id) => embedded[id] }),
  );
  return {
    ...compiled,
    definition: base.definition,
    check: base.check,
    // What is fixed needs no records to choose from.
    references: compiled.references.map((each) => (each.field in fixed ? { ...each, fewest: 0 } : each)),
    rows: (inputs) => checkedRows(compiled, base, withFixed(inputs, fixed)),
  };
}

/** What is wrong with rows of the overridden schema, going by the first hundred; empty where nothing is. */
export function problemsOfSample(schema: CompiledSchema, overrides: Overrides, seed: string): Problem[] {
  const references = Object.fromEntries(schema.references.map(({ field }) => [field, madeUp()]));
  try {
    const rows = schema.rows({ seed, now: Date.now(), references });
    for (let i = 0; i < SAMPLED; i += 1) {
      const values = JSON.parse(rows.json(i)) as Record<string, unknown>;
      const other = Object.keys(overrides).find((name) => isOther(values[name], overrides[name]));
      if (other !== undefined) return [rewritten(other, values[other])];
    }
  } catch (error) {
    if (error instanceof SpaceExhaustedError) return [];
    if (!(error instanceof RowRefusedError)) throw error;
    return error.problems.map((each) => ({ ...each, pointer: ownPointer(each.pointer, overrides) }));
  }
  return [];
}

function wrongValue(base: CompiledSchema, name: string, override: FieldOverride): Problem[] {
  if (!Object.hasOwn(override, 'value')) return [];
  const pointer = pointerOf(name);
  // By itself the value stands in no row: what is missing beside it, and rules over several fields, are for the sample.
  const found = base.check({ [name]: override.value }).filter((each) => `${each.pointer}/`.startsWith(`${pointer}/`));
  return found.map((each) => ({ ...each, pointer: `${pointer}/value` }));
}

function compiling(
  overrides: Overrides,
  { fields }: DataSchema['schemaDefinition'],
  make: () => CompiledSchema,
): CompiledSchema {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    throw new OverridesError(
      error.problems.map((each) => {
        const [, place = '', rule = ''] = /^\/fields\/(\d+)((?:\/.*)?)$/.exec(each.pointer) ?? [];
        const name = fields[Number(place)]?.name ?? '';
        if (place === '' || !Object.hasOwn(overrides, name)) return { ...each, pointer: '' };
        const isFixed = Object.hasOwn(overrides[name] ?? {}, 'value');
        return { ...each, pointer: pointerOf(name) + (isFixed ? '/value' : rule) };
      }),
    );
  }
}

function withFixed(inputs: RowInputs, fixed: Record<string, string>): RowInputs {
  const chosen = Object.fromEntries(Object.entries(fixed).map(([field, id]) => [field, [id]]));
  return { ...inputs, references: { ...inputs.references, ...chosen } };
}

function checkedRows(compiled: CompiledSchema, base: CompiledSchema, inputs: RowInputs): RowSource {
  const rows = compiled.rows(inputs);
  const requireValid = (json: string, i: number): void => {
    const problems = base.check(JSON.parse(json), inputs.now);
    if (problems.length > 0) throw new RowRefusedError(i, problems);
  };
  return {
    field: (name, i) => rows.field(name, i),
    json: (i) => {
      const json = rows.json(i);
      requireValid(json, i);
      return json;
    },
    withKeys: (i) => {
      const row = rows.withKeys(i);
      requireValid(row.json, i);
      return row;
    },
  };
}

/** Whether the field was to have another value: a moment may be written in several ways, and rows have one of them. */
function isOther(value: unknown, override: Overrides[string] | undefined): boolean {
  if (!override || !Object.hasOwn(override, 'value') || value === undefined) return false;
  const wanted = typeof value === 'string' && isId(value) ? String(override.value).toLowerCase() : override.value;
  return value !== wanted;
}

function isId(text: string): boolean {
  return /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/.test(text);
}

function rewritten(name: string, value: unknown): Problem {
  const message = `rows would have it as ${JSON.stringify(value)}; give it so`;
  return { pointer: `${pointerOf(name)}/value`, code: 'value', message };
}

function ownPointer(pointer: string, overrides: Overrides): string {
  return (
    Object.keys(overrides)
      .map(pointerOf)
      .find((each) => pointer === each || pointer.startsWith(`${each}/`)) ?? ''
  );
}

function madeUp(): string[] {
  return Array.from({ length: MADE_UP }, () => randomUUID());
}
