import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { compile, type CompiledSchema, readDefinition } from '../index.js';
import { fieldRulesOf, type FieldRules, type JsonSchema, NotExpressible } from '../testing/json-schema.js';

/*
 * The JSON Schema Test Suite (draft 4), by whose verdicts others are measured, on the check of definitions that say the same.
 * What no definition can say, and what is meant to be different, is listed by name; a name that is no longer right fails.
 */
const SUITE = path.join(process.cwd(), 'node_modules/json-schema-test-suite/tests/draft4');

interface Group {
  description: string;
  schema: JsonSchema;
  tests: { description: string; data: unknown; valid: boolean }[];
}

/** Files, or groups of a file, that no definition can say. */
const NOT_EXPRESSIBLE: Record<string, string[]> = {
  'schemas are not made of alternatives or intersections': ['allOf', 'anyOf', 'oneOf', 'not'],
  'schemas are embedded by their id, not by address': ['definitions', 'ref', 'refRemote'],
  'an object has the fields that its definition names, and no other': [
    'additionalProperties / additionalProperties being false does not allow other properties',
    'additionalProperties / additionalProperties allows a schema which should validate',
    'additionalProperties / additionalProperties can exist by itself',
    'dependencies',
    'maxProperties',
    'minProperties',
    'patternProperties',
    'properties / properties, patternProperties, additionalProperties interaction',
  ],
  'all elements of an array have the same rules': [
    'additionalItems / additionalItems as schema',
    'additionalItems / array of items with no additionalItems',
    'additionalItems / additionalItems are allowed by default',
    'items / an array of schemas for items',
  ],
  'a field has one type, and null is no value': [
    'type / null type matches only the null object',
    'type / multiple types can be specified in an array',
  ],
  'options are texts, numbers and booleans': ['enum / heterogeneous enum validation'],
  'a default keeps the rules of its field, or the definition is refused': ['default'],
  'numbers in rules have at most 15 digits': [
    'optional/bignum / integer comparison',
    'optional/bignum / float comparison with high precision',
    'optional/bignum / float comparison with high precision on negative numbers',
  ],
};

/** Tests whose verdict, or reason for it, is another here. */
const DIFFERENT: Record<string, string[]> = {
  'a field has a type, and values of others are wrong in it': [
    'additionalItems / additionalItems as false without items / ignores non-arrays',
    'items / a schema given for items / ignores non-arrays',
    'maxItems / maxItems validation / ignores non-arrays',
    'maxLength / maxLength validation / ignores non-strings',
    'maximum / maximum validation / ignores non-numbers',
    'minItems / minItems validation / ignores non-arrays',
    'minLength / minLength validation / ignores non-strings',
    'minimum / minimum validation / ignores non-numbers',
    'multipleOf / by int / ignores non-numbers',
    'pattern / pattern validation / ignores non-strings',
    'properties / object properties validation / ignores non-objects',
  ],
  'what the definition does not name is refused': [
    'additionalProperties / additionalProperties are allowed by default / additional properties are allowed',
    "properties / object properties validation / doesn't invalidate other properties",
  ],
  'the elements of an array have one type, and unique ones are no arrays or objects': [
    'uniqueItems / uniqueItems validation / unique array of objects is valid',
    'uniqueItems / uniqueItems validation / non-unique array of objects is invalid',
    'uniqueItems / uniqueItems validation / unique array of nested objects is valid',
    'uniqueItems / uniqueItems validation / non-unique array of nested objects is invalid',
    'uniqueItems / uniqueItems validation / unique array of arrays is valid',
    'uniqueItems / uniqueItems validation / non-unique array of arrays is invalid',
    'uniqueItems / uniqueItems validation / 1 and true are unique',
    'uniqueItems / uniqueItems validation / 0 and false are unique',
    'uniqueItems / uniqueItems validation / unique heterogeneous types are valid',
    'uniqueItems / uniqueItems validation / non-unique heterogeneous types are invalid',
  ],
  'a URL is absolute': ['optional/format / validation of URIs / a valid protocol-relative URI'],
  'JSON.parse reads 1.0 and 1 alike': [
    'optional/zeroTerminatedFloats / some languages do not distinguish between different types of numeric value / a float is not an integer even without fractional part',
  ],
};

