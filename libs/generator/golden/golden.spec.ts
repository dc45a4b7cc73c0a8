import { describe, expect, it } from '@jest/globals';
import { ENGINE_VERSION } from '../index.js';
import { compiled } from '../testing/compiled.js';
import { shopfast } from '../testing/shopfast.js';
import golden from './engine-1.json' with { type: 'json' };

/*
 * Engine version 1, pinned: these bytes never change. If a test here fails, the change needs a new engine version beside
 * this one. The file was written by writeGolden of testing/write-golden.ts.
 */
describe('engine version 1', () => {
  it('is the one that runs', () => {
    expect(ENGINE_VERSION).toBe(golden.engine_version);
  });

  it.each(golden.schemas)('writes the rows of $name that it always wrote', ({ name, definition, first_row, rows }) => {
    const source = compiled(definition).rows({ seed: golden.seed, now: golden.now, references: golden.references });
    rows.forEach((row, k) => expect([name, source.json(first_row + k)]).toEqual([name, row]));
  });

  it('covers the ShopFast example', () => {
    expect(golden.schemas.map((schema) => schema.name)).toEqual(expect.arrayContaining(Object.keys(shopfast)));
  });
});
