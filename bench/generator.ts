import { faker } from '@faker-js/faker/locale/en';
import { Ajv } from 'ajv';
import { compile, type CompiledSchema, readDefinition, type RowSource } from '../libs/generator/index.js';
import { compilePattern } from '../libs/generator/patterns/pattern.js';
import { Stream } from '../libs/generator/random/stream.js';

/*
 * The generator beside its peers. Every figure is a ratio of medians of interleaved rounds: absolute numbers move with the
 * machine, ratios hardly do. Rows are written into a buffer on both sides, since a JavaScript string that nobody reads yet
 * is only a promise of one.
 */

const ROUNDS = 7;
const ROWS = 60_000;
const NOW = Date.UTC(2026, 0, 15);
const USERNAME = '^[a-zA-Z0-9_]{3,20}$';
const buffer = Buffer.alloc(4096);

/** Prints the ratios. */
export function run(): Promise<void> {
  const plain = user(false).rows({ seed: 'bench', now: NOW });
  const unique = user(true).rows({ seed: 'bench', now: NOW });
  const rates = measure({
    plain: (i) => write(plain.json(i)),
    unique: (i) => write(unique.json(i)),
    keyed: (i) => withKeys(unique, i),
    byField: (i) => write(plain.field('username', i) + plain.field('age', i)),
    faker: () => write(JSON.stringify(fakerRow())),
  });
  print('User row, 7 fields, rendered', `${rounded(rates.plain)} rows/s`);
  print('  against direct faker calls', ratio(rates.plain, rates.faker), 'target 6.0');
  print('  username and email unique', ratio(rates.unique, rates.plain), 'target 0.70');
  print('  … with the text of both keys', ratio(rates.keyed, rates.plain));
  benchValidation();
  benchPatterns();
  benchCompile();
  benchMemory(plain);
  return Promise.resolve();
}

function user(unique: boolean): CompiledSchema {
  const key = unique ? { unique } : {};
  return compiled([
    { name: 'username', type: 'string', regex: USERNAME, required: true, ...key },
    { name: 'email', type: 'string', required: true, ...key },
    { name: 'password', type: 'string', regex: '^.{8,}$', required: true },
    { name: 'first_name', type: 'string', required: true },
    { name: 'last_name', type: 'string', required: true },
    { name: 'age', type: 'number', min: 13, max: 120 },
    { name: 'signup_date', type: 'date' },
  ]);
}

function compiled(fields: object[]): CompiledSchema {
  const { definition, problems } = readDefinition({ fields });
  if (!definition) throw new Error(JSON.stringify(problems));
  return compile(definition);
}

function fakerRow(): object {
  return {
    username: faker.internet.username(),
    email: faker.internet.email(),
    password: faker.internet.password(),
    first_name: faker.person.firstName(),
    last_name: faker.person.lastName(),
    age: faker.number.int({ min: 13, max: 120 }),
    signup_date: faker.date.past({ years: 2, refDate: NOW }).toISOString().slice(0, 10),
  };
}

function write(text: string): number {
  return buffer.write(text);
}

function withKeys(rows: RowSource, i: number): number {
  const { json, keys } = rows.withKeys(i);
  return buffer.write(json) + buffer.write(keys[0] ?? '') + buffer.write(keys[1] ?? '');
}

