import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compile, readDefinition, type SchemaDefinition } from '../generator/index.js';
import { definitionInput } from '../generator/testing/random-definitions.js';
import { richDefinition } from '../generator/testing/rich-definitions.js';
import { MaskError } from './mask-error.js';
import { maskProblems } from './mask-problems.js';
import type { MaskRule } from './mask-rule.js';
import { compileMask } from './row-mask.js';

type Values = Record<string, unknown>;
const KEY = Buffer.alloc(32, 7);
const NOW = Date.UTC(2026, 0, 15);
const ROWS = 60;

const read = (fields: object[]): SchemaDefinition => readDefinition({ fields }).definition as SchemaDefinition;
const masked = (fields: object[], rules: Record<string, MaskRule>, values: Values, key = KEY): Values =>
  compileMask(compile(read(fields)).whole, rules, key)(values, NOW);
const one = (field: object, rule: MaskRule, value: unknown): unknown =>
  masked([{ name: 'it', ...field }], { it: rule }, { it: value })['it'];

describe('automatic masks', () => {
  it.each([
    ['plain', definitionInput],
    ['rich', richDefinition],
  ])('give rows that keep the rules, and different values where these were unique: %s definitions', (_, inputs) => {
    const seen = { fields: 0, rows: 0 };
    fc.assert(
      fc.property(inputs as fc.Arbitrary<{ fields: object[] }>, fc.integer(), (input, seed) => {
        const { definition } = readDefinition(input);
        if (!definition) return;
        const schema = compile(definition);
        const fields = schema.whole.fields.filter(
          ({ name }) => maskProblems(schema.whole, { [name]: 'auto' }).length === 0,
        );
        const mask = compileMask(
          schema.whole,
          Object.fromEntries(fields.map(({ name }) => [name, 'auto' as const])),
          KEY,
        );
        const candidates = schema.references.map(({ field }) => [field, Array.from({ length: ROWS }, uuid)]);
        const rows = schema.rows({ seed, now: NOW, references: Object.fromEntries(candidates) as never });
        const capacity = schema.capacity(Object.fromEntries(candidates.map(([field]) => [field, ROWS])) as never);
        const count = Math.min(ROWS, Number(capacity?.at_least ?? ROWS));
        const keys = schema.keys.map(() => new Set<string>());
        for (let i = 0; i < count; i += 1) {
          const values = JSON.parse(rows.json(i)) as Values;
          if (schema.check(values, NOW).length > 0) continue;
          const out = mask(values, NOW);
          // Rules over several fields may break: these the caller checks, and writes nothing.
          const problems = schema.check(out, NOW).filter(({ code }) => code !== 'rule');
          expect({ values, out, problems }).toEqual({ values, out, problems: [] });
          schema.keysOf(out).forEach((key, k) => {
            if (key === null || schema.keysOf(values)[k] === null) return;
            expect({ key, isNew: !keys[k]?.has(key) }).toEqual({ key, isNew: true });
            keys[k]?.add(key);
          });
          seen.rows += 1;
        }
        seen.fields += fields.length;
      }),
      { numRuns: 80 },
    );
    expect(seen.fields).toBeGreaterThan(100);
    expect(seen.rows).toBeGreaterThan(1_000);
  });
});

