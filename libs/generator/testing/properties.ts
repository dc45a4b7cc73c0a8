import { expect } from '@jest/globals';
import fc from 'fast-check';
import {
  compile,
  type CompiledSchema,
  readDefinition,
  type RowInputs,
  RuleUnmetError,
  SpaceExhaustedError,
} from '../index.js';
import { type Edit, edit, edited } from './edited-definitions.js';
import { independentCheck } from './independent-check.js';
import { NOW } from './independent-dates.js';
import { type DefinitionInput, definitionInput, type FieldInput } from './random-definitions.js';
import { richDefinition } from './rich-definitions.js';
import { countValues, RECORDS, smallDefinition } from './small-definitions.js';

const IDS = Array.from({ length: RECORDS }, (_, k) => `00000000-0000-4000-8000-00000000010${k}`);
/** What a definition may take, to be read and make its rows; far above what any does. */
const MOST_MS = 3000;
/** Rows that are made of a definition; where its keys allow no more than MOST_ROWS, all there are. */
const ROWS = 60;
const MOST_ROWS = 1000;

const anyDefinition = fc.oneof(
  { weight: 3, arbitrary: richDefinition },
  { weight: 2, arbitrary: smallDefinition },
  { weight: 1, arbitrary: definitionInput },
);

const schemaOf = (input: unknown): CompiledSchema | null => {
  const { definition } = readDefinition(input);
  return definition && compile(definition);
};

function inputsOf(schema: CompiledSchema): RowInputs {
  return { seed: 'any', now: NOW, references: Object.fromEntries(schema.references.map(({ field }) => [field, IDS])) };
}

function capacityOf(schema: CompiledSchema): { rows: number; exact: boolean } {
  const counts = Object.fromEntries(schema.references.map(({ field }) => [field, IDS.length]));
  const { at_least, exact } = schema.capacity(counts) ?? { at_least: 2n ** 53n, exact: false };
  return { rows: Number(at_least), exact };
}

/** A rule may turn out to be too hard for a later row, and says so: such definitions are left out. */
function unlessUnmet<A extends unknown[]>(property: (...args: A) => void): (...args: A) => void {
  return (...args) => {
    try {
      property(...args);
    } catch (error) {
      fc.pre(!(error instanceof RuleUnmetError));
      throw error;
    }
  };
}

/**
 * For `runs` random definitions: every row passes the check, and another that shares nothing with it; keys never repeat, to
 * the last row that the capacity promises, and that is as many as there are; slices in any order are the same rows; no
 * definition takes long. `seed` repeats a run: a failure tells its own.
 */
export function expectRowsOfAny(runs: number, seed?: number): void {
  fc.assert(fc.property(anyDefinition, fc.array(fc.nat(), { minLength: 3, maxLength: 6 }), unlessUnmet(expectRows)), {
    numRuns: runs,
    seed,
  });
}

function expectRows(input: DefinitionInput, cuts: readonly number[]): void {
  const start = performance.now();
  const schema = schemaOf(input);
  const json = schema ? allRows(schema) : [];
  expect(performance.now() - start).toBeLessThan(MOST_MS);
  fc.pre(schema !== null);
  expectValid(input, schema, json);
  expectKeys(input, schema, json);
  expectCapacity(input, schema, json.length);
  expectSlices(schema, json, cuts);
}

/** The first rows; where the keys allow only some more, all of them. */
function allRows(schema: CompiledSchema): string[] {
  const capacity = capacityOf(schema).rows;
  const rows = schema.rows(inputsOf(schema));
  return Array.from({ length: capacity <= MOST_ROWS ? capacity : ROWS }, (_, i) => rows.json(i));
}

function expectValid(input: DefinitionInput, schema: CompiledSchema, json: readonly string[]): void {
  const wrong = independentCheck(input, IDS);
  json.slice(0, ROWS).forEach((row, i) => {
    const values = JSON.parse(row) as Record<string, unknown>;
    const found = { row: JSON.stringify(values), problems: schema.check(values, NOW), wrong: wrong(values, i) };
    expect(found).toEqual({ row, problems: [], wrong: [] });
  });
}

