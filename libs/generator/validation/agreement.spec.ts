import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type FieldDefinition } from '../definition/definition.js';
import { type CompiledSchema, compile, readDefinition } from '../index.js';
import { compiled } from '../testing/compiled.js';
import { definitionInput } from '../testing/random-definitions.js';
import { richDefinition } from '../testing/rich-definitions.js';
import { fieldChecks } from './check.js';
import { completeRowCheck } from './complete-row-check.js';
import { FieldTest } from './field-test.js';
import { anyRowCheck, type QuickCheck } from './quick-check.js';
import { valueCheck } from './value-check.js';

const RUNS = 400;
const NOW = Date.UTC(2026, 0, 15, 10, 30);
const IDS = Array.from({ length: 7 }, (_, k) => `00000000-0000-4000-8000-00000000010${k}`);
type Values = Record<string, unknown>;

interface Ways {
  loop: QuickCheck;
  code: QuickCheck;
  collects: QuickCheck;
}

/** The three ways to ask whether fields by themselves are right. */
function waysOf(fields: FieldDefinition[]): Ways {
  const tests = fields.map((field) => new FieldTest(field, valueCheck(field)));
  const loop = anyRowCheck(tests);
  const { problemsOf } = fieldChecks({ fields });
  return { loop, code: completeRowCheck(tests, loop), collects: (values, now) => problemsOf(values, now).length === 0 };
}

const answers = ({ loop, code, collects }: Ways, values: Values): boolean[] =>
  [loop, code, collects].map((ask) => ask(values, NOW));

const oddText = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'Z', '0', '@', '.', '\u0000', '\ud800', 'é', 'я', '💡', '\n') }),
  fc.constantFrom('2024-02-30', '2024-02-29', '2024-01-01T00:00:00Z', '24:00', IDS[0]!, 'x'.repeat(10_001)),
);
const oddValue = fc.oneof(
  oddText,
  fc.constantFrom(null, NaN, Infinity, -Infinity, -0, 1e308, 0.1, 7, true, 'true', [], {}, [null]),
  fc.anything(),
);

interface Mutation {
  kind: 'replace' | 'edit' | 'remove' | 'add' | 'turn';
  at: number;
  name: string;
  value: unknown;
  text: string;
}
const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom('replace', 'edit', 'remove', 'add', 'turn'),
  at: fc.nat(20),
  name: fc.constantFrom('odd', '__proto__', 'constructor', 'toString', 'hasOwnProperty', ''),
  value: oddValue,
  text: oddText,
});

/** The values with something changed, as own properties in the order that they came in. */
function mutated(values: Values, { kind, at, name, value, text }: Mutation): Values {
  const entries = Object.entries(values);
  const k = at % Math.max(1, entries.length);
  const entry = entries[k];
  if (kind === 'add') entries.splice(k, 0, [name, value]);
  else if (kind === 'remove') entries.splice(k, 1);
  else if (kind === 'turn') entries.push(...entries.splice(0, k));
  else if (entry) entry[1] = kind === 'edit' && typeof entry[1] === 'string' ? entry[1].slice(0, at) + text : value;
  return Object.fromEntries(entries);
}

function schemaOf(input: unknown): CompiledSchema | null {
  const { definition } = readDefinition(input);
  return definition && compile(definition);
}

describe('the quick check', () => {
  it('says yes, by loop and by code, exactly where nothing is collected', () => {
    fc.assert(
      fc.property(
        fc.oneof(definitionInput, richDefinition),
        fc.array(mutation, { maxLength: 3 }),
        fc.nat(5),
        (input, mutations, i) => {
          const schema = schemaOf(input);
          fc.pre(schema !== null && (schema.capacity({})?.at_least ?? 99n) > i);
          const references = Object.fromEntries(schema.references.map(({ field }) => [field, IDS]));
          const row = JSON.parse(schema.rows({ seed: 'any', now: NOW, references }).json(i)) as Values;
          const values = mutations.reduce(mutated, row);
          // A name whose value is undefined may send both to collecting; JSON has none.
          fc.pre(Object.values(values).every((value) => value !== undefined));
          const ways = waysOf(schema.definition.fields);
          const [loop, code, collects] = answers(ways, values);
          expect({ loop, code }).toEqual({ loop: collects, code: collects });
          if (mutations.length === 0) expect(collects).toBe(true);
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('takes what an object inherits for no value of its own', () => {
    const fields = [
      { name: 'constructor', type: 'string', required: true },
      { name: 'toString', type: 'number' },
    ];
    const ways = waysOf(compiled({ fields }).definition.fields);
    expect(answers(ways, {})).toEqual([false, false, false]);
    expect(answers(ways, { toString: 1, odd: 2 })).toEqual([false, false, false]);
    expect(answers(ways, { constructor: 'x' })).toEqual([true, true, true]);
    expect(answers(ways, { toString: 1, constructor: 'x' })).toEqual([true, true, true]);
    const bare = Object.assign(Object.create(null) as Values, { constructor: 'x' });
    expect(answers(ways, bare)).toEqual([true, true, true]);
  });

  it('does not take a stranger for a field that is missing', () => {
    const ways = waysOf(compiled({ fields: [{ name: 'a', type: 'string' }] }).definition.fields);
    for (const values of [{ b: 'x' }, { b: null }, JSON.parse('{"__proto__":"x"}') as Values])
      expect(answers(ways, values)).toEqual([false, false, false]);
  });

  it('does without code where the process forbids it', () => {
    const { Function: original } = globalThis;
    const forbidden = (): never => {
      throw new EvalError('Code generation from strings disallowed for this context');
    };
    try {
      globalThis.Function = forbidden as unknown as FunctionConstructor;
      const { loop, code } = waysOf(compiled({ fields: [{ name: 'a', type: 'string' }] }).definition.fields);
      expect(code).toBe(loop);
    } finally {
      globalThis.Function = original;
    }
  });

  it('gives the same answers before and after a schema has code of its own', () => {
    const schema = compiled({
      fields: [
        { name: 'a', type: 'string', required: true, max: 3 },
        { name: 'n', type: 'number' },
      ],
    });
    const rows = [
      { a: 'x', n: 1 },
      { n: 1, a: 'x' },
      { a: 'long', n: 1 },
      { a: 'x' },
      { a: 'x', n: '1' },
      { a: 'x', b: 1 },
    ];
    const before = rows.map((row) => schema.check(row, NOW));
    for (let i = 0; i < 1000; i++) schema.check(rows[0], NOW);
    expect(rows.map((row) => schema.check(row, NOW))).toEqual(before);
    expect(before.map((problems) => problems.map(({ code }) => code).join())).toEqual([
      '',
      '',
      'max',
      '',
      'type',
      'unknown_field',
    ]);
  });

  it('has rows that are right by themselves asked what fields have to do with each other', () => {
    const fields = [
      { name: 'a', type: 'number' },
      { name: 'b', type: 'number' },
      { name: 'c', type: 'number' },
    ];
    const schema = compiled({ fields, rules: [{ check: 'a < b', message: 'a below b' }] });
    expect(schema.check({ a: 2, b: 1 }, NOW).map(({ code }) => code)).toEqual(['rule']);
    const byCode = waysOf(schema.definition.fields).code;
    // The quick check may say no here, and nothing is found to be wrong: the rule counts all the same.
    const odd = { a: 2, b: 1, c: undefined };
    expect([byCode(odd, NOW), schema.check(odd, NOW).map(({ code }) => code)]).toEqual([false, ['rule']]);
  });
});
