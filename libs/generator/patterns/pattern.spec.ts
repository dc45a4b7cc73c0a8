import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Stream } from '../random/stream.js';
import { MAX_SPAN, type Part } from '../values/part.js';
import { Pattern } from './pattern.js';
import { PatternError } from './pattern-error.js';

const stream = new Stream();
const seek = (i: number): Stream => {
  stream.seek({ a: 11, b: 22 }, i);
  return stream;
};
const unescaped = (text: string): string => JSON.parse(`"${text}"`) as string;
const textsOf = (source: string, min = 0, max = Infinity): Part => Pattern.compile(source).texts(min, max);
const all = (source: string, min = 0, max = Infinity): string[] => {
  const texts = textsOf(source, min, max);
  return Array.from({ length: texts.size }, (_, rank) => unescaped(texts.at(rank, seek(rank))));
};
const problem = (source: string): string => {
  try {
    textsOf(source);
  } catch (error) {
    if (error instanceof PatternError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'none';
};

describe('matching', () => {
  // JavaScript's engine agrees with RE2 on these, with the u flag.
  const sources = [
    'abc', '^abc$', 'a|b|cd', '^(a|b)*c$', '^a+b?c{2}$', '^a{2,}$', '^a{1,3}?b$', '^[a-c]+$', '^[^a-c]+$', '^.$', '^\\d\\D$', '^\\w+\\W$', 'a$', '^a',
    '(^a|b$)', '^$', '$^', 'a$b', '^(?:ab)+$', '^(?<x>a)b$', '^\\x41\\u0042$', '^[\\x61-\\x63-]$', '^\\p{Lu}\\p{Ll}+$', '^\\P{L}$', '^[\\]\\\\^-]$', '^(a|ab)(c|bcd)$',
    '^(|a)b$', '()', '^(a*)*$', '^(a|b|ab)*c$', '^[\\d.]+$', '^\\.\\*\\/$', '^[αβγ]+$', '^\\p{Script=Greek}$', '^💡{2}$', '^[💀-💯]$', '^a{0}b$',
  ]; // prettier-ignore
  const letters = fc.string({ unit: fc.constantFrom(...'aabbccdABX019 .*/-^\\]αβé💡💩\n_'.split('')), maxLength: 8 });

  it('agrees with JavaScript on its own dialect', () => {
    for (const source of sources) {
      const ours = Pattern.compile(source.replace('\\p{Script=Greek}', '\\p{Greek}'));
      const theirs = new RegExp(source.replace(/\(\?<x>/, '('), 'u');
      fc.assert(
        fc.property(letters, (text) => {
          fc.pre(!/[\ud800-\udfff]/u.test(text));
          expect([source, text, ours.matches(text)]).toEqual([source, text, theirs.test(text)]);
        }),
        { numRuns: 60 },
      );
    }
  });

  it.each([
    ['(?i)straße', 'STRAßE', true],
    ['(?i)k', '\u212a', true],
    ['(?i)ΣΑΣ', 'σας', true],
    ['^(?i:a)b$', 'Ab', true],
    ['^(?i:a)b$', 'AB', false],
    ['^a(?i)b|c$', 'aB', true],
    ['^(?s).$', '\n', true],
    ['^(?s:.)(?-s:.)$', '\n\n', false],
    ['^(?i)\\W$', 'k', false],
    ['^(?i)\\W$', '\u212a', false],
    ['^(?i)[^a-z]$', 'K', false],
    ['^(?i)[[:^lower:]]$', 'B', false],
    ['^(?i)\\p{Lu}$', 'b', true],
    ['\\Aab\\z', 'ab', true],
    ['^[[:alpha:]]+$', 'abZ', true],
    ['^[[:^digit:]]$', '5', false],
    ['^[]a]$', ']', true],
    ['^a{,3}$', 'a{,3}', true],
    ['^\\x{1F600}$', '😀', true],
    ['^\\pN$', '٣', true],
    ['^\\PN$', '٣', false],
    ['^\\p{^Lu}$', 'a', true],
    ['^.$', '\ud800', false],
    ['^\\s$', '\u00a0', false],
  ])('%s on %j is %s', (source, text, expected) => {
    expect(Pattern.compile(source).matches(text)).toBe(expected);
  });
});

describe('what cannot be used is refused with its place', () => {
  it.each([
    ['a(?=b)', 'unsupported: look-around is not supported at position 1'],
    ['(?<!a)b', 'unsupported: look-around is not supported at position 0'],
    ['(a)\\1', 'unsupported: back-references are not supported at position 3'],
    ['(?>a)', 'unsupported: atomic groups are not supported at position 0'],
    ['a++', 'unsupported: possessive quantifiers are not supported at position 2'],
    ['\\bword', 'unsupported: word boundaries (\\b) are not supported at position 0'],
    ['(?m)a', 'unsupported: the flag m is not supported at position 0'],
    ['\\q', 'unsupported: the escape \\q is not supported at position 0'],
    ['(a', 'syntax: missing closing ) at position 0'],
    ['a)', 'syntax: unmatched ) at position 1'],
    ['[a', 'syntax: missing closing ] at position 0'],
    ['[z-a]', 'syntax: the range is in reverse order at position 1'],
    ['*a', 'syntax: nothing for * to repeat at position 0'],
    ['a**', 'syntax: a repetition of a repetition at position 2'],
    ['a{3,2}', 'syntax: the repetition has its lower bound above its upper one at position 1'],
    ['a{1001}', 'too_large: a repetition above 1000 at position 1'],
    ['\\p{Nope}', 'syntax: unknown Unicode class Nope at position 0'],
    ['a\\', 'syntax: a backslash at the end at position 1'],
    ['(?', 'syntax: an unknown kind of group at position 0'],
    ['\\ud800', 'syntax: ud800 is no Unicode character at position 0'],
    ['a$b', 'no_match: no text of an allowed length matches the pattern'],
    ['[^\\s\\S]', 'no_match: no text of an allowed length matches the pattern'],
  ])('%s', (source, expected) => {
    expect(problem(source)).toBe(expected);
  });

  it('any text at all either compiles or is refused, never anything else', () => {
    const syntax = fc.string({
      unit: fc.constantFrom(...'ab01()[]{}|*+?^$.\\-,:=!<>dwspPLxiI'.split('')),
      maxLength: 20,
    });
    fc.assert(
      fc.property(syntax, (source) => expect(typeof problem(source)).toBe('string')),
      { numRuns: 2000 },
    );
  });

  it('hostile patterns are answered within milliseconds, and match in linear time', () => {
    const hostile = [
      '^(a+)+$',
      '(a|a)*b',
      '[ab]*a[ab]{20}',
      '((a{1000}){1000})',
      '(x+x+)+y',
      '^(.*a){20}$',
      '(a?){500}a{500}',
      '^.*a.{20}$',
      '(.*)*x',
      '^(([a-z])+.)+[A-Z]([a-z])+$',
    ];
    for (const source of hostile) problem(source);
    const start = performance.now();
    for (const source of hostile) problem(source);
    // About 10 ms on an idle machine; the bound is wide because machines are shared.
    expect(performance.now() - start).toBeLessThan(500);
    const text = `${'a'.repeat(10_000)}!`;
    const matching = performance.now();
    for (const source of hostile) if (!problem(source).startsWith('too_large')) Pattern.compile(source).matches(text);
    expect(performance.now() - matching).toBeLessThan(500);
  });
});

describe('the texts of a pattern', () => {
  it('are counted and numbered exactly', () => {
    expect(all('^(a|b){1,2}$').sort()).toEqual(['a', 'aa', 'ab', 'b', 'ba', 'bb']);
    expect(all('^x?y?$').sort()).toEqual(['', 'x', 'xy', 'y']);
    expect(all('^(a|ab)(c|bc)$').sort()).toEqual(['abbc', 'abc', 'ac']);
    expect(textsOf('^[a-z]{5}$')).toMatchObject({ size: 26 ** 5, exact: true });
    expect(textsOf('^[A-Z]{2}[0-9]{6}$').size).toBe(26 * 26 * 10 ** 6);
    expect(new Set(all('^[01]{1,9}$')).size).toBe(2 ** 10 - 2);
    expect(new Set(all('^a{0,50}$')).size).toBe(51);
    expect(all('^(?i)ab$').sort()).toEqual(['AB', 'Ab', 'aB', 'ab']);
  });

  it('keep length rules, in code points', () => {
    expect(all('^[ab]*$', 2, 3).length).toBe(4 + 8);
    expect(all('^💡+$', 2, 4)).toEqual(['💡💡', '💡💡💡', '💡💡💡💡']);
    expect(() => textsOf('^[a-z]{2}$', 5)).toThrow('no text of an allowed length');
    expect(() => textsOf('^a*$', 3000)).toThrow('the shortest text has more than 2000 characters');
  });

  it('write printable ASCII where the pattern leaves it open, and never NUL', () => {
    expect(new Set(all('^.$'))).toEqual(new Set(Array.from({ length: 95 }, (_, k) => String.fromCharCode(32 + k))));
    expect(all('^[^a-z]$').length).toBe(95 - 26);
    expect(all('^\\s$')).toEqual([' ']);
    expect(all('^[\\x00-\\x1fa]$')).toEqual(['a']);
    expect(all('^[\\x00\\t]$')).toEqual(['\t']);
    expect(textsOf('^[^ -~]$').at(0, seek(0))).toBe('\u00a0');
  });

  it('bound endless repetition to the 33 shortest lengths', () => {
    expect(
      all('^a*$')
        .map((text) => text.length)
        .sort((a, b) => a - b),
    ).toEqual(Array.from({ length: 33 }, (_, k) => k));
    expect(textsOf('^.{8,}$')).toMatchObject({ size: MAX_SPAN, exact: false });
  });

  const anything = [
    '^[a-zA-Z0-9_]{3,20}$', '^[^@]+@[^@]+\\.[^@]+$', '^.{8,}$', '^(a|b[0-9]{3})*c?$', '^[a-z]{1,100}$', '^\\pL{5}$', '"\\\\+', '^(foo|bar|[0-9]{12,18})-[A-F]{8}$',
    '^([a-z]{20}|x|[0-9]{2})$', '^.{500,1000}$',
  ]; // prettier-ignore
  it.each(anything)('of %s match it, by chance and by number, and different numbers give different texts', (source) => {
    const pattern = Pattern.compile(source);
    const texts = pattern.texts(0, Infinity);
    const seen = new Set<string>();
    const wanted = Math.min(500, texts.size);
    for (let k = 0; k < wanted; k++) {
      // Neighbours at the start, and places all over.
      const rank = k % 2 === 0 ? k / 2 : Math.min(texts.size - 1, Math.floor((texts.size / wanted) * k));
      if (k % 2 === 1 && rank <= wanted / 2) continue;
      const text = texts.at(rank, seek(rank));
      expect(seen.has(text)).toBe(false);
      seen.add(text);
      expect(pattern.matches(unescaped(text))).toBe(true);
      expect(pattern.matches(unescaped(texts.draw(seek(k))))).toBe(true);
      expect(texts.at(rank, seek(rank))).toBe(text);
    }
  });

  it('all start alike where few ranks share an edge: neighbouring ranks of a huge space differ', () => {
    const texts = textsOf('^[a-z]{40}$');
    const some = Array.from({ length: 20_000 }, (_, k) => texts.at(k, seek(k)));
    expect(new Set(some).size).toBe(20_000);
    expect(texts.at(MAX_SPAN - 1, seek(0))).toMatch(/^[a-z]{40}$/);
  });
});

describe('inclusion', () => {
  const includes = (rule: string, texts: string): boolean => Pattern.compile(rule).includes(Pattern.compile(texts));

  it.each([
    ['^[a-z0-9]+$', '^[a-z]{2,5}[0-9]?$', true],
    ['^[a-z]+$', '^[a-z]{2,5}[0-9]?$', false],
    ['^[^@]+@[^@]+\\.[^@]+$', '^[a-z]+@example\\.com$', true],
    ['b', '^abc$', true],
    ['^.{8,}$', '^[a-z]{7,9}$', false],
    ['', '^a*$', true],
    ['^\\pL+$', '^[äöü]+$', true],
  ])('%s includes %s: %s', (rule, texts, expected) => {
    expect(includes(rule, texts)).toBe(expected);
  });
});
