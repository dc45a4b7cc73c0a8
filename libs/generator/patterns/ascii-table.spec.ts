import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { accepts, determinise, withoutNul } from './dfa.js';
import { asciiTable } from './ascii-table.js';
import { searchingNfa } from './nfa.js';
import { parsePattern } from './parser.js';
import { Pattern } from './pattern.js';

const automaton = (source: string): ReturnType<typeof determinise> => determinise(searchingNfa(parsePattern(source)));
const units = ['a', 'b', 'A', '0', ' ', '\n', '\u0000', '\u007f', '\u0080', 'é', 'я', '\ud800', '\udc00', '💡'];
const text = fc.string({ unit: fc.constantFrom(...units), maxLength: 12 });

describe('matching with the table of ASCII', () => {
  it.each([
    '',
    '^[ab]+$',
    '^.{2,}$',
    'a.b',
    '^\\pL+$',
    '^(?s:.)*0$',
    '^[^a]*$',
    '^\\x00?a',
    '[^\\x00-\\x{10ffff}]',
    '^[ab]{600}$|0',
  ])('says of any text what the automaton says: %s', (source) => {
    const pattern = Pattern.compile(source);
    const dfa = automaton(source);
    const storable = withoutNul(dfa);
    fc.assert(
      fc.property(text, (each) => {
        expect(pattern.matches(each)).toBe(accepts(dfa, each, 0, 0));
        expect(pattern.matchesStorable(each)).toBe(accepts(storable, each, 0, 0));
        expect(pattern.matchesStorable(each)).toBe(
          pattern.matches(each) && each.isWellFormed() && !each.includes('\u0000'),
        );
      }),
    );
  });

  it('has a table of at most 128 KiB, and none for larger automata', () => {
    expect(asciiTable(automaton('^a{510}$'))!.next).toHaveLength(512 * 128);
    expect(asciiTable(automaton('^a{511}$'))).toBeNull();
    expect(Pattern.compile('^a{511}$').matches('a'.repeat(511))).toBe(true);
    expect(Pattern.compile('^a{510}$').matches('a'.repeat(511))).toBe(false);
  });
});
