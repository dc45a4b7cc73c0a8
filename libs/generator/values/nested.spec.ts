import { describe, expect, it } from '@jest/globals';
import { compile, DefinitionError, readDefinition, type SchemaDefinition } from '../index.js';
import { compiled } from '../testing/compiled.js';

const NOW = Date.UTC(2026, 0, 15);
const PRODUCT = '00000000-0000-4000-8000-000000000001';
const ADDRESS = '00000000-0000-4000-8000-000000000002';
const ids = Array.from({ length: 4 }, (_, k) => `00000000-0000-4000-8000-00000000010${k}`);
const problems = (...fields: object[]): string =>
  readDefinition({ fields })
    .problems.map(({ pointer, code }) => `${pointer} ${code}`)
    .join();

const order = {
  fields: [
    { name: 'tags', type: 'array', items: { type: 'options', options: ['a', 'b', 'c'] }, min_items: 2, max_items: 3, unique_items: true },
    {
      name: 'lines', type: 'array', required: true, max_items: 4,
      items: {
        type: 'object',
        fields: [
          { name: 'product', type: 'reference', reference_schema_id: PRODUCT, required: true },
          { name: 'quantity', type: 'number', min: 1, max: 9 },
          { name: 'price', type: 'number', min: 1, max: 5, decimals: 2 },
          { name: 'total', type: 'number', expression: 'quantity * price', decimals: 2 },
        ],
      },
    },
    { name: 'ship_to', type: 'object', fields: [{ name: 'city', type: 'string' }, { name: 'label', type: 'string', template: 'to {city}' }] },
    { name: 'emails', type: 'array', items: { type: 'string', format: 'email' } },
  ],
}; // prettier-ignore

describe('arrays and objects', () => {
  const schema = compiled(order);
  const inputs = { seed: 1, now: NOW, references: { 'lines[]/product': ids } };

  it('keep the rules of everything in them', () => {
    const rows = schema.rows(inputs);
    const lengths = new Set<number>();
    for (let i = 0; i < 300; i++) {
      const json = rows.json(i);
      const row = JSON.parse(json) as { tags: string[]; lines: object[]; ship_to: { city: string; label: string } };
      expect(JSON.stringify(row)).toBe(json);
      expect(schema.check(row)).toEqual([]);
      expect(new Set(row.tags).size).toBe(row.tags.length);
      expect(row.ship_to.label).toBe(`to ${row.ship_to.city}`);
      lengths.add(row.lines.length);
    }
    expect([...lengths].sort()).toEqual([1, 2, 3, 4]);
  });

  it('tell of references within them by path', () => {
    expect(schema.references).toMatchObject([{ field: 'lines[]/product', schemaId: PRODUCT, fewest: 1 }]);
    expect(() => schema.rows({ seed: 1, now: NOW })).toThrow('lines[]/product has no record to refer to');
  });

  it('are checked with pointers into them', () => {
    const line = { product: ids[0], quantity: 2, price: 1.5, total: 3 };
    const pointers = (values: object): string =>
      schema
        .check({ lines: [line], ...values })
        .map(({ pointer, code }) => `${pointer} ${code}`)
        .join();
    expect(pointers({})).toBe('');
    expect(pointers({ lines: [line, { ...line, quantity: 10, total: 15 }] })).toBe('/lines/1/quantity max');
    expect(pointers({ lines: [{ ...line, total: 4 }] })).toBe('/lines/0/total expression');
    expect(pointers({ lines: [null] })).toBe('/lines/0 type');
    expect(pointers({ tags: ['a'] })).toBe('/tags min_items');
    expect(pointers({ tags: ['a', 'a'] })).toBe('/tags unique_items');
    expect(pointers({ tags: ['a', 'b', 'c', 'a'] })).toBe('/tags max_items');
    expect(pointers({ ship_to: { city: 'Rome', zip: 1 } })).toBe('/ship_to/zip unknown_field');
    expect(pointers({ ship_to: 'Rome' })).toBe('/ship_to type');
  });

  it('come in the order of the definition', () => {
    const values = { ship_to: { label: 'to x', city: 'x' }, lines: [{ price: 1, quantity: 2 }] };
    expect(JSON.stringify(schema.ordered(values))).toBe(
      '{"lines":[{"quantity":2,"price":1}],"ship_to":{"city":"x","label":"to x"}}',
    );
  });

  it('leave what stands beside them as it is when they change', () => {
    const [, lines, , emails] = order.fields;
    const less = { ...lines, items: { ...lines!.items, fields: lines!.items!.fields!.slice(1) } };
    const [a, b] = [compiled({ fields: [lines, emails] }), compiled({ fields: [emails, less] })];
    for (let i = 0; i < 20; i++) {
      expect(a.rows(inputs).field('emails', i)).toBe(b.rows(inputs).field('emails', i));
      const [x, y] = [a, b].map((each) => JSON.parse(each.rows(inputs).field('lines', i)) as { price: number }[]);
      expect(x!.map(({ price }) => price)).toEqual(y!.map(({ price }) => price));
    }
  });

  const field = (rules: object): object => ({ name: 'x', ...rules });
  const deep = (depth: number): object =>
    depth === 0 ? { type: 'string' } : { type: 'array', items: deep(depth - 1) };
  it.each([
    [field({ type: 'array' }), '/fields/0/items items.invalid'],
    [field({ type: 'array', items: { type: 'x' } }), '/fields/0/items items.type'],
    [field({ type: 'array', items: { type: 'string', unique: true } }), '/fields/0/items/unique unique.not_applicable'],
    [field({ type: 'array', items: { type: 'string' }, min_items: 5, max_items: 2 }), '/fields/0/min_items min_items.above_max'],
    [field({ type: 'array', items: { type: 'string' }, max_items: 101 }), '/fields/0/max_items max_items.invalid'],
    [field({ type: 'array', items: { type: 'boolean' }, min_items: 3, unique_items: true }), '/fields/0/unique_items unique_items.too_few'],
    [field({ type: 'array', items: { type: 'string' }, unique: true }), '/fields/0/unique unique.type'],
    [field({ type: 'object' }), '/fields/0/fields fields.type'],
    [field({ type: 'object', fields: [{ name: 'y', type: 'string', unique: true }] }), '/fields/0/fields/0/unique unique.nested'],
    [field({ type: 'object', fields: [{ name: 'y', type: 'string', template: '{z}' }] }), '/fields/0/fields/0/template template.unknown_field'],
    [field({ type: 'object', schema: 'x' }), '/fields/0/schema schema.invalid'],
    [field(deep(6)), '/fields/0/items/items/items/items/items/items items.too_deep'],
  ])('%j: %s', (input, expected) => {
    expect(problems(input)).toBe(expected);
  }); // prettier-ignore
});

