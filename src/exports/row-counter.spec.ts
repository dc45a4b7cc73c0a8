import { expect, it } from '@jest/globals';
import { RowCounter } from './row-counter.js';

const CSV = 'a,"b\nc"\n"",\n"""\n",x\nä,"\n"\n';

it.each([1, 2, 3, 5, 100])(
  'counts rows of CSV that come in chunks of %i bytes, line feeds within cells aside',
  (size) => {
    const bytes = Buffer.from(CSV);
    const counter = new RowCounter(true);
    for (let from = 0; from < bytes.length; from += size) counter.add(bytes.subarray(from, from + size));
    expect(counter.rows).toBe(4);
  },
);

it('counts lines where quotes mean nothing', () => {
  const counter = new RowCounter(false);
  counter.add(Buffer.from('{"a":"\\""}\n{"b'));
  counter.add(Buffer.from('":1}\n'));
  expect(counter.rows).toBe(2);
});
