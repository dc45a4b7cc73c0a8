import { MAX_TEXT } from '../definition/limits.js';
import { DAY, writeDay } from '../values/instant.js';

/** Dates are seconds since 1970, times of the day seconds since midnight. */
export type ValueType = 'number' | 'text' | 'boolean' | 'date' | 'time';
export type Value = number | string | boolean | null;

/** One way to call a function or operator: the types it takes and gives, and what it does with values that are not null. */
export interface Overload {
  readonly takes: readonly ValueType[];
  readonly gives: ValueType;
  readonly run: (...values: never[]) => Value;
  /** Takes any number of values of the last type. */
  readonly many?: boolean;
}

const of = (takes: ValueType[], gives: ValueType, run: Overload['run'], many = false): Overload => ({
  takes,
  gives,
  run,
  many,
});
const numbers = (run: (a: number, b: number) => number): Overload => of(['number', 'number'], 'number', run);
const number = (run: (a: number) => number): Overload[] => [of(['number'], 'number', run)];
const cut = (text: string): string => text.slice(0, MAX_TEXT);

/** Values in order can be compared; texts by code unit, as everywhere in JavaScript. */
function comparison(holds: (a: number | string, b: number | string) => boolean): Overload[] {
  return (['number', 'text', 'date', 'time'] as const).map((type) => of([type, type], 'boolean', holds));
}

const equality = (same: boolean): Overload[] => [
  ...comparison((a, b) => (a === b) === same),
  of(['boolean', 'boolean'], 'boolean', (a: boolean, b: boolean) => (a === b) === same),
];

const partOfDate = (from: number, to: number): Overload[] => [
  of(['date'], 'number', (seconds: number) => Number(writeDay(Math.floor(seconds / DAY)).slice(from, to))),
];

/** Half away from zero, as people round; decimal, not binary: 1.005 to two places is 1.01. */
export function rounded(value: number, places: number): number {
  const text = Math.abs(value).toPrecision(15);
  const shifted = Math.round(Number(`${Number(text)}e${places}`));
  const result = Number(`${shifted}e${-places}`);
  // Numbers in exponent form are too large or too small to have places.
  if (Number.isNaN(result)) return value;
  return value < 0 ? -result : result;
}

const round = (value: number, places = 0): number => rounded(value, Math.max(0, Math.min(10, Math.trunc(places))));

/** Everything that expressions can call. */
export const FUNCTIONS: ReadonlyMap<string, readonly Overload[]> = new Map<string, readonly Overload[]>([
  [
    '+',
    [
      numbers((a, b) => a + b),
      of(['text', 'text'], 'text', (a: string, b: string) => cut(a + b)),
      of(['date', 'number'], 'date', (seconds: number, days: number) => seconds + days * DAY),
    ],
  ],
  [
    '-',
    [
      numbers((a, b) => a - b),
      of(['date', 'date'], 'number', (a: number, b: number) => (a - b) / DAY),
      of(['date', 'number'], 'date', (seconds: number, days: number) => seconds - days * DAY),
    ],
  ],
  ['*', [numbers((a, b) => a * b)]],
  ['/', [numbers((a, b) => a / b)]],
  ['%', [numbers((a, b) => a % b)]],
  ['minus', number((a) => -a)],
  ['<', comparison((a, b) => a < b)],
  ['<=', comparison((a, b) => a <= b)],
  ['>', comparison((a, b) => a > b)],
  ['>=', comparison((a, b) => a >= b)],
  ['==', equality(true)],
  ['!=', equality(false)],
  ['!', [of(['boolean'], 'boolean', (a: boolean) => !a)]],
  ['abs', number(Math.abs)],
  ['floor', number(Math.floor)],
  ['ceil', number(Math.ceil)],
  ['round', [of(['number'], 'number', round), of(['number', 'number'], 'number', round)]],
  ['min', [of(['number'], 'number', (...all: number[]) => Math.min(...all), true)]],
  ['max', [of(['number'], 'number', (...all: number[]) => Math.max(...all), true)]],
  ['length', [of(['text'], 'number', (text: string) => [...text].length)]],
  ['lower', [of(['text'], 'text', (text: string) => cut(text.toLowerCase()))]],
  ['upper', [of(['text'], 'text', (text: string) => cut(text.toUpperCase()))]],
  ['trim', [of(['text'], 'text', (text: string) => text.trim())]],
  ['contains', [of(['text', 'text'], 'boolean', (text: string, part: string) => text.includes(part))]],
  ['starts_with', [of(['text', 'text'], 'boolean', (text: string, part: string) => text.startsWith(part))]],
  ['ends_with', [of(['text', 'text'], 'boolean', (text: string, part: string) => text.endsWith(part))]],
  ['text', [of(['number'], 'text', String), of(['boolean'], 'text', String)]],
  ['year', partOfDate(0, 4)],
  ['month', partOfDate(5, 7)],
  ['day', partOfDate(8, 10)],
]);
