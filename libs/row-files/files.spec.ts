import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { knownBinary } from './file-kind.js';
import { elementLines } from './json-array.js';
import { peek } from './peek.js';
import { RecordMarks } from './record-marks.js';
import { RecordScanner } from './record-scanner.js';
import { findEncoding, type TextEncoding, toUtf8 } from './text-encoding.js';

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield Uint8Array.from(bytes.subarray(at, at + size));
}

const swapped = (bytes: Buffer): Buffer => Buffer.from(bytes).swap16();
const TEXT = 'name,city\nJosé,Köln\nZoë,Århus €\n';
const ENCODED: [what: string, encoding: TextEncoding, bytes: Buffer][] = [
  ['UTF-8', 'utf-8', Buffer.from(TEXT)],
  ['UTF-8 with a mark', 'utf-8', Buffer.from(`\uFEFF${TEXT}`)],
  ['UTF-16LE', 'utf-16le', Buffer.from(TEXT, 'utf16le')],
  ['UTF-16LE with a mark', 'utf-16le', Buffer.from(`\uFEFF${TEXT}`, 'utf16le')],
  ['UTF-16BE', 'utf-16be', swapped(Buffer.from(TEXT, 'utf16le'))],
  ['UTF-16BE with a mark', 'utf-16be', swapped(Buffer.from(`\uFEFF${TEXT}`, 'utf16le'))],
  ['Windows-1252', 'windows-1252', Buffer.from(TEXT.replace('€', '\u0080'), 'latin1')],
];

describe('text', () => {
  it.each(ENCODED)('in %s is found out and becomes UTF-8', async (_, encoding, bytes) => {
    expect(findEncoding(bytes)).toBe(encoding);
    for (const size of [1, 3, 1_000]) {
      expect(
        (await buffer(toUtf8(pieces(bytes, size === 1 && encoding === 'utf-8' ? 4 : size), encoding))).toString(),
      ).toBe(TEXT);
    }
  });

  it('that stops being UTF-8 somewhere is refused with the line', async () => {
    const bytes = Buffer.concat([Buffer.from('a\nb\n'.repeat(1_000)), Buffer.from('caf\xe9\n', 'latin1')]);
    for (const size of [1, 7, 100_000]) {
      await expect(buffer(toUtf8(pieces(bytes, size), 'utf-8'))).rejects.toThrow('Line 2001 is not valid UTF-8');
    }
    await expect(buffer(toUtf8(pieces(Buffer.from([0x61, 0xe2, 0x82]), 1), 'utf-8'))).rejects.toThrow('Line 1 is not');
  });

  it('is not what other files are', () => {
    const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
    expect([knownBinary(png), knownBinary(Buffer.from('1f8b0800', 'hex')), knownBinary(Buffer.from('a,b\n'))]).toEqual([
      'a PNG image',
      'a gzip archive',
      null,
    ]);
    expect(findEncoding(Buffer.from(Array.from({ length: 1_000 }, (_, i) => (i * 7) % 256)))).toBe(null);
  });
});

describe('a JSON array', () => {
  it('becomes a line for each element, whatever is in it', async () => {
    const property = fc.asyncProperty(
      fc.array(fc.jsonValue({ maxDepth: 3 }), { maxLength: 8 }),
      fc.constantFrom(undefined, 1, '\t'),
      fc.integer({ min: 1, max: 9 }),
      async (elements, space, size) => {
        const bytes = Buffer.from(` ${JSON.stringify(elements, null, space)}\n`);
        const lines = (await buffer(elementLines(pieces(bytes, size)))).toString().split('\n').slice(0, -1);
        expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(JSON.parse(JSON.stringify(elements)));
      },
    );
    await fc.assert(property, { numRuns: 500 });
  });

  it.each(['', '[', '[1', '[1,', '[1,]', '[,1]', '[1 2]', '[1]]', '[1] x', '{"a":1}', '[{"a":1]}x', '["a\nb"]', '["a'])(
    'that is broken is refused: %j',
    async (text) => {
      const lines = async (): Promise<void> => {
        const read = (await buffer(elementLines(pieces(Buffer.from(text), 2)))).toString();
        // What is between the brackets of an element is looked at row by row.
        for (const line of read.split('\n').slice(0, -1)) JSON.parse(line);
      };
      await expect(lines()).rejects.toThrow();
    },
  );
});

describe('marks', () => {
  const options = { every: 2, longest: 100, countsBlank: false };
  const markedIn = (text: string, size: number, own = options) => {
    const marks = new RecordMarks(new RecordScanner({ delimiter: ',', quote: '"', newline: '\n' }), 0, own);
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += size) marks.feed(bytes.subarray(at, at + size));
    marks.end();
    return { records: marks.records, marks: marks.marks };
  };

  it('lead to every second record, blank lines left out', () => {
    for (const size of [1, 2, 5, 100]) {
      const text = 'a,1\n\r\n"b\nb",2\n\nc,3\nd,4\ne,5';
      expect(markedIn(text, size)).toEqual({
        records: 5,
        marks: [
          { at: 0, line: 1 },
          { at: text.indexOf('c'), line: 6 },
          { at: text.indexOf('e,'), line: 8 },
        ],
      });
      expect(markedIn(text, size, { ...options, countsBlank: true }).records).toBe(7);
    }
  });

  it('refuse a record that is too long and a quote that is not closed', () => {
    for (const size of [1, 50, 1_000]) {
      expect(() => markedIn(`a\n"b,${'c\n'.repeat(60)}`, size)).toThrow('on line 2 is longer than 100 bytes. A quote');
      expect(() => markedIn(`a\n${'b'.repeat(101)}\n`, size)).toThrow('on line 2 is longer than 100 bytes.');
      expect(() => markedIn('a\n"b\nc\n', size)).toThrow('on line 2 is not closed');
    }
  });
});

describe('a look at the beginning', () => {
  it('leaves the source whole', async () => {
    const bytes = Buffer.from('abcdefghij');
    for (const count of [1, 4, 10, 20]) {
      const { beginning, isAll, source } = await peek(pieces(bytes, 3), count);
      expect(beginning.toString()).toBe('abcdefghij'.slice(0, beginning.length));
      expect(isAll).toBe(count > 10);
      expect((await buffer(source)).toString()).toBe('abcdefghij');
    }
  });
});
