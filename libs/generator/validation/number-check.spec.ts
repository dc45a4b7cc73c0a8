import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseDecimal } from '../values/decimal.js';
import { numberCheck } from './number-check.js';

const places = fc.integer({ min: 0, max: 10 });
/** Numbers of so many places, and their neighbours among the doubles. */
const near = fc
  .tuple(fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n }), places, fc.constantFrom(-1, 0, 0, 0, 1))
  .map(([units, decimals, off]) => Number(`${units}e-${decimals}`) * (1 + off * Number.EPSILON));

describe('places of numbers', () => {
  it('are counted as the number is written', () => {
    fc.assert(
      fc.property(fc.oneof(near, fc.double({ noNaN: true, noDefaultInfinity: true })), places, (value, decimals) => {
        const check = numberCheck({ id: '', name: 'x', type: 'number', decimals });
        expect(check(value, 0) === null).toBe(parseDecimal(value)!.decimals <= decimals);
        const whole = numberCheck({ id: '', name: 'x', type: 'number', integer: true });
        expect(whole(value, 0) === null).toBe(Number.isInteger(value));
      }),
      { numRuns: 5000 },
    );
  });
});