/** The codes that say what the tests of a file are about: a value that is wrong for another reason proves nothing. */
const REASONS: Record<string, string[]> = {
  enum: ['options', 'required'],
  items: ['type'],
  maximum: ['max', 'exclusive_max'],
  maxItems: ['max_items'],
  maxLength: ['max'],
  minimum: ['min', 'exclusive_min'],
  minItems: ['min_items'],
  minLength: ['min'],
  multipleOf: ['step'],
  pattern: ['regex'],
  properties: ['type'],
  required: ['required'],
  type: ['type', 'integer', 'required'],
  uniqueItems: ['unique_items'],
  'optional/bignum': ['type'],
  'optional/format': ['format', 'type'],
};

const files = readdirSync(SUITE, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.slice(0, -'.json'.length))
  .sort();
const groups = files.flatMap((file) =>
  (JSON.parse(readFileSync(path.join(SUITE, `${file}.json`), 'utf8')) as Group[]).map((group) => ({ file, ...group })),
);
const notExpressible = new Set(Object.values(NOT_EXPRESSIBLE).flat());
const different = new Set(Object.values(DIFFERENT).flat());
const isListed = (file: string, group: string): boolean =>
  notExpressible.has(file) || notExpressible.has(`${file} / ${group}`);

/** The schema as a field's rules, compiled; null where no definition says it. */
function schemaOf(schema: JsonSchema): CompiledSchema | null {
  const rules = rulesOf(schema);
  const { definition } = readDefinition({ fields: [{ ...rules, name: 'value', required: true }] });
  return rules && definition ? compile(definition) : null;
}

function rulesOf(schema: JsonSchema): FieldRules | null {
  try {
    return fieldRulesOf(schema);
  } catch (error) {
    if (error instanceof NotExpressible) return null;
    throw error;
  }
}

/** Whether the verdict is the suite's, and for the suite's reason. */
function agrees(file: string, schema: CompiledSchema, data: unknown, valid: boolean): boolean {
  const codes = schema.check({ value: data }).map((problem) => problem.code);
  return valid ? codes.length === 0 : codes.length > 0 && codes.every((code) => REASONS[file]?.includes(code));
}

describe('the JSON Schema Test Suite', () => {
  it.each(groups)('$file / $description: says the same as a definition, or is listed', (group) => {
    expect(schemaOf(group.schema) === null).toBe(isListed(group.file, group.description));
  });

  const tests = groups
    .filter(({ file, description }) => !isListed(file, description))
    .flatMap(({ file, description, schema, tests: each }) =>
      each.map((test) => ({ file, schema, name: `${file} / ${description} / ${test.description}`, ...test })),
    );

  it.each(tests)('$name: agrees, or is listed', ({ file, schema, name, data, valid }) => {
    expect(agrees(file, schemaOf(schema)!, data, valid)).toBe(!different.has(name));
  });

  // A row is checked by other code than an object within one.
  it.each(tests.filter(({ schema }) => rulesOf(schema)?.type === 'object'))('$name: so it is for rows', (test) => {
    const { definition } = readDefinition({ fields: rulesOf(test.schema)!.fields });
    const isFine = compile(definition!).check(test.data).length === 0;
    expect(isFine).toBe(schemaOf(test.schema)!.check({ value: test.data }).length === 0);
  });

  it('lists no name that is not there, and none twice', () => {
    const names = new Set([...files, ...groups.map((group) => `${group.file} / ${group.description}`)]);
    expect([...notExpressible].filter((name) => !names.has(name))).toEqual([]);
    expect([...different].filter((name) => !tests.some((test) => test.name === name))).toEqual([]);
    expect(notExpressible.size + different.size).toBe(
      [...Object.values(NOT_EXPRESSIBLE), ...Object.values(DIFFERENT)].flat().length,
    );
  });
});