/** The sets of fields that the definition says are unique, whichever of them the library needs. */
function keysOf({ fields, unique = [] }: DefinitionInput): string[][] {
  const single = ({ unique: own, cardinality }: FieldInput): boolean => own === true || cardinality === 'one_to_one';
  return [...fields.filter(single).map(({ name }) => [name]), ...unique];
}

function expectKeys(input: DefinitionInput, schema: CompiledSchema, json: readonly string[]): void {
  const values = json.map((row) => JSON.parse(row) as Record<string, unknown>);
  for (const key of keysOf(input)) {
    const texts = values.flatMap((row) => {
      const members = key.map((name) => row[name]);
      return members.includes(null) ? [] : [JSON.stringify(members)];
    });
    expect([key, new Set(texts).size]).toEqual([key, texts.length]);
  }
  const rows = schema.rows(inputsOf(schema));
  values.slice(0, ROWS).forEach((row, i) => expect(rows.withKeys(i).keys).toEqual(schema.keysOf(row)));
}

function expectCapacity(input: DefinitionInput, schema: CompiledSchema, made: number): void {
  const { rows, exact } = capacityOf(schema);
  const members = keysOf(input).map((key) => input.fields.filter(({ name }) => key.includes(name)));
  const sizes = members.map((key) => key.reduce<number>((size, field) => size * (countValues(field) ?? Infinity), 1));
  const most = Math.min(...sizes);
  expect(rows).toBeLessThanOrEqual(most);
  const isCounted = most < Infinity && sizes.every((size) => size < Infinity);
  if (isCounted && exact) expect(rows).toBe(most);
  // A key by itself leaves nothing to guess, unless rows without a value need no combination.
  const hasNulls = members.flat().some(({ null_rate }) => null_rate !== undefined);
  if (isCounted && schema.keys.length === 1 && !hasNulls) expect([rows, exact]).toEqual([most, true]);
  if (exact && made === rows) expect(() => schema.rows(inputsOf(schema)).json(rows)).toThrow(SpaceExhaustedError);
}

/** Slices of any size, made in any order, each with a schema compiled anew from what was stored, are the same rows. */
function expectSlices(schema: CompiledSchema, json: readonly string[], cuts: readonly number[]): void {
  const stored = JSON.parse(JSON.stringify(schema.definition)) as CompiledSchema['definition'];
  const places = [...new Set([0, json.length, ...cuts.map((cut) => cut % (json.length + 1))])].sort((a, b) => a - b);
  const slices = places.slice(1).map((end, s) => ({ first: places[s]!, end, turn: cuts[s % cuts.length]! }));
  for (const { first, end } of slices.sort((a, b) => a.turn - b.turn)) {
    const rows = compile(stored).rows(inputsOf(schema));
    expect(Array.from({ length: end - first }, (_, k) => rows.json(first + k))).toEqual(json.slice(first, end));
  }
}

/** For `runs` random definitions: a field that is added, left out, moved or renamed changes no other field. */
export function expectStableUnderEdits(runs: number, seed?: number): void {
  fc.assert(fc.property(fc.oneof(richDefinition, smallDefinition), edit, unlessUnmet(expectOthersUnchanged)), {
    numRuns: runs,
    seed,
  });
}

function expectOthersUnchanged(input: DefinitionInput, change: Edit): void {
  const next = edited(input, change);
  const schema = schemaOf(input);
  const after = next && schemaOf(next.definition);
  fc.pre(schema !== null && after !== null);
  const [a, b] = [schema.rows(inputsOf(schema)), after.rows(inputsOf(after))];
  const count = Math.min(6, capacityOf(schema).rows, capacityOf(after).rows);
  for (const name of next!.same) for (let i = 0; i < count; i++) expect(b.field(name, i)).toBe(a.field(name, i));
}
