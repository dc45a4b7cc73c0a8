import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { childEnvironment } from '../../config/child-environment.js';
import { testSettings } from '../../config/test-settings.js';
import { compile, type CompiledSchema, EmptySpanError, readDefinition, RuleUnmetError } from '../index.js';
import { ageingDefinition } from '../testing/ageing-definitions.js';
import { richDefinition } from '../testing/rich-definitions.js';

const { TEST_SEED } = childEnvironment();
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const THEN = Date.UTC(2026, 0, 15, 10, 30);
const IDS = Array.from({ length: 20 }, (_, k) => `00000000-0000-4000-8000-0000000001${String(k).padStart(2, '0')}`);

// A definition is tried out at the time that it is.
beforeAll(() => void jest.spyOn(Date, 'now').mockReturnValue(THEN));
afterAll(() => void jest.restoreAllMocks());

function schemaOf(...fields: object[]): CompiledSchema {
  return withRules([], ...fields);
}

function withRules(rules: object[], ...fields: object[]): CompiledSchema {
  const { definition, problems } = readDefinition({ fields, rules });
  expect(problems).toEqual([]);
  return compile(definition!);
}

describe('The values of a record at another moment', () => {
  it('moves days by the days that have passed, and moments by the seconds', () => {
    const schema = schemaOf(
      { name: 'day', type: 'date', min: 'now-30d', max: 'now' },
      { name: 'seen_at', type: 'date', min: 'now-2h', max: 'now+2h' },
      { name: 'founded', type: 'date', min: '2000-01-01' },
    );
    const values = { day: '2026-01-10', seen_at: '2026-01-15T11:00:00.25+01:00', founded: '2001-05-05' };
    expect(schema.ages).toBe(true);
    expect(schema.asOf(values, THEN, THEN + 3 * DAY + 14 * HOUR)).toEqual({
      day: '2026-01-14',
      seen_at: '2026-01-19T00:00:00.25Z',
      founded: '2001-05-05',
    });
    expect(schema.asOf(values, THEN, THEN)).toBe(values);
  });

  it('does nothing where no bound moves, and says so', () => {
    const schema = schemaOf(
      { name: 'day', type: 'date', min: '2026-01-01' },
      { name: 'at', type: 'date', format: 'time' },
    );
    const values = { day: '2026-01-10', at: '10:00:00' };
    expect([schema.ages, schema.asOf(values, THEN, THEN + DAY)]).toEqual([false, values]);
  });

  it('takes along what is in order with a moving date, what an expression measures, and what is made of it', () => {
    const schema = withRules(
      [{ check: 'booked <= check_in', message: 'booked before the stay' }],
      { name: 'check_in', type: 'date', format: 'date', min: 'today', max: 'now+30d' },
      { name: 'check_out', type: 'date', format: 'date', after: 'check_in' },
      { name: 'booked', type: 'date', format: 'date', max: 'now+30d' },
      { name: 'nights', type: 'number', expression: 'check_out - check_in' },
      { name: 'label', type: 'string', template: '{check_in}/{nights}' },
      { name: 'title', type: 'string', template: 'Stay {label}' },
    );
    const values = {
      check_in: '2026-01-20',
      check_out: '2026-01-23',
      booked: '2026-01-02',
      nights: 3,
      label: '2026-01-20/3',
      title: 'Stay 2026-01-20/3',
    };
    expect(schema.asOf(values, THEN, THEN + 365 * DAY)).toEqual({
      check_in: '2027-01-20',
      check_out: '2027-01-23',
      booked: '2027-01-02',
      nights: 3,
      label: '2027-01-20/3',
      title: 'Stay 2027-01-20/3',
    });
  });

  it('leaves a date where it is when moving it would break a fixed bound, and moves it no further than it must', () => {
    const schema = schemaOf({ name: 'day', type: 'date', min: 'now-30d', max: '2026-02-10' });
    const at = (day: string, days: number): unknown => schema.asOf({ day }, THEN, THEN + days * DAY).day;
    expect(at('2026-01-10', 10)).toBe('2026-01-20');
    expect(at('2026-02-08', 10)).toBe('2026-02-08');
    expect(at('2025-12-20', 54)).toBe('2026-02-10');
    // No date is left from the 13th of March on.
    expect(at('2026-02-08', 90)).toBe('2026-02-08');
  });

  it('leaves a record as it is that a rule or the bound of what is made of dates ties to its time', () => {
    const ruled = withRules([{ check: 'year(day) == 2026', message: 'of 2026' }], {
      name: 'day',
      type: 'date',
      min: 'now-14d',
      max: 'now+90d',
    });
    expect(ruled.asOf({ day: '2026-01-10' }, THEN, THEN + 400 * DAY)).toEqual({ day: '2026-01-10' });
    const bound = schemaOf(
      { name: 'day', type: 'date', min: 'now-14d', max: 'now+90d' },
      { name: 'year', type: 'number', expression: 'year(day)', max: 2026 },
    );
    const values = { day: '2026-01-10', year: 2026 };
    expect(bound.asOf(values, THEN, THEN + 400 * DAY)).toEqual(values);
  });

  it('goes into lists and objects, and keeps lists without doubles', () => {
    const schema = schemaOf(
      { name: 'days', type: 'array', unique_items: true, items: { type: 'date', min: 'today-1d', max: '2026-01-20' } },
      { name: 'stay', type: 'object', fields: [{ name: 'from', type: 'date', min: 'now' }, { name: 'to', type: 'date', after: 'from' }] },
      { name: 'constructor', type: 'array', items: { type: 'object', fields: [{ name: 'on', type: 'date', max: 'now' }] } },
    ); // prettier-ignore
    const values = {
      days: ['2026-01-19', '2026-01-14'],
      stay: { from: '2026-01-15', to: '2026-01-16' },
      constructor: [{ on: '2026-01-01' }, {}],
    };
    expect(schema.asOf(values, THEN, THEN + 5 * DAY)).toEqual({
      days: ['2026-01-20', '2026-01-19'],
      stay: { from: '2026-01-20', to: '2026-01-21' },
      constructor: [{ on: '2026-01-06' }, {}],
    });
  });

  it('makes anew what is made of values that are changed', () => {
    const schema = schemaOf(
      { name: 'first', type: 'string' },
      { name: 'email', type: 'string', template: '{first}@test.com' },
      { name: 'label', type: 'string', template: '<{email}>' },
    );
    const values = { first: 'ann', email: 'ann@test.com', label: '<ann@test.com>' };
    expect(schema.changed(values, { first: 'bob' })).toEqual({
      first: 'bob',
      email: 'bob@test.com',
      label: '<bob@test.com>',
    });
    expect(schema.changed(values, { email: 'x@y.z' })).toEqual({ first: 'ann', email: 'x@y.z', label: '<x@y.z>' });
  });
});

