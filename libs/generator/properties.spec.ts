import { describe, it } from '@jest/globals';
import { expectRowsOfAny, expectStableUnderEdits } from './testing/properties.js';

/** The long tests call the same properties with more. */
const RUNS = 500;

describe('any definition', () => {
  it('gives valid rows, unique to the last, in any order and without a hang', () => expectRowsOfAny(RUNS));

  it('can be edited without changing the fields that stay', () => expectStableUnderEdits(RUNS / 2));
});
