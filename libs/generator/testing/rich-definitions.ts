import fc from 'fast-check';
import { TEXT_FORMATS } from '../definition/definition.js';
import { type DefinitionInput, type FieldInput } from './random-definitions.js';
import { keysOver } from './small-definitions.js';

const REFERENCE = '00000000-0000-4000-8000-000000000001';
const NAMES = [
  'email',
  'city',
  'price',
  'age',
  'start_date',
  'end_date',
  'code',
  'name',
  'on',
  'tags',
  'x',
  'notes',
  'user',
  'y',
];
const rare = (): fc.Arbitrary<boolean> => fc.integer({ min: 0, max: 4 }).map((n) => n === 0);
const share = fc.integer({ min: 1, max: 9 }).map((n) => n / 10);

const text = fc.oneof(
  fc.record({ format: fc.constantFrom(...TEXT_FORMATS) }),
  fc.record({ case: fc.constantFrom('lower', 'upper', 'title') }),
  fc.record({ min_length: fc.integer({ min: 0, max: 8 }), max_length: fc.integer({ min: 8, max: 30 }) }),
  fc.record({ regex: fc.constantFrom('^[a-z]{1,3}$', '^[A-Z]{2}[0-9]{6}$', '^.{8,}$', '^(a|bc)*d?$') }),
);
const number = fc.oneof(
  fc.record({
    min: fc.integer({ min: -20, max: 0 }),
    max: fc.integer({ min: 1, max: 60 }),
    decimals: fc.integer({ min: 0, max: 3 }),
  }),
  fc.record({
    exclusive_min: fc.constantFrom('-0.5', 0, '0.25'),
    exclusive_max: fc.constantFrom(3, '9.75'),
    step: fc.constantFrom('0.25', '0.5', 1),
  }),
  fc.record({ integer: fc.constant(true), max: fc.constantFrom('7.5', 900) }),
  fc.constant({ sequence: { start: 5, step: '0.5' } }),
  fc.record({
    min: fc.constantFrom(0, 10),
    max: fc.constantFrom(50, 5000),
    distribution: fc.constantFrom(
      'normal',
      'zipf',
      { type: 'log_normal', mean: 3, stddev: 1 },
      { type: 'normal', mean: 1000, stddev: 2 },
    ),
  }),
);
const date = fc.oneof(
  fc.record({ format: fc.constantFrom('date', 'date-time', 'time') }),
  fc.record({
    min: fc.constantFrom('now-30d', 'today', '2026-01-10'),
    max: fc.constantFrom('now+2d', 'now+1y', '2026-02-01'),
  }),
);
const simple = fc.oneof(
  { weight: 4, arbitrary: text.map((rules) => ({ type: 'string', ...rules })) },
  { weight: 2, arbitrary: number.map((rules) => ({ type: 'number', ...rules })) },
  { weight: 2, arbitrary: date.map((rules) => ({ type: 'date', ...rules })) },
  fc.record({ type: fc.constant('boolean'), probability: share }),
  fc.constantFrom(
    { type: 'boolean' },
    { type: 'options', options: ['a', 'b', 3, true] },
    { type: 'options', options: ['a', 'b'], weights: [1, 3] },
  ),
  fc.constantFrom(
    { type: 'reference', reference_schema_id: REFERENCE },
    { type: 'reference', reference_schema_id: REFERENCE, cardinality: 'one_to_one' },
    { type: 'reference', reference_schema_id: REFERENCE, distribution: 'zipf' },
  ),
);
const ofItems = simple.filter((rules) => !('sequence' in rules) && !('cardinality' in rules));
const nested = fc.oneof(
  fc.record({ type: fc.constant('array'), items: ofItems, max_items: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ type: fc.constant('array'), items: ofItems, min_items: fc.constant(0), unique_items: fc.constant(true) }),
  ofItems.map((rules) => ({
    type: 'object',
    fields: [
      { name: 'in', ...rules },
      { name: 'on', type: 'boolean' },
    ],
  })),
);

/** A field that is made of the one before it, if that has a name and type to be made of. */
function made(name: string, before: FieldInput | undefined): object {
  if (before?.type === 'number') return { name, type: 'number', expression: `\`${before.name}\` * 2`, decimals: 4 };
  if (before?.type === 'date') return { name, type: 'date', after: before.name, format: before.format };
  return before ? { name, type: 'string', template: `{${before.name}}-x` } : { name, type: 'string' };
}

const field = (name: string, before: FieldInput | undefined): fc.Arbitrary<FieldInput> =>
  fc
    .tuple(fc.oneof({ weight: 5, arbitrary: simple }, { weight: 1, arbitrary: nested }), rare(), rare(), rare(), rare())
    .map(([rules, required, unique, nulls, derived]): FieldInput => {
      const own = derived ? made(name, before) : { name, ...rules };
      return {
        ...own,
        name,
        ...(required ? { required } : nulls ? { null_rate: 0.3 } : {}),
        ...(unique ? { unique } : {}),
      };
    });

const NOT_IN_KEYS = ['weights', 'distribution', 'probability', 'template', 'expression', 'after', 'items', 'fields'];

/** Whether a key may have the field in it: what is weighted, made of others, nested, or moves with the run may not. */
const isForKeys = (field: FieldInput): boolean =>
  NOT_IN_KEYS.every((rule) => field[rule] === undefined) &&
  !/now|today/.test(`${String(field.min)} ${String(field.max)}`);

/** Definitions with all sorts of rules, fields made of others, and keys that may overlap. Some are refused: that is tried, too. */
export const richDefinition: fc.Arbitrary<DefinitionInput> = fc
  .uniqueArray(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 7 })
  .chain((names) => fieldsOf(names))
  .chain((fields) =>
    fc.tuple(fc.constant(fields), keysOver(fields.filter(isForKeys).map(({ name }) => name)), rare(), rare()),
  )
  .map(([fields, unique, ruled, careless]) => ({
    fields: careless ? fields : fields.map(withoutWrongKey),
    ...(unique.length > 0 ? { unique } : {}),
    ...(ruled ? { rules: rulesFor(fields, unique) } : {}),
  }));

function withoutWrongKey({ unique, ...field }: FieldInput): FieldInput {
  return unique === true && isForKeys(field) ? { ...field, unique } : field;
}

/** That the first two numbers outside of keys, if there are two, are in order. Those in keys are dealt, not drawn again. */
function rulesFor(fields: readonly FieldInput[], keys: readonly string[][]): { check: string; message: string }[] {
  const [low, high] = fields.filter(
    ({ name, type, sequence, unique }) =>
      type === 'number' && sequence === undefined && !unique && !keys.some((key) => key.includes(name)),
  );
  return low && high ? [{ check: `\`${low.name}\` <= \`${high.name}\``, message: 'in order' }] : [];
}

function fieldsOf(names: readonly string[]): fc.Arbitrary<FieldInput[]> {
  return names.reduce<fc.Arbitrary<FieldInput[]>>(
    (all, name) => all.chain((fields) => field(name, fields.at(-1)).map((next) => [...fields, next])),
    fc.constant([]),
  );
}