/** The first rows of a schema at a moment; null where its bounds leave no dates then. */
function rowsAt(schema: CompiledSchema, now: number): Record<string, unknown>[] | null {
  try {
    const references = Object.fromEntries(schema.references.map(({ field }) => [field, IDS]));
    const capacity = schema.capacity(Object.fromEntries(schema.references.map(({ field }) => [field, IDS.length])));
    const count = Math.min(10, Number(capacity?.at_least ?? 10n));
    const rows = schema.rows({ seed: 'any', now, references });
    return Array.from({ length: count }, (_, i) => JSON.parse(rows.json(i)) as Record<string, unknown>);
  } catch (error) {
    if (error instanceof EmptySpanError || error instanceof RuleUnmetError) return null;
    throw error;
  }
}

const anyDefinition = fc.oneof({ weight: 3, arbitrary: ageingDefinition }, { weight: 1, arbitrary: richDefinition });
const passed = fc.oneof(fc.integer({ min: 1, max: 3 * 24 * 3600 }), fc.integer({ min: 1, max: 20 * 365 * 24 * 3600 }));

describe('Records of any schema', () => {
  const runs = testSettings().isLong ? 10_000 : 500;
  it(`that were right then are right at any later moment for which the schema leaves dates (${runs} definitions)`, () => {
    let moved = 0;
    fc.assert(
      fc.property(anyDefinition, passed, fc.integer({ min: 0, max: 86_399 }), (input, seconds, start) => {
        const { definition } = readDefinition(input);
        fc.pre(definition !== null);
        const schema = compile(definition);
        const from = THEN + start * 1000;
        const to = from + seconds * 1000 + 7;
        const rows = rowsAt(schema, from);
        fc.pre(rows !== null && rowsAt(schema, to) !== null);
        for (const values of rows) {
          expect(schema.check(values, from)).toEqual([]);
          const aged = schema.asOf(values, from, to);
          expect({ values, aged, problems: schema.check(aged, to) }).toEqual({ values, aged, problems: [] });
          if (JSON.stringify(aged) !== JSON.stringify(values)) moved += 1;
        }
      }),
      { numRuns: runs, seed: TEST_SEED === undefined ? undefined : Number(TEST_SEED) },
    );
    expect(moved).toBeGreaterThan(runs);
  });
});
