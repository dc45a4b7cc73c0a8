import fc from 'fast-check';
import { type DefinitionInput, type FieldInput } from './random-definitions.js';

const NAMES = ['first', 'second_at', 'third', 'due_date', 'created_at', 'constructor'];
const LOW = [
  'now-30d',
  'now-2y',
  'today',
  'today-1w',
  'now-90min',
  'now',
  '2026-01-01',
  '2025-12-31T22:00:00Z',
  undefined,
];
const HIGH = [
  'now+2d',
  'now',
  'today',
  'now+1y',
  'now+45s',
  'today+3mo',
  '2026-02-01',
  '2040-01-01T00:00:00+02:00',
  undefined,
];

const date = (name: string, before: string | undefined): fc.Arbitrary<FieldInput> =>
  fc
    .record({
      min: fc.constantFrom(...LOW),
      max: fc.constantFrom(...HIGH),
      format: fc.constantFrom(undefined, 'date', 'date-time'),
      isOrdered: fc.boolean(),
      rule: fc.constantFrom('after', 'before'),
      required: fc.boolean(),
    })
    .map(({ isOrdered, rule, ...rules }) => ({
      name,
      type: 'date',
      ...rules,
      ...(rules.required ? {} : { null_rate: 0.2 }),
      ...(isOrdered && before ? { [rule]: before } : {}),
    }));

const list = fc
  .record({ min: fc.constantFrom(...LOW), max: fc.constantFrom(...HIGH), unique_items: fc.boolean() })
  .map(({ unique_items, ...rules }) => ({
    name: 'days',
    type: 'array',
    unique_items,
    items: { type: 'date', ...rules },
  }));

/** Definitions of dates with bounds that move and bounds that do not, in order with each other, within objects and lists. */
export const ageingDefinition: fc.Arbitrary<DefinitionInput> = fc
  .shuffledSubarray(NAMES, { minLength: 1, maxLength: 4 })
  .chain((names) =>
    fc.tuple(
      fc.tuple(...names.map((name, i) => date(name, names[i - 1]))),
      fc.option(date('inner', undefined), { nil: undefined }),
      fc.option(list, { nil: undefined }),
      fc.boolean(),
    ),
  )
  .map(([dates, inner, days, isNamed]) => ({
    fields: [
      ...dates,
      ...(inner ? [{ name: 'within', type: 'object', fields: [inner] }] : []),
      ...(days ? [days] : []),
      ...(isNamed ? [{ name: 'label', type: 'string', template: `{${dates[0]!.name}}!` }] : []),
    ],
  }));