describe('embedded schemas', () => {
  const known = new Map<string, SchemaDefinition>();
  const resolve = (id: string): SchemaDefinition | undefined => known.get(id);
  const address = {
    fields: [
      { name: 'city', type: 'string', required: true, unique: true },
      { name: 'zip', type: 'string', regex: '^[0-9]{5}$' },
    ],
  };
  known.set(ADDRESS, readDefinition(address).definition!);
  const person = {
    fields: [
      { name: 'home', type: 'object', schema: ADDRESS },
      { name: 'age', type: 'number' },
    ],
  };

  it('are put in their place', () => {
    const { definition, problems: none } = readDefinition(person, { resolve });
    expect(none).toEqual([]);
    const schema = compile(definition!, { resolve });
    const row = JSON.parse(schema.rows({ seed: 1, now: NOW }).json(0)) as { home: { zip: string } };
    expect(row.home.zip).toMatch(/^\d{5}$/);
    expect(schema.check(row)).toEqual([]);
    expect(schema.check({ home: {} })).toMatchObject([{ pointer: '/home/city', code: 'required' }]);
    expect(schema.definition.fields[0]).not.toHaveProperty('fields');
  });

  it('that are missing or stand in themselves are refused', () => {
    const { definition } = readDefinition(person);
    expect(() => compile(definition!)).toThrow(DefinitionError);
    const self = '00000000-0000-4000-8000-000000000003';
    known.set(self, { fields: [{ id: 'a', name: 'x', type: 'object', schema: self }] });
    const codes = readDefinition(known.get(self), { resolve }).problems.map(
      ({ pointer, code }) => `${pointer} ${code}`,
    );
    expect(codes).toEqual(['/fields/0/schema schema.circle']);
    expect(
      readDefinition({ fields: [{ name: 'x', type: 'object', schema: PRODUCT }] }, { resolve }).problems[0]?.code,
    ).toBe('schema.unknown');
  });
});
