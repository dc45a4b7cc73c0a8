import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { definitionJsonSchema, readDefinition } from '../index.js';
import { definitionInput } from '../testing/random-definitions.js';
import { shopfast } from '../testing/shopfast.js';
import { RULE_SCHEMAS } from './rule-schemas.js';
import { RULES_OF } from './rule-names.js';

const validate = new Ajv2020({
  strict: true,
  allowUnionTypes: true,
  strictRequired: false,
  strictTypes: false,
}).compile(definitionJsonSchema());
const x = (rules: object): object => ({ fields: [{ name: 'x', ...rules }] });

describe('the JSON Schema of definitions', () => {
  it.each(Object.entries(shopfast))('accepts %s of the ShopFast example', (_, definition) => {
    expect([validate(definition), validate.errors]).toEqual([true, null]);
  });

  it('accepts what readDefinition accepts, and what it gives back', () => {
    fc.assert(
      fc.property(definitionInput, (input) => {
        const { definition } = readDefinition(input);
        fc.pre(definition !== null);
        expect([validate(input), validate.errors]).toEqual([true, null]);
        expect(validate(definition)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('describes every rule of every type', () => {
    for (const [type, rules] of Object.entries(RULES_OF)) {
      expect(Object.keys(RULE_SCHEMAS[type]!.rules).sort()).toEqual([...rules].sort());
      for (const schema of Object.values(RULE_SCHEMAS[type]!.rules)) expect(typeof schema.description).toBe('string');
    }
  });

  it.each([
    [null],
    [{}],
    [{ fields: [], more: 1 }],
    [{ fields: [5] }],
    [{ fields: [{ type: 'string' }] }],
    [x({ type: 'text' })],
    [x({ type: 'string', colour: 1 })],
    [x({ type: 'string', name: '' })],
    [x({ type: 'string', name: '__proto__' })],
    [x({ type: 'string', name: 'a ' })],
    [x({ type: 'string', id: 'a,b' })],
    [x({ type: 'string', required: 'yes' })],
    [x({ type: 'string', description: 5 })],
    [x({ type: 'string', regex: 5 })],
    [x({ type: 'string', regex: 'a'.repeat(501) })],
    [x({ type: 'string', min: -1 })],
    [x({ type: 'string', max: 10_001 })],
    [x({ type: 'string', max_length: 1.5 })],
    [x({ type: 'string', options: ['a'] })],
    [x({ type: 'string', format: 'postcode' })],
    [x({ type: 'string', case: 'camel' })],
    [x({ type: 'number', regex: 'a' })],
    [x({ type: 'number', min: 'a' })],
    [x({ type: 'number', min: 1e16 })],
    [x({ type: 'number', decimals: 11 })],
    [x({ type: 'number', step: 0 })],
    [x({ type: 'number', distribution: 'cauchy' })],
    [x({ type: 'number', distribution: { type: 'normal', stddev: 0 } })],
    [x({ type: 'number', sequence: 5 })],
    [x({ type: 'date', min: 5 })],
    [x({ type: 'date', min: 'yesterday' })],
    [x({ type: 'date', format: 'week' })],
    [x({ type: 'boolean', probability: 2 })],
    [x({ type: 'options' })],
    [x({ type: 'options', options: [] })],
    [x({ type: 'options', options: ['a', 'a'] })],
    [x({ type: 'options', options: [null] })],
    [x({ type: 'options', options: [1, 2], weights: [0, 0] })],
    [x({ type: 'reference' })],
    [x({ type: 'reference', reference_schema_id: 'x' })],
    [x({ type: 'array' })],
    [x({ type: 'array', items: { type: 'string', unique: true } })],
    [x({ type: 'array', items: { type: 'string' }, max_items: 101 })],
    [x({ type: 'object', fields: 5 })],
    [x({ type: 'object', schema: 'x' })],
    [{ fields: [], unique: 'x' }],
    [{ fields: [], unique: [[]] }],
    [{ fields: [], rules: [{ check: 'a' }] }],
    [{ fields: Array.from({ length: 201 }, (_, k) => ({ name: `f${k}`, type: 'string' })) }],
  ])('refuses %j, as readDefinition does', (input) => {
    expect(validate(input)).toBe(false);
    expect(readDefinition(input).definition).toBeNull();
  });
});