describe('a mask', () => {
  it('keeps letters, digits, case and what stands between them', () => {
    const shape = (text: unknown) => String(text).replace(/[A-Z]/g, 'A').replace(/[a-z]/g, 'a').replace(/\d/g, '0');
    for (const text of ['Anna-Maria O’Neil', 'ab', '+49 (89) 123-4567', 'x'.repeat(9_000), 'A1 '.repeat(50)]) {
      const out = one({ type: 'string' }, 'keep_format', text);
      expect(shape(out)).toBe(shape(text));
      if (text.length > 5) expect(out).not.toBe(text);
    }
    expect(one({ type: 'string' }, 'keep_format', 'Жюль é漢字')).toMatch(
      /^\p{Script=Cyrillic}{4} \p{Ll}\p{Lo}\p{Lo}$/u,
    );
    expect(one({ type: 'string' }, 'keep_format', '—…😀')).toBe('—…😀');
    expect(one({ type: 'string' }, 'digits', 'flat 12, 3rd')).toMatch(/^flat \d\d, \drd$/);
  });

  it('gives different texts for different ones, down to the last', () => {
    const all = (length: number, characters: string): string[] =>
      length === 0 ? [''] : all(length - 1, characters).flatMap((text) => [...characters].map((each) => text + each));
    const mask = compileMask(read([{ name: 'it', type: 'string' }]), { it: 'keep_format' }, KEY);
    for (const texts of [all(3, 'abcdefghijklmnopqrstuvwxyz'), all(4, '0123456789'), all(1, 'ABC')]) {
      const out = texts.map((it) => mask({ it })['it']);
      expect(new Set(out).size).toBe(texts.length);
    }
  });

  it('gives the same for the same in all fields and schemas under one key, and another under another', () => {
    const a = masked([{ name: 'email', type: 'string' }], { email: 'email' }, { email: 'ada@x.io' });
    const fields = [
      { name: 'to', type: 'object', fields: [{ name: 'mails', type: 'array', items: { type: 'string' } }] },
    ];
    const b = masked(fields, { 'to/mails[]': 'email' }, { to: { mails: ['bob@x.io', 'ada@x.io'] } });
    expect((b as { to: { mails: string[] } }).to.mails[1]).toBe(a['email']);
    expect(a['email']).toMatch(/^[a-z]+\.[a-z]+\.[0-9a-z]{13}@example\.com$/);
    const c = masked([{ name: 'email', type: 'string' }], { email: 'email' }, { email: 'ada@x.io' }, randomBytes(32));
    expect(c).not.toEqual(a);
    expect(one({ type: 'string' }, 'name', 'ANNA smith Anna')).toMatch(/^([A-Z]+) [a-z]+ [A-Z][a-z]+$/);
    const [upper, , title] = String(one({ type: 'string' }, 'name', 'ANNA smith Anna')).split(' ');
    expect(upper).toBe(title?.toUpperCase());
    expect(one({ type: 'string' }, 'hash', 'ada')).toMatch(/^[0-9a-f]{32}$/);
  });

  it('computes check digits anew', () => {
    for (const [format, value] of [
      ['iban', 'DE89370400440532013000'],
      ['iban', 'GB29NWBK60161331926819'],
      ['card_number', '4111 1111 1111 1111'],
      ['ean13', '4006381333931'],
    ]) {
      const field = { name: 'it', type: 'string', format };
      const out = one(field, 'auto', value);
      expect(out).not.toBe(value);
      expect(compile(read([field])).check({ it: out })).toEqual([]);
    }
  });

  it('makes what follows from masked fields anew, and leaves out no part of them', () => {
    const fields = [
      { name: 'first', type: 'string' },
      { name: 'mail', type: 'string', template: '{first}@x.io' },
      { name: 'length', type: 'number', expression: 'length(mail)' },
      {
        name: 'box',
        type: 'object',
        fields: [
          { name: 'a', type: 'string' },
          { name: 'b', type: 'string', template: '<{a}>' },
        ],
      },
    ];
    const values = { first: 'Ada', mail: 'Ada@x.io', length: 8, box: { a: 'Ada', b: '<Ada>' } };
    const out = masked(fields, { first: 'keep_format', box: 'auto' }, values);
    expect(out['mail']).toBe(`${String(out['first'])}@x.io`);
    expect(out['box']).toEqual({ a: out['first'], b: `<${String(out['first'])}>` });
    expect(JSON.stringify(out)).not.toContain('Ada');
    const deep = masked(fields, { 'box/a': { value: 'none' } }, values);
    expect(deep['box']).toEqual({ a: 'none', b: '<none>' });
  });

  it('leaves what has no value without one, but for a fixed value', () => {
    const fields = [
      { name: 'a', type: 'string' },
      { name: 'b', type: 'string' },
      { name: 'c', type: 'number' },
    ];
    expect(masked(fields, { a: 'keep_format', b: { value: 'x' }, c: 'auto' }, { a: null })).toEqual({
      a: null,
      b: 'x',
    });
    expect(masked(fields, { a: 'null' }, { a: 'Ada', c: 1 })).toEqual({ a: null, c: 1 });
  });

  it('throws rather than let a value through, and does not tell it', () => {
    const secret = 'sesame';
    for (const field of [
      { type: 'string', regex: '^[0-9]+$' },
      { type: 'date' },
      { type: 'number' },
      { type: 'options', options: ['a'] },
    ]) {
      expect(() => one(field, 'auto', secret)).toThrow(MaskError);
      expect(() => one(field, 'auto', secret)).toThrow(/^(?!.*sesame)/);
    }
  });

  it.each([
    [{ it: 'null' }, 'required'],
    [{ mail: 'keep_format' }, 'derived'],
    [{ start: 'auto' }, 'ordered'],
    [{ end: 'auto' }, 'ordered'],
    [{ user: 'auto' }, 'type'],
    [{ age: 'digits' }, 'type'],
    [{ age: { value: 200 } }, 'max'],
    [{ it: 'name' }, 'unique'],
    [{ it: { value: 'x' } }, 'unique'],
    [{ nope: 'auto' }, 'unknown_field'],
    [{ 'tags[]': 'null' }, 'required'],
    [{ it: 'rot13' }, 'method'],
    [{ it: { value: 'x', more: 1 } }, 'method'],
    [{ it: null }, 'method'],
  ])('%j is refused beforehand: %s', (rules, code) => {
    const fields = [
      { name: 'it', type: 'string', required: true, unique: true },
      { name: 'mail', type: 'string', template: '{it}@x.io' },
      { name: 'start', type: 'date' },
      { name: 'end', type: 'date', after: 'start' },
      { name: 'age', type: 'number', max: 120 },
      { name: 'user', type: 'reference', reference_schema_id: uuid() },
      { name: 'tags', type: 'array', items: { type: 'string' } },
    ];
    expect(maskProblems(read(fields), rules).map((problem) => problem.code)).toEqual([code]);
  });
});

function uuid(): string {
  return '00000000-0000-4000-8000-000000000001'.replace('000000000001', randomBytes(6).toString('hex'));
}
