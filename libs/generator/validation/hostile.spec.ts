import { describe, expect, it } from '@jest/globals';
import { compiled } from '../testing/compiled.js';

const schema = compiled({
  fields: [
    { name: 'name', type: 'string', required: true, regex: '^(a|aa)+$' },
    { name: 'tags', type: 'array', items: { type: 'string' }, unique_items: true },
    {
      name: 'lines',
      type: 'array',
      items: { type: 'object', fields: [{ name: 'sku', type: 'string', required: true }] },
    },
  ],
});
const names = (count: number): object => Object.fromEntries(Array.from({ length: count }, (_, k) => [`odd${k}`, k]));

/** The fastest of five, in milliseconds: what the work takes, rather than what else the machine does. */
function fastest(work: () => unknown): number {
  const times = Array.from({ length: 5 }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
  return Math.min(...times);
}

describe('hostile values', () => {
  it('have a hundred unknown names told, and the number of the others', () => {
    const problems = schema.check({ name: 'a', ...names(10_000) });
    expect(problems).toHaveLength(101);
    expect(problems[99]).toEqual({
      pointer: '/odd99',
      code: 'unknown_field',
      message: 'the schema has no field "odd99"',
    });
    expect(problems[100]).toEqual({
      pointer: '',
      code: 'unknown_field',
      message: '9900 more names are no fields of the schema',
    });
    expect(schema.check({ name: 'a', ...names(100) })).toHaveLength(100);
  });

  it('have every failing field told beside the unknown names', () => {
    const codes = schema.check({ name: 'b', tags: 5, ...names(10_000) }).map(({ code }) => code);
    expect(codes.slice(0, 2)).toEqual(['regex', 'type']);
    expect(codes).toHaveLength(103);
  });

  it('have the problems of a long list told up to the element with the twentieth', () => {
    const line = { ...names(1000) };
    expect(schema.check({ name: 'a', tags: new Array(100).fill(5) }).length).toBe(20);
    // A missing sku, a hundred names, and the number of the others.
    expect(schema.check({ name: 'a', lines: [line, line, line] })).toHaveLength(102);
  });

  it.each<[string, (size: number) => unknown]>([
    ['unknown names', (size) => ({ name: 'a', ...names(size) })],
    ['different elements', (size) => ({ name: 'a', tags: Array.from({ length: size }, String) })],
    ['elements of the wrong type', (size) => ({ name: 'a', tags: Array.from({ length: size }, (_, k) => k) })],
    ['a long text', (size) => ({ name: 'a'.repeat(size) })],
    ['deep nesting', (size) => ({ name: JSON.parse('['.repeat(size / 2) + ']'.repeat(size / 2)) as unknown })],
  ])('take time linear in their size: %s', (_, valuesOf) => {
    const [small, large] = [1000, 64_000].map((size) => valuesOf(size));
    const [few, many] = [small, large].map((values) => fastest(() => schema.check(values))) as [number, number];
    // Linear work takes 64 times as long, and some more for memory that no cache holds; quadratic work 4096 times.
    expect(many).toBeLessThan(1000 * Math.max(0.01, few));
  });
});
