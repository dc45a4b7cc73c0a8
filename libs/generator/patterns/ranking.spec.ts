import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Stream } from '../random/stream.js';
import { type Part } from '../values/part.js';
import { Pattern } from './pattern.js';
import { PatternError } from './pattern-error.js';

const stream = new Stream();
const seek = (i: number): Stream => {
  stream.seek({ a: 5, b: 6 }, i);
  return stream;
};

/** Patterns over a, b and c that JavaScript reads as we do. */
const { tree: source } = fc.letrec<{ tree: string }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('a', 'b', 'c', '[ab]', '[a-c]', '^', '$', ''),
    fc.tuple(tie('tree'), tie('tree')).map(([x, y]) => x + y),
    fc.tuple(tie('tree'), tie('tree')).map(([x, y]) => `(?:${x}|${y})`),
    fc
      .tuple(tie('tree'), fc.constantFrom('*', '+', '?', '{2}', '{1,3}', '{2,}', '{0,2}?'))
      .map(([x, q]) => `(?:${x})${q}`),
  ),
}));

const LONGEST = 5;
const words = (function all(length: number): string[] {
  return length === 0
    ? ['']
    : ['', ...all(length - 1).flatMap((rest) => ['a', 'b', 'c'].map((letter) => letter + rest))];
})(LONGEST);
const everything = [...new Set(words)];

function textsOf(pattern: string, longest = Infinity): Part | null {
  try {
    return Pattern.compile(pattern).texts(0, longest);
  } catch (error) {
    if (error instanceof PatternError) return null;
    throw error;
  }
}

describe('counting and ranking', () => {
  it('agree with trying all short texts', () => {
    fc.assert(
      fc.property(source, (inner) => {
        const pattern = `^(?:${inner})$`;
        const expected = everything.filter((text) => new RegExp(pattern).test(text));
        const texts = textsOf(pattern, LONGEST);
        const made = Array.from({ length: texts?.size ?? 0 }, (_, rank) => texts!.at(rank, seek(rank)));
        expect(made.sort()).toEqual(expected.sort());
      }),
      { numRuns: 400 },
    );
  });

  it('agree with matching, for searching patterns too', () => {
    fc.assert(
      fc.property(source, fc.constantFrom(...everything), (pattern, text) => {
        let ours: boolean;
        try {
          ours = Pattern.compile(pattern).matches(text);
        } catch (error) {
          if (error instanceof PatternError) return;
          throw error;
        }
        expect(ours).toBe(new RegExp(pattern).test(text));
      }),
      { numRuns: 1500 },
    );
  });

  it('give different texts for different ranks, however large the space', () => {
    // Uneven branches: some with a few texts, some with more than there are atoms.
    const branch = fc.constantFrom(
      'x',
      '[0-9]',
      '[a-z]{9}',
      '[a-z]{14}',
      '.{30}',
      '(?:[A-Z][0-9]){8}',
      '[a-zé]{3,12}',
      '\\pL{6}',
      'no|[yes]{20}',
    );
    const pattern = fc
      .array(branch, { minLength: 1, maxLength: 5 })
      .chain((parts) =>
        fc.constantFrom(`^(?:${parts.join('|')})$`, `^${parts.map((part) => `(?:${part})?`).join('-')}$`),
      );
    fc.assert(
      fc.property(pattern, fc.double({ min: 0, max: 1, noNaN: true }), (source, place) => {
        const texts = textsOf(source);
        // A few of these need more states than the limit.
        fc.pre(texts !== null);
        const compiled = Pattern.compile(source);
        const first = Math.floor(place * Math.max(0, texts.size - 300));
        const ranks = Array.from({ length: Math.min(300, texts.size) }, (_, k) => first + k);
        const made = ranks.map((rank) => texts.at(rank, seek(rank)));
        expect(new Set(made).size).toBe(ranks.length);
        for (const text of made) expect(compiled.matches(JSON.parse(`"${text}"`) as string)).toBe(true);
      }),
      { numRuns: 120 },
    );
  });
});
