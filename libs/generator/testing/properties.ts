import { expect } from '@jest/globals';
import fc from 'fast-check';
import { compile, type CompiledSchema, readDefinition, type RowInputs } from '../index.js';
import { type DefinitionInput } from './random-definitions.js';
import { richDefinition } from './rich-definitions.js';

const NOW = Date.UTC(2026, 0, 15, 10, 30);
const IDS = Array.from({ length: 7 }, (_, k) => `00000000-0000-4000-8000-00000000010${k}`);
/** What a definition may take, to be read and make its rows; far above what any does. */
const MOST_MS = 3000;

const schemaOf = (input: unknown): CompiledSchema | null => {
  const { definition } = readDefinition(input);
  return definition && compile(definition);
};

function inputsOf(schema: CompiledSchema): RowInputs {
  return { seed: 'any', now: NOW, references: Object.fromEntries(schema.references.map(({ field }) => [field, IDS])) };
}

function rowsOf(schema: CompiledSchema, wanted: number): number {
  const counts = Object.fromEntries(schema.references.map(({ field }) => [field, IDS.length]));
  const least = schema.capacity(counts)?.at_least ?? BigInt(wanted);
  return least < BigInt(wanted) ? Number(least) : wanted;
}

/**
 * For `runs` random definitions: every row passes the check and is written as JSON.stringify does; keys never repeat, to
 * the last row that the capacity promises; slices in any order are the same rows; no definition takes long.
 */
export function expectRowsOfAny(runs: number): void {
  fc.assert(
    fc.property(richDefinition, (input) => {
      const start = performance.now();
      const schema = schemaOf(input);
      fc.pre(schema !== null);
      expectRows(schema);
      expect(performance.now() - start).toBeLessThan(MOST_MS);
    }),
    { numRuns: runs },
  );
}

function expectRows(schema: CompiledSchema): void {
  const count = rowsOf(schema, 60);
  const rows = schema.rows(inputsOf(schema));
  const seen = schema.keys.map(() => new Set<string>());
  const nulls = schema.keys.map(() => 0);
  const all = Array.from({ length: count }, (_, i) => {
    const { json, keys } = rows.withKeys(i);
    const values = JSON.parse(json) as Record<string, unknown>;
    expect(JSON.stringify(values)).toBe(json);
    expect([json, schema.check(values, NOW)]).toEqual([json, []]);
    expect(keys).toEqual(schema.keysOf(values));
    keys.forEach((key, k) => (key === null ? nulls[k]!++ : seen[k]!.add(key)));
    return json;
  });
  seen.forEach((set, k) => expect(set.size + nulls[k]!).toBe(count));
  const again = schema.rows(inputsOf(schema));
  for (let i = count - 1; i >= 0; i--) expect(again.json(i)).toBe(all[i]);
}

/** For `runs` random definitions: leaving out a field that no other is made of, and moving the rest, changes no other field. */
export function expectStableUnderEdits(runs: number): void {
  fc.assert(
    fc.property(richDefinition, fc.nat(), (input, at) => {
      const schema = schemaOf(input);
      const less = without(input, at % input.fields.length);
      const after = less && schemaOf(less);
      fc.pre(schema !== null && after !== null);
      const [a, b] = [schema.rows(inputsOf(schema)), after.rows(inputsOf(after))];
      const count = Math.min(rowsOf(schema, 6), rowsOf(after, 6));
      for (const { name } of less!.fields)
        for (let i = 0; i < count; i++) expect(b.field(name, i)).toBe(a.field(name, i));
    }),
    { numRuns: runs },
  );
}

/**
 * The definition without one field, the others reversed; null where the field is in a key. What is required of an expression
 * ties the fields in it together as rules do, so expressions stay.
 */
function without(input: DefinitionInput, at: number): DefinitionInput | null {
  const { name, expression } = input.fields[at]!;
  if (expression !== undefined) return null;
  if (input.unique?.some((key) => key.includes(name))) return null;
  const fields = input.fields.filter((_, f) => f !== at).reverse();
  return { ...input, fields };
}
