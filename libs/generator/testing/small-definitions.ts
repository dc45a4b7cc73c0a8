import fc from 'fast-check';
import { type DefinitionInput, type FieldInput } from './random-definitions.js';

/** How many records the references of the properties' runs may refer to. */
export const RECORDS = 7;

/** How many texts match, counted by hand. */
const PATTERN_SIZES: Record<string, number> = {
  '^$': 1,
  '^(yes|no|maybe)$': 3,
  '^"\\\\?$': 2,
  '^[ab]{1,3}c?$': 28,
  '^[a-z]{1,3}$': 26 + 26 ** 2 + 26 ** 3,
};
const whole = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max });
const rules = fc.oneof(
  fc.constant({ type: 'boolean' }),
  whole(1, 6).map((n) => ({ type: 'options', options: Array.from({ length: n }, (_, k) => k) })),
  fc.tuple(whole(-9, 9), whole(0, 12)).map(([min, span]) => ({ type: 'number', min, max: min + span, decimals: 0 })),
  fc.tuple(whole(-9, 9), whole(0, 3)).map(([min, span]) => ({ type: 'number', min, max: min + span, step: '0.25' })),
  whole(1, 28).map((day) => ({
    type: 'date',
    format: 'date',
    min: '2024-02-10',
    max: `2024-03-${String(day).padStart(2, '0')}`,
  })),
  fc.constantFrom(...Object.keys(PATTERN_SIZES)).map((regex) => ({ type: 'string', regex })),
  fc.constant({ type: 'reference', reference_schema_id: '00000000-0000-4000-8000-000000000001' }),
);

/** Definitions of fields with few values, and keys over them that overlap: small enough to be used up to the last row. */
export const smallDefinition: fc.Arbitrary<DefinitionInput> = fc
  .array(fc.tuple(rules, whole(0, 5), whole(0, 9)), { minLength: 1, maxLength: 5 })
  .map((all) =>
    all.map(([rule, unique, nulls], f) => ({
      ...rule,
      name: `f${f}`,
      ...(unique === 0 ? { unique: true } : {}),
      ...(nulls === 0 ? { null_rate: 0.3 } : {}),
    })),
  )
  .chain((fields) => keysOver(fields.map(({ name }) => name)).map((unique) => ({ fields, unique })));

/** Up to three different keys of two or three of the fields. */
export function keysOver(names: string[]): fc.Arbitrary<string[][]> {
  if (names.length < 2) return fc.constant([]);
  const key = fc.shuffledSubarray(names, { minLength: 2, maxLength: Math.min(3, names.length) });
  return fc.uniqueArray(key, { maxLength: 3, selector: (each) => [...each].sort().join() });
}

/** How many values a field has, counted one by one; null where that would take long. */
export function countValues(field: FieldInput): number | null {
  const { type, min, max, decimals, step, options, regex } = field;
  const isFixed = (bound: unknown): boolean => /^\d{4}-\d\d-\d\d$/.test(String(bound));
  if (type === 'boolean') return 2;
  if (type === 'options') return (options as unknown[]).length;
  if (type === 'reference') return RECORDS;
  if (type === 'string' && field.format === undefined && field.case === undefined)
    return PATTERN_SIZES[String(regex)] ?? null;
  if (type === 'number' && min !== undefined && max !== undefined && (decimals !== undefined || step !== undefined))
    return countUpTo(Number(min), Number(max), step === undefined ? 10 ** -Number(decimals) : Number(step));
  if (type === 'date' && field.format === 'date' && isFixed(min) && isFixed(max))
    return countUpTo(Date.parse(String(min)), Date.parse(String(max)), 86_400_000);
  return null;
}

function countUpTo(min: number, max: number, step: number): number {
  let count = 0;
  while (min + count * step <= max + step / 1e6) count++;
  return count;
}
