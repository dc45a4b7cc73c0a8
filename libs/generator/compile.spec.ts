import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compile, type CompiledSchema, readDefinition, type RowInputs } from './index.js';
import { compiled } from './testing/compiled.js';
import { definitionInput, type FieldInput } from './testing/random-definitions.js';

const NOW = Date.UTC(2026, 0, 15, 10, 30);
const IDS = Array.from({ length: 7 }, (_, k) => `00000000-0000-4000-8000-00000000010${k}`);

function inputs(schema: CompiledSchema, seed: string | number = 'seed'): RowInputs {
  return { seed, now: NOW, references: Object.fromEntries(schema.references.map((each) => [each.field, IDS])) };
}
const counts = (schema: CompiledSchema): Record<string, number> =>
  Object.fromEntries(schema.references.map((each) => [each.field, IDS.length]));
/** How many rows to try: all, where unique keys leave only a few. */
function rowsOf(schema: CompiledSchema, wanted: number): number {
  const capacity = schema.capacity(counts(schema));
  return capacity && capacity.at_least < BigInt(wanted) ? Number(capacity.at_least) : wanted;
}
const schemaOf = (input: unknown): CompiledSchema | null => {
  const { definition } = readDefinition(input);
  return definition && compile(definition);
};

describe('rows of any definition', () => {
  it('are JSON as JSON.stringify writes it, pass the check, and have the keys that their values have', () => {
    fc.assert(
      fc.property(definitionInput, fc.integer(), (input, seed) => {
        const schema = schemaOf(input);
        fc.pre(schema !== null);
        const rows = schema.rows(inputs(schema, seed));
        for (let i = 0; i < rowsOf(schema, 8); i++) {
          const json = rows.json(i);
          const values = JSON.parse(json) as Record<string, unknown>;
          expect(JSON.stringify(values)).toBe(json);
          expect(schema.check(values)).toEqual([]);
          for (const field of input.fields) expectMatch(field, values[field.name]);
          const keyed = rows.withKeys(i);
          expect(keyed.json).toBe(json);
          expect(keyed.keys).toEqual(schema.keysOf(values));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('never repeat a unique key, to the last row of small spaces', () => {
    fc.assert(
      fc.property(definitionInput, (input) => {
        const schema = schemaOf(input);
        fc.pre(schema !== null && schema.keys.length > 0);
        const rows = schema.rows(inputs(schema));
        const count = rowsOf(schema, 400);
        const seen = schema.keys.map(() => new Set<string | null>());
        for (let i = 0; i < count; i++) rows.withKeys(i).keys.forEach((key, k) => seen[k]!.add(key));
        for (const set of seen) expect(set.size).toBe(count);
        if (count < 400) expect(() => rows.json(count)).toThrow(/can tell only/);
      }),
      { numRuns: 150 },
    );
  });

  it('are the same in any order, field by field, and whatever the other fields are', () => {
    fc.assert(
      fc.property(definitionInput, definitionInput, fc.nat(), (input, others, shift) => {
        const schema = schemaOf(input);
        const names = new Set(input.fields.map((field) => field.name));
        const added = others.fields.filter((field) => !names.has(field.name));
        const moved = schemaOf({ ...input, fields: rotate([...input.fields, ...added], shift) });
        fc.pre(schema !== null && moved !== null);
        const rows = schema.rows(inputs(schema));
        const after = moved.rows(inputs(moved));
        const count = Math.min(rowsOf(schema, 10), rowsOf(moved, 10));
        for (let i = count - 1; i >= 0; i--) {
          for (const { name } of input.fields) expect(after.field(name, i)).toBe(rows.field(name, i));
          const joined = input.fields.map(({ name }) => `${JSON.stringify(name)}:${rows.field(name, i)}`).join();
          expect(rows.json(i)).toBe(`{${joined}}`);
        }
      }),
      { numRuns: 200 },
    );
  });
});

/** JavaScript's own engine on the patterns that it understands: it shares nothing with ours. */
function expectMatch(field: FieldInput, value: unknown): void {
  if (typeof field.regex !== 'string' || field.regex.includes('(?i)')) return;
  expect(value).toMatch(new RegExp(field.regex.replaceAll('\\pL', '\\p{L}'), 'u'));
}

const rotate = (fields: FieldInput[], by: number): FieldInput[] => {
  const at = by % fields.length;
  return [...fields.slice(at), ...fields.slice(0, at)];
};

describe('seeds', () => {
  const schema = compiled({ fields: [{ name: 'email', type: 'string' }] });
  const row = (seed: string | number): string => schema.rows({ seed, now: NOW }).json(5);

  it('may be text or numbers, 1 and "1" alike', () => {
    expect(row(1)).toBe(row('1'));
    expect(row(1)).not.toBe(row(2));
  });

  it('go with a moment that is one', () => {
    for (const now of [NaN, Infinity, -1e15]) expect(() => schema.rows({ seed: 1, now })).toThrow(RangeError);
  });

  it('reach rows far beyond 2^32', () => {
    const rows = schema.rows({ seed: 1, now: NOW });
    expect(rows.json(2 ** 52)).not.toBe(rows.json(2 ** 52 + 1));
    expect(rows.json(2 ** 33 + 7)).not.toBe(rows.json(7));
  });
});

describe('keys of several fields', () => {
  const fields = [
    { name: 'color', type: 'options', options: ['red', 'green', 'blue'] },
    { name: 'big', type: 'boolean' },
    { name: 'age', type: 'number', min: 1, max: 4 },
    { name: 'user', type: 'reference', reference_schema_id: IDS[0] },
  ];

  it('give every combination exactly once', () => {
    const schema = compiled({ fields, unique: [['age', 'color', 'big']] });
    expect(schema.capacity()).toEqual({ at_least: 24n, exact: true, bound_by: 'age, color, big' });
    const rows = schema.rows({ seed: 3, now: NOW });
    const seen = new Set(Array.from({ length: 24 }, (_, i) => rows.withKeys(i).keys[0]));
    expect(seen.size).toBe(24);
  });

  it('count a reference by its candidates, and leave it out where an optional one has none', () => {
    const schema = compiled({ fields, unique: [['user', 'big']] });
    expect(schema.capacity({ user: 5 })).toEqual({ at_least: 10n, exact: true, bound_by: 'user, big' });
    expect(schema.capacity({ user: 0 })).toBeNull();
    expect(schema.rows({ seed: 1, now: NOW }).withKeys(99)).toMatchObject({ keys: [null] });
  });

  it('have ids that renaming and moving fields does not change', () => {
    const withIds = fields.map((field, f) => ({ ...field, id: `f${f}` }));
    const key = compiled({ fields: withIds, unique: [['age', 'big']] }).keys[0];
    const renamed = withIds.map((field) => (field.name === 'age' ? { ...field, name: 'years' } : field)).reverse();
    expect(compiled({ fields: renamed, unique: [['years', 'big']] }).keys[0]?.id).toBe(key?.id);
  });

  it('are left out where a part of them is unique already', () => {
    const unique = fields.map((field) => (field.name === 'age' ? { ...field, unique: true } : field));
    expect(compiled({ fields: unique, unique: [['age', 'big']] }).keys.map((key) => key.fields)).toEqual([['age']]);
  });
});

describe('references', () => {
  const fields = (required: boolean, unique = false): object => ({
    fields: [{ name: 'user', type: 'reference', reference_schema_id: IDS[0], required, unique }],
  });

  it('are null when optional and without candidates, and an error when required', () => {
    expect(compiled(fields(false)).rows({ seed: 1, now: NOW }).json(0)).toBe('{"user":null}');
    expect(() => compiled(fields(true)).rows({ seed: 1, now: NOW })).toThrow(/user has no record to refer to/);
  });

  it('take each candidate once when unique', () => {
    const rows = compiled(fields(true, true)).rows({ seed: 1, now: NOW, references: { user: IDS } });
    expect(new Set(IDS.map((_, i) => rows.field('user', i))).size).toBe(IDS.length);
    expect(() => rows.json(IDS.length)).toThrow(RangeError);
  });
});
