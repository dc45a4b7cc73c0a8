import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type CompiledSchema } from '../index.js';
import { compiled } from '../testing/compiled.js';

type Row = Record<string, string | null>;

const NAMES = ['a', 'b', 'c'];
const REFERENCE = '00000000-0000-4000-8000-000000000001';
const optionsOf = (name: string, size: number): string[] => Array.from({ length: size }, (_, k) => `${name}${k}`);

interface Small {
  sizes: number[];
  unique: string[][];
  /** Whether a field may be null in generated rows. */
  nulls: boolean[];
}

/** Three fields of few values under two or three keys, which may share fields. */
const small: fc.Arbitrary<Small> = fc.record({
  sizes: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 3, maxLength: 3 }),
  unique: fc.uniqueArray(fc.subarray(NAMES, { minLength: 1 }), {
    minLength: 2,
    maxLength: 3,
    selector: (key) => key.join(),
  }),
  nulls: fc.array(
    fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
    { minLength: 3, maxLength: 3 },
  ),
});

function schemaOf({ sizes, unique, nulls }: Small): CompiledSchema {
  const fields = NAMES.map((name, f) => ({
    name,
    type: 'options',
    options: optionsOf(name, sizes[f]!),
    ...(nulls[f] ? { null_rate: 0.5 } : {}),
  }));
  return compiled({ fields, unique });
}

/** All rows that have a value in every field. */
function rowsOf({ sizes }: Small): Row[] {
  return NAMES.reduce<Row[]>(
    (rows, name, f) => rows.flatMap((row) => optionsOf(name, sizes[f]!).map((value) => ({ ...row, [name]: value }))),
    [{}],
  );
}

const clash = (a: (string | null)[], b: (string | null)[]): boolean => a.some((key, k) => key !== null && key === b[k]);

/** The most of these rows, each given by its keys, that go together: by trying. */
function mostOf(rows: (string | null)[][]): number {
  const [first, ...rest] = rows;
  if (!first) return 0;
  const apart = rest.filter((row) => !clash(first, row));
  const taken = 1 + mostOf(apart);
  return apart.length === rest.length ? taken : Math.max(taken, mostOf(rest));
}

describe('the capacity of each key', () => {
  it('is the number of values that rows can have under it', () => {
    fc.assert(
      fc.property(small, (input) => {
        const schema = schemaOf(input);
        const all = rowsOf(input).map((row) => schema.keysOf(row));
        const expected = schema.keys.map((key, k) => ({
          ...key,
          at_least: BigInt(new Set(all.map((keys) => keys[k])).size),
          exact: !key.fields.some((name) => input.nulls[NAMES.indexOf(name)]),
          carried: false,
        }));
        expect(schema.keyCapacities()).toEqual(expected);
      }),
    );
  });

  it('never says less than what fits beside rows that exist, and is what fits where keys share no field', () => {
    const gaps = fc.array(fc.tuple(fc.nat(), fc.subarray(NAMES)), { maxLength: 6 });
    fc.assert(
      fc.property(small, gaps, (given, existing) => {
        const input = { ...given, nulls: [false, false, false] };
        const schema = schemaOf(input);
        const all = rowsOf(input);
        const taken: (string | null)[][] = [];
        for (const [at, missing] of existing) {
          const row = { ...all[at % all.length], ...Object.fromEntries(missing.map((name) => [name, null])) };
          const keys = schema.keysOf(row);
          if (!taken.some((other) => clash(keys, other))) taken.push(keys);
        }
        const left = schema
          .keyCapacities()
          .map(({ at_least }, k) => Number(at_least) - taken.filter((keys) => keys[k] !== null).length);
        const free = all.map((row) => schema.keysOf(row)).filter((keys) => !taken.some((other) => clash(keys, other)));
        const fits = mostOf(free);
        expect(fits).toBeLessThanOrEqual(Math.min(...left));
        const members = schema.keys.flatMap((key) => key.fields);
        if (new Set(members).size === members.length) expect(fits).toBe(Math.min(...left));
        if (taken.length === 0) expectCapacity(schema, fits);
      }),
      { numRuns: 300 },
    );
  });

  it('is no limit where rows may lack a member, and left out where they always do', () => {
    const user = { name: 'user', type: 'reference', reference_schema_id: REFERENCE, unique: true };
    const n = { name: 'n', type: 'number', min: 1, max: 5, unique: true };
    const schema = compiled({ fields: [{ ...n, null_rate: 0.1 }, user] });
    const [ofN, ofUser] = schema.keys;
    expect(schema.keyCapacities()).toEqual([{ ...ofN, at_least: 5n, exact: false, carried: false }]);
    expect(schema.keyCapacities({ user: 3 })[1]).toEqual({ ...ofUser, at_least: 3n, exact: true, carried: false });
    const required = compiled({ fields: [{ ...user, required: true }] });
    expect(required.keyCapacities()).toMatchObject([{ at_least: 0n, exact: true }]);
  });

  it('is that of the field which makes a template differ, and more where another field stands beside it', () => {
    const code = { name: 'code', type: 'number', min: 1, max: 8, unique: true };
    const label = { name: 'label', type: 'string', template: 'N{code}' };
    const color = { name: 'color', type: 'options', options: ['red', 'blue'] };
    const alone = compiled({ fields: [code, { ...label, unique: true }] });
    expect(alone.keyCapacities()).toMatchObject([
      { fields: ['code'], at_least: 8n, exact: true },
      { fields: ['label'], at_least: 8n, exact: true },
    ]);
    const beside = compiled({ fields: [code, label, color], unique: [['label', 'color']] });
    expect(beside.keyCapacities()[1]).toMatchObject({ at_least: 8n, exact: false });
    const gaps = compiled({
      fields: [
        { ...code, null_rate: 0.5 },
        { ...label, unique: true },
      ],
    });
    expect(gaps.keyCapacities().map(({ exact }) => exact)).toEqual([false, false]);
  });

  it('is not exact above what can be addressed', () => {
    const wide = (name: string): object => ({ name, type: 'number', min: 0, max: 1e9 });
    const schema = compiled({ fields: [wide('x'), wide('y')], unique: [['x', 'y']] });
    expect(schema.keyCapacities()).toMatchObject([{ exact: false }]);
    expect(schema.keyCapacities()[0]!.at_least).toBeGreaterThan(10n ** 13n);
  });
});

/** What the schema says of an empty stock, beside the most rows that go together. */
function expectCapacity(schema: CompiledSchema, most: number): void {
  const capacity = schema.capacity()!;
  expect(Number(capacity.at_least)).toBeLessThanOrEqual(most);
  if (capacity.exact) expect(Number(capacity.at_least)).toBe(most);
}
