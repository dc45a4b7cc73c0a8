import { lookUp } from './names.js';

/** The usual range of a number, both ends included, and its decimal places. */
export interface NumberKind {
  readonly low: number;
  readonly high: number;
  readonly decimals: number;
}

/** Numbers whose names say nothing: 0 to 1000, whole. */
export const ANY_NUMBER: NumberKind = { low: 0, high: 1000, decimals: 0 };

const ROWS: readonly [answersTo: string, low: number, high: number, decimals: number][] = [
  [
    'price cost amount total subtotal fee tax charge unit_price total_price total_amount grand_total shipping refund',
    1,
    999.99,
    2,
  ],
  ['balance revenue budget income', 0, 99_999.99, 2],
  ['salary wage', 30_000, 150_000, 0],
  ['discount percent percentage progress', 0, 100, 0],
  ['rate tax_rate interest_rate', 0, 20, 2],
  ['age', 18, 90, 0],
  ['year', 1970, 2030, 0],
  ['month', 1, 12, 0],
  ['day', 1, 28, 0],
  ['hour', 0, 23, 0],
  ['minute second', 0, 59, 0],
  ['quantity qty count', 1, 100, 0],
  ['stock inventory in_stock', 0, 500, 0],
  ['rating stars', 1, 5, 0],
  ['score points', 0, 100, 0],
  ['priority level', 1, 5, 0],
  ['latitude lat', -90, 90, 6],
  ['longitude lng lon', -180, 180, 6],
  ['weight', 0.1, 50, 1],
  ['height width length depth', 1, 250, 0],
  ['temperature', -20, 40, 1],
  ['port', 1024, 65_535, 0],
  ['id number no', 1, 2_147_483_647, 0],
];

const byName = new Map<string, NumberKind>();
for (const [names, low, high, decimals] of ROWS) {
  for (const name of names.split(' ')) byName.set(name, { low, high, decimals });
}

/** The range that a number field's name suggests. */
export function numberKindFor(fieldName: string): NumberKind {
  return lookUp(byName, fieldName) ?? ANY_NUMBER;
}
