import { writeFileSync } from 'node:fs';
import { ENGINE_VERSION, TEXT_FORMATS } from '../index.js';
import { compiled } from './compiled.js';
import { shopfast } from './shopfast.js';

const NOW = Date.UTC(2026, 0, 15, 10, 30);
const ROWS = 20;
const REFERENCES = { user: Array.from({ length: 9 }, (_, k) => `00000000-0000-4000-8000-00000000000${k}`) };

const field = (name: string, type: string, rules: object = {}): object => ({ name, type, ...rules });
const unique = { unique: true };

/** What ShopFast leaves out: keys, references, ranges beyond 2^46, every type of value, rows far out. */
const others: Record<string, object> = {
  Keys: {
    fields: [
      field('username', 'string', unique),
      field('email', 'string', unique),
      field('phone', 'string', unique),
      field('city', 'string', unique),
      field('code', 'string', { regex: '^[A-Z]{12}[0-9]+$', ...unique }),
      field('number', 'number', unique),
      field('user', 'reference', { reference_schema_id: REFERENCES.user[0] }),
      field('color', 'options', { options: ['red', 2, true] }),
      field('big', 'boolean'),
    ],
    unique: [['user', 'color', 'big']],
  },
  Overlap: {
    fields: [
      field('user', 'reference', { reference_schema_id: REFERENCES.user[0] }),
      field('a', 'number', { min: 1, max: 11 }),
      field('b', 'options', { options: ['x', 'y', 'z', 4, 5] }),
      field('c', 'number', { min: 1, max: 7 }),
      field('label', 'string', { template: 'N{n}', ...unique }),
      field('n', 'number', { sequence: { start: 10, step: '0.5' } }),
    ],
    unique: [
      ['user', 'a'],
      ['user', 'b'],
      ['a', 'c'],
    ],
  },
  Rules: {
    fields: [
      ...TEXT_FORMATS.map((format) => field(`a_${format}`, 'string', { format })),
      field('email', 'string', { template: '{first_name}.{last_name}@test.com', case: 'lower' }),
      field('first_name', 'string', { case: 'upper' }),
      field('last_name', 'string', { null_rate: 0.2, default: 'Nobody' }),
      field('price', 'number', {
        exclusive_min: 0,
        max: 50,
        decimals: 2,
        distribution: { type: 'log_normal', mean: 2 },
      }),
      field('quantity', 'number', { min: 0, max: 100, step: 5, distribution: 'zipf' }),
      field('rating', 'number', { min: 1, max: 10, distribution: 'normal' }),
      field('total', 'number', { expression: 'price * quantity', decimals: 2, min: 10 }),
      field('from', 'date', { min: 'now-30d', max: 'today' }),
      field('until', 'date', { after: 'from' }),
      field('open', 'date', { format: 'time', min: '08:00', max: '11:00' }),
      field('vip', 'boolean', { probability: 0.1 }),
      field('size', 'options', { options: ['S', 'M', 'L'], weights: [1, 5, 2] }),
      field('tags', 'array', { items: { type: 'string', format: 'slug' }, max_items: 4 }),
      field('picks', 'array', { items: { type: 'number', min: 1, max: 9 }, min_items: 2, unique_items: true }),
      field('home', 'object', { fields: [field('city', 'string'), field('zip', 'string', { regex: '^[0-9]{5}$' })] }),
    ],
    rules: [{ check: 'vip || rating > 3', message: 'only few are bad' }],
  },
  Kinds: {
    fields: [
      ...[
        'iban',
        'barcode',
        'job_title',
        'company',
        'url',
        'uuid',
        'ip',
        'title',
        'description',
        'anything',
        'state',
        'currency',
        'slug',
      ].map((name) => field(name, 'string')),
      field('note', 'string', { min: 250 }),
      field('free', 'string', { regex: '(x|\\pL)+.[^a]$' }),
      field('latitude', 'number'),
      field('weight', 'number'),
      field('balance', 'number', { max: '-0.01' }),
      field('created_at', 'date'),
      field('birth_date', 'date'),
      field('seen', 'date', { min: '2024-02-28T00:00:00Z', max: '2024-03-01' }),
    ],
  },
};

/** Writes the golden file of the engine's version. Only for a new version: the file of an old one never changes. */
export function writeGolden(file: string): void {
  const schemas = Object.entries({ ...shopfast, ...others }).flatMap(([name, definition]) => {
    const rows = compiled(definition).rows({ seed: 'shopfast', now: NOW, references: REFERENCES });
    const far = name === 'Keys' || name === 'Overlap' ? [] : [2 ** 40];
    return [0, ...far].map((first) => ({
      name,
      definition,
      first_row: first,
      rows: Array.from({ length: ROWS }, (_, k) => rows.json(first + k)),
    }));
  });
  writeFileSync(
    file,
    `${JSON.stringify({ engine_version: ENGINE_VERSION, seed: 'shopfast', now: NOW, references: REFERENCES, schemas }, null, 1)}\n`,
  );
}