/** The check beside ajv's, which is given the same patterns in linear form: both match with our automata. */
function benchValidation(): void {
  const linear = (source: string): { test: (text: string) => boolean; toString: () => string } => {
    const pattern = compilePattern(source);
    // ajv takes matchers that print alike for one and the same.
    return { test: (text) => pattern.matches(text), toString: () => source };
  };
  const ajv = new Ajv({ allErrors: true, code: { regExp: Object.assign(linear, { code: 'linear' }) } });
  const text = { type: 'string' };
  const validate = ajv.compile({
    type: 'object',
    properties: {
      username: { ...text, pattern: USERNAME },
      email: { ...text, pattern: '^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$' },
      password: { ...text, pattern: '^.{8,}$' },
      first_name: text,
      last_name: text,
      age: { type: 'number', minimum: 13, maximum: 120 },
      signup_date: { ...text, pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' },
    },
    required: ['username', 'email', 'password', 'first_name', 'last_name'],
    additionalProperties: false,
  });
  const schema = user(false);
  const rows = schema.rows({ seed: 'bench', now: NOW });
  const values = Array.from({ length: 1000 }, (_, i) => JSON.parse(rows.json(i)) as unknown);
  if (!values.every((each) => validate(each) && schema.check(each, NOW).length === 0)) throw new Error('a row fails');
  // Ten at once: both are so quick that what calls them would weigh as much.
  const tens = Array.from({ length: 100 }, (_, k) => values.slice(k * 10, k * 10 + 10));
  const rates = measure({
    check: (i) => tens[i % 100]!.every((each) => schema.check(each, NOW).length === 0),
    ajv: (i) => tens[i % 100]!.every((each) => validate(each)),
  });
  print('checking a User row', `${rounded(10 * rates.check)} rows/s`);
  print('  against ajv with the same linear patterns', ratio(rates.check, rates.ajv), 'target 0.80');
}

/** A pattern's sampler beside the code that one would write by hand for that pattern. */
function benchPatterns(): void {
  const texts = compilePattern(USERNAME).texts(0, Infinity);
  const sku = compilePattern('^[A-Z]{2}[0-9]{6}$').texts(0, Infinity);
  const stream = new Stream();
  const key = { a: 1, b: 2 };
  const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_';
  const byHand = (): string => {
    let text = '';
    for (let left = 3 + stream.below(18); left > 0; left--) text += letters[stream.below(63)];
    return text;
  };
  const skuByHand = (): string => {
    let text = letters[26 + stream.below(26)]! + letters[26 + stream.below(26)]!;
    for (let left = 6; left > 0; left--) text += letters[52 + stream.below(10)];
    return text;
  };
  const at = (i: number): Stream => {
    stream.seek(key, i);
    return stream;
  };
  const rates = measure({
    texts: (i) => write(texts.draw(at(i))),
    ranked: (i) => write(texts.at(i, at(i))),
    byHand: (i) => (at(i), write(byHand())),
    sku: (i) => write(sku.draw(at(i))),
    skuByHand: (i) => (at(i), write(skuByHand())),
  });
  print(`pattern ${USERNAME}`, `${rounded(rates.texts)} texts/s`);
  print('  against a sampler written by hand', ratio(rates.texts, rates.byHand), 'target 0.50');
  print('  by rank, for unique fields', ratio(rates.ranked, rates.byHand));
  print('  ^[A-Z]{2}[0-9]{6}$ against by hand', ratio(rates.sku, rates.skuByHand), 'target 0.50');
  for (const hostile of ['^(a+)+$', '[ab]*a[ab]{20}', '((a{1000}){1000})', '^.*a.{20}$']) {
    print(`hostile ${hostile}`, `${median(times(9, () => attempt(hostile))).toFixed(2)} ms`, 'target about 1 ms');
  }
}

function attempt(pattern: string): void {
  // A pattern that was never seen before, so that nothing comes from the cache.
  const fresh = `${pattern}|${Math.random().toString(36).replace(/\W/g, '')}`;
  try {
    compilePattern(fresh).texts(0, Infinity);
  } catch {
    // Refused: that is an answer too.
  }
}

function benchCompile(): void {
  const names = ['email', 'username', 'city', 'price', 'created_at', 'phone', 'title', 'country', 'sku', 'notes'];
  const fields = Array.from({ length: 50 }, (_, k) => {
    const name = names[k % names.length]!;
    const type = name === 'price' ? 'number' : name === 'created_at' ? 'date' : 'string';
    return { name: k < 10 ? name : `f${k}_${name}`, type };
  });
  const all = times(15, () => compiled(fields).rows({ seed: 1, now: NOW }).json(0));
  print(
    'reading and compiling 50 fields',
    `${median(all).toFixed(1)} ms (first time ${all[0]!.toFixed(1)} ms)`,
    'target 20 ms',
  );
}

function benchMemory(rows: RowSource): void {
  const before = process.memoryUsage().rss;
  for (let i = 0; i < 2_000_000; i++) write(rows.json(i));
  const grown = (process.memoryUsage().rss - before) / 1e6;
  print('memory after 2,000,000 more rows', `+${Math.max(0, grown).toFixed(0)} MB`, 'target: constant');
}

/** Rows per second of each way: medians of ROUNDS rounds, in which the ways take turns. */
function measure<Name extends string>(ways: Record<Name, (i: number) => unknown>): Record<Name, number> {
  const names = Object.keys(ways) as Name[];
  const rates = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = -1; round < ROUNDS; round++) {
    for (const name of names) {
      const way = ways[name];
      const start = performance.now();
      for (let i = 0; i < ROWS; i++) way(i);
      // Round -1 warms up.
      if (round >= 0) rates.get(name)!.push((ROWS / (performance.now() - start)) * 1000);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(rates.get(name)!)])) as Record<Name, number>;
}

function times(count: number, work: () => unknown): number[] {
  return Array.from({ length: count }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

const ratio = (a: number, b: number): string => `${(a / b).toFixed(2)} ×`;
const rounded = (rate: number): string => (Math.round(rate / 1000) * 1000).toLocaleString('en-US');

function print(what: string, figure: string, note = ''): void {
  console.log(`${what.padEnd(44)} ${figure.padStart(24)}   ${note}`);
}
