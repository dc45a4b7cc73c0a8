import { describe, expect, it } from '@jest/globals';
import { readDefinition } from '../index.js';
import { compiled } from '../testing/compiled.js';

const NOW = Date.UTC(2026, 0, 15);
const string = (name: string, rules: object = {}): object => ({ name, type: 'string', ...rules });
const problems = (...fields: object[]): string[] =>
  readDefinition({ fields }).problems.map(({ pointer, code }) => `${pointer} ${code}`);

describe('templates', () => {
  const fields = [
    string('email', { template: '{first_name}.{last_name}@test.com', case: 'lower' }),
    string('first_name', { regex: '^[A-Z"\\\\]{3}$' }),
    string('last_name'),
    { name: 'age', type: 'number', null_rate: 0.5 },
    string('label', { template: '{{{age}}} of {email}' }),
  ];
  const schema = compiled({ fields });

  it('put the values of other fields of the row into a text', () => {
    const rows = schema.rows({ seed: 2, now: NOW });
    let withoutAge = 0;
    for (let i = 0; i < 100; i++) {
      const row = JSON.parse(rows.json(i)) as Record<string, string>;
      expect(row.email).toBe(`${row.first_name}.${row.last_name}@test.com`.toLowerCase());
      expect(row.label).toBe(row.age === null ? null : `{${row.age}} of ${row.email}`);
      expect(schema.check(row)).toEqual([]);
      if (row.age === null) withoutAge++;
    }
    expect(withoutAge).toBeGreaterThan(20);
  });

  it('are checked, and filled in where they are missing', () => {
    const values = { first_name: 'ABC', last_name: 'Lang' };
    expect(schema.check({ ...values, email: 'abc.long@test.com' })).toMatchObject([
      { pointer: '/email', code: 'template' },
    ]);
    expect(schema.completed(values)).toEqual({ ...values, email: 'abc.lang@test.com' });
    expect(schema.completed({ ...values, age: 3 })).toMatchObject({ label: '{3} of abc.lang@test.com' });
  });

  it('leave the fields that they name as they are', () => {
    const without = compiled({ fields: fields.slice(1, 3) });
    const [a, b] = [schema, without].map((each) => each.rows({ seed: 2, now: NOW }));
    for (let i = 0; i < 20; i++) expect(a!.field('last_name', i)).toBe(b!.field('last_name', i));
  });

  it.each([
    ['{x', 'template.syntax'],
    ['x}', 'template.syntax'],
    ['{}', 'template.syntax'],
    ['{nobody}', 'template.unknown_field'],
    ['{a}{list}', 'template.field_type'],
  ])('%s: %s', (template, code) => {
    const list = { name: 'list', type: 'array', items: { type: 'string' } };
    expect(problems(string('t', { template }), string('a'), list)).toEqual([`/fields/0/template ${code}`]);
  });

  it('in a circle, or together with rules for the text, are refused', () => {
    expect(problems(string('a', { template: '{b}' }), string('b', { template: '{a}' }))).toEqual([
      '/fields/0/template template.circle',
    ]);
    expect(problems(string('a', { template: '{b}', regex: 'x' }), string('b'))).toEqual([
      '/fields/0/template template.conflict',
    ]);
  });

  it('of fields that may have no value cannot be required, and have none then', () => {
    const some = string('b', { null_rate: 0.5 });
    expect(problems(string('a', { template: '{b}', required: true }), some)).toEqual([
      '/fields/0/template template.optional_field',
    ]);
    expect(problems(string('a', { template: '{b}', required: true }), string('b'))).toEqual([]);
  });

  it('can be unique where one unique field or sequence makes them so', () => {
    const unique = { unique: true };
    expect(problems(string('a', { template: '{b}@x.y', ...unique }), string('b'))).toEqual([
      '/fields/0/unique unique.derived',
    ]);
    const color = { name: 'b', type: 'options', options: ['red', 'blue', 'green'], unique: true };
    const carried = compiled({ fields: [string('a', { template: '{b}@x.y', ...unique }), color] });
    expect(carried.capacity()).toEqual({ at_least: 3n, exact: true, bound_by: 'b' });
    expect(() => carried.rows({ seed: 1, now: NOW }).json(3)).toThrow(/can tell only 3/);
    const counted = compiled({
      fields: [string('a', { template: 'ORD-{n}', ...unique }), { name: 'n', type: 'number', sequence: { start: 5 } }],
    });
    expect(counted.rows({ seed: 1, now: NOW }).withKeys(2)).toEqual({ json: '{"a":"ORD-7","n":7}', keys: ['"ORD-7"'] });
  });
});
