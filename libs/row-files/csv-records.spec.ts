import { describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { CsvCutter, type CsvRecord } from './csv-records.js';
import { type CsvDialect, findDialect } from './csv-dialect.js';
import { recordBlocks } from './record-blocks.js';
import { RecordScanner } from './record-scanner.js';

const COMMA: CsvDialect = { delimiter: ',', quote: '"', newline: '\n' };

/** Cuts a text that comes in chunks of this many bytes. */
async function cut(text: string, dialect = COMMA, size = 7): Promise<{ records: CsvRecord[]; lines: number[] }> {
  const bytes = Buffer.from(text);
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  const cutter = new CsvCutter(dialect);
  const [records, lines]: [CsvRecord[], number[]] = [[], []];
  for await (const block of recordBlocks(chunks(), bytes.length, new RecordScanner(dialect))) {
    records.push(...cutter.cut(block.bytes, block.ends));
    lines.push(...block.lines);
  }
  return { records, lines };
}

/** The cases of csv-spectrum (M. Ogden), with what they are to be read as. */
const SPECTRUM: [name: string, text: string, records: (string | null)[][]][] = [
  [
    'comma_in_quotes',
    'first,last,address,city,zip\nJohn,Doe,120 any st.,"Anytown, WW",08123\n',
    [
      ['first', 'last', 'address', 'city', 'zip'],
      ['John', 'Doe', '120 any st.', 'Anytown, WW', '08123'],
    ],
  ],
  [
    'empty',
    'a,b,c\n1,"",""\n2,3,4\n',
    [
      ['a', 'b', 'c'],
      ['1', '', ''],
      ['2', '3', '4'],
    ],
  ],
  [
    'empty_crlf',
    'a,b,c\r\n1,"",""\r\n2,3,4\r\n',
    [
      ['a', 'b', 'c'],
      ['1', '', ''],
      ['2', '3', '4'],
    ],
  ],
  [
    'escaped_quotes',
    'a,b\n1,"ha ""ha"" ha"\n3,4\n',
    [
      ['a', 'b'],
      ['1', 'ha "ha" ha'],
      ['3', '4'],
    ],
  ],
  [
    'json',
    'key,val\n1,"{""type"": ""Point"", ""coordinates"": [102.0, 0.5]}"\n',
    [
      ['key', 'val'],
      ['1', '{"type": "Point", "coordinates": [102.0, 0.5]}'],
    ],
  ],
  [
    'location_coordinates',
    'Contact Phone Number,Location Coordinates\n1234567890,"(48.85, 2.35)\nParis"\n',
    [
      ['Contact Phone Number', 'Location Coordinates'],
      ['1234567890', '(48.85, 2.35)\nParis'],
    ],
  ],
  [
    'newlines',
    'a,b,c\n1,2,3\n"Once upon \na time",5,6\n7,8,9\n',
    [
      ['a', 'b', 'c'],
      ['1', '2', '3'],
      ['Once upon \na time', '5', '6'],
      ['7', '8', '9'],
    ],
  ],
  [
    'newlines_crlf',
    'a,b,c\r\n1,2,3\r\n"Once upon \r\na time",5,6\r\n7,8,9\r\n',
    [
      ['a', 'b', 'c'],
      ['1', '2', '3'],
      ['Once upon \r\na time', '5', '6'],
      ['7', '8', '9'],
    ],
  ],
  [
    'quotes_and_newlines',
    'a,b\n1,"ha \n""ha"" \nha"\n3,4\n',
    [
      ['a', 'b'],
      ['1', 'ha \n"ha" \nha'],
      ['3', '4'],
    ],
  ],
  [
    'simple',
    'a,b,c\n1,2,3\n',
    [
      ['a', 'b', 'c'],
      ['1', '2', '3'],
    ],
  ],
  [
    'simple_crlf',
    'a,b,c\r\n1,2,3\r\n',
    [
      ['a', 'b', 'c'],
      ['1', '2', '3'],
    ],
  ],
  [
    'utf8',
    'a,b,c\n1,2,3\n4,5,ʤ\n',
    [
      ['a', 'b', 'c'],
      ['1', '2', '3'],
      ['4', '5', 'ʤ'],
    ],
  ],
];

describe('the corpus of csv-spectrum', () => {
  it.each(SPECTRUM)('%s', async (_, text, records) => {
    for (const size of [1, 2, 3, 1_000]) {
      expect((await cut(text, COMMA, size)).records).toEqual(records);
      expect((await cut(text.replace(/\r?\n$/, ''), COMMA, size)).records).toEqual(records);
    }
    expect(findDialect(Buffer.from(text))).toEqual(COMMA);
  });
});

describe('records', () => {
  it('are cut as csv-parse cuts them, wherever the chunks end', async () => {
    const field = fc.oneof(
      fc.stringMatching(/^[a-c ]{0,4}$/),
      fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r\n', 'é', '😀'), maxLength: 6 }),
    );
    const quoted = (text: string, always: boolean): string =>
      always || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    const record = fc.array(fc.tuple(field, fc.boolean()), { minLength: 2, maxLength: 4 });
    const property = fc.asyncProperty(
      fc.array(record, { minLength: 1, maxLength: 12 }),
      fc.constantFrom('\n', '\r\n'),
      fc.integer({ min: 1, max: 20 }),
      async (rows, newline, size) => {
        const text = rows.map((row) => row.map(([each, always]) => quoted(each, always)).join(',') + newline).join('');
        const { records, lines } = await cut(text, COMMA, size);
        const theirs = parse(text, { relax_column_count: true, record_delimiter: ['\r\n', '\n'] });
        expect(records.map((each) => (typeof each === 'string' ? each : each.map((one) => one ?? '')))).toEqual(theirs);
        // A field without anything is none; quotes with nothing in them are an empty text.
        const own = rows.map((row) => row.map(([each, always]) => (each === '' && !always ? null : each)));
        expect(records).toEqual(own);
        const breaks = rows.map((row) => row.reduce((sum, [each]) => sum + each.split('\n').length - 1, 1));
        expect(lines).toEqual(breaks.map((_, i) => 1 + breaks.slice(0, i).reduce((sum, each) => sum + each, 0)));
      },
    );
    await fc.assert(property, { numRuns: 500 });
  });

  it('with wrong quotes are told apart from the others', async () => {
    const { records } = await cut('a,b\n1,x"y"\n"2"z,3\n"4","5"\n6,7\n');
    expect(records).toEqual([
      ['a', 'b'],
      'field 2 has a quote in the middle; a field with quotes in it must stand in quotes, with each of them doubled',
      'field 1 goes on behind its closing quote; a quote within a quoted field must be doubled',
      ['4', '5'],
      ['6', '7'],
    ]);
  });

  it.each<[string, CsvDialect]>([
    ["a;b\n'x;y';'it''s'\n", { delimiter: ';', quote: "'", newline: '\n' }],
    ['a\tb\n"x\ty"\t2\n', { delimiter: '\t', quote: '"', newline: '\n' }],
    ['a|b\r1|2\r', { delimiter: '|', quote: '"', newline: '\r' }],
    ['name;price\nApple;1,5\nPear;2,5\n', { delimiter: ';', quote: '"', newline: '\n' }],
    ['alone\none\ntwo\n', COMMA],
  ])('show how they are written: %j', async (text, dialect) => {
    expect(findDialect(Buffer.from(text))).toEqual(dialect);
    const { records } = await cut(text, dialect);
    expect(records.every((record) => typeof record !== 'string')).toBe(true);
  });
});
