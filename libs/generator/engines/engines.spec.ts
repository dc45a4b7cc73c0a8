import { describe, expect, it } from '@jest/globals';
import { compile, type Engine, ENGINE_VERSION, engine1, readDefinition, UnknownEngineError } from '../index.js';
import { constantPlan } from '../values/field-plan.js';

/** A version for this test only: truth before falsehood, and seeds that are not those of version 1. */
const engine2: Engine = {
  version: 2,
  table: (definition) => {
    const table = engine1.table(definition);
    const texts = ['true', 'false'];
    const yes = constantPlan(
      { size: 2, exact: true, at: (rank) => texts[rank]!, draw: (stream) => texts[stream.next() & 1]! },
      false,
    );
    return { ...table, plans: table.plans.map((plan, f) => (definition.fields[f]!.type === 'boolean' ? yes : plan)) };
  },
  rows: (table, inputs) => engine1.rows(table, { ...inputs, seed: `2:${inputs.seed}` }),
};

describe('engine versions', () => {
  const definition = readDefinition({
    fields: [
      { name: 'on', type: 'boolean' },
      { name: 'city', type: 'string' },
    ],
  }).definition!;
  const engines = [engine1, engine2];
  const rowsOf = (engine?: number): string[] => {
    const rows = compile(definition, { engines, engine }).rows({ seed: 'run', now: Date.UTC(2026, 0) });
    return Array.from({ length: 50 }, (_, i) => rows.json(i));
  };

  it('run side by side: the old rows stay what they were', () => {
    const released = compile(definition, { engine: 1 }).rows({ seed: 'run', now: Date.UTC(2026, 0) });
    expect(rowsOf(1)).toEqual(Array.from({ length: 50 }, (_, i) => released.json(i)));
    expect(rowsOf(2)).not.toEqual(rowsOf(1));
    expect(rowsOf(2)).toEqual(rowsOf());
  });

  it('are known by number', () => {
    expect(compile(definition).engineVersion).toBe(ENGINE_VERSION);
    expect(compile(definition, { engines }).engineVersion).toBe(2);
    expect(() => compile(definition, { engine: 9 })).toThrow(UnknownEngineError);
  });
});
