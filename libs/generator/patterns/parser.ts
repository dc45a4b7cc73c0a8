import { ANY, negate, single } from './char-set.js';
import { literal, parseBrackets, parseEscape } from './class-parser.js';
import { MAX_REPEAT } from './limits.js';
import { type Flags, Reader } from './reader.js';
import { open, type SyntaxNode } from './syntax-tree.js';

/**
 * Reads a pattern in RE2's syntax (https://github.com/google/re2/wiki/Syntax), without what README.md lists as missing.
 * Throws PatternError naming the position. Recurses as deep as groups are nested: users' patterns are cut off at
 * MAX_PATTERN_LENGTH before.
 */
export function parsePattern(text: string): SyntaxNode {
  const reader = new Reader(text);
  const tree = parseChoice(reader, { ignoreCase: false, dotAll: false });
  if (!reader.done) throw reader.error('syntax', 'unmatched )');
  return tree;
}

function parseChoice(reader: Reader, outer: Flags): SyntaxNode {
  // (?i) holds to the end of the group, across the alternatives that follow it.
  const flags = { ...outer };
  const options = [parseSequence(reader, flags)];
  while (reader.accept('|')) options.push(parseSequence(reader, flags));
  return options.length === 1 ? options[0]! : { type: 'choice', options };
}

function parseSequence(reader: Reader, flags: Flags): SyntaxNode {
  const parts: SyntaxNode[] = [];
  while (!reader.done && reader.peek() !== '|' && reader.peek() !== ')') parts.push(parseRepeat(reader, flags));
  return parts.length === 1 ? parts[0]! : { type: 'sequence', parts };
}

function parseRepeat(reader: Reader, flags: Flags): SyntaxNode {
  const node = parseAtom(reader, flags);
  const start = reader.position;
  const bounds = parseQuantifier(reader);
  if (!bounds) return node;
  if (bounds.min > MAX_REPEAT || (bounds.max !== Infinity && bounds.max > MAX_REPEAT)) {
    throw reader.error('too_large', `a repetition above ${MAX_REPEAT}`, start);
  }
  if (bounds.min > bounds.max)
    throw reader.error('syntax', 'the repetition has its lower bound above its upper one', start);
  // Lazy and greedy differ in what is captured, never in whether there is a match.
  reader.accept('?');
  if (reader.peek() === '+') throw reader.error('unsupported', 'possessive quantifiers are not supported');
  const next = reader.position;
  if (parseQuantifier(reader)) throw reader.error('syntax', 'a repetition of a repetition', next);
  return { type: 'repeat', node, ...bounds };
}

function parseQuantifier(reader: Reader): { min: number; max: number } | null {
  if (reader.accept('*')) return { min: 0, max: Infinity };
  if (reader.accept('+')) return { min: 1, max: Infinity };
  if (reader.accept('?')) return { min: 0, max: 1 };
  // As in RE2, a brace that opens no {n}, {n,} or {n,m} is a character.
  const found = reader.match(/\{(\d+)(,?)(\d*)\}/y);
  if (!found) return null;
  const min = Number(found[1]);
  if (!found[2]) return found[3] ? null : { min, max: min };
  return { min, max: found[3] ? Number(found[3]) : Infinity };
}

function parseAtom(reader: Reader, flags: Flags): SyntaxNode {
  const start = reader.position;
  const char = reader.take();
  switch (char) {
    case '(':
      return parseGroup(reader, flags);
    case '[':
      return parseBrackets(reader, flags);
    case '.':
      return open(flags.dotAll ? ANY : negate(single(0x0a)));
    case '^':
      return { type: 'start' };
    case '$':
      return { type: 'end' };
    case '\\':
      if (reader.accept('A')) return { type: 'start' };
      if (reader.accept('z')) return { type: 'end' };
      return parseEscape(reader, flags);
    case '*':
    case '+':
    case '?':
      throw reader.error('syntax', `nothing for ${char} to repeat`, start);
    default:
      return literal(char.codePointAt(0)!, flags);
  }
}

/** A group; its opening parenthesis has been taken. Flags without a group, (?i), change `flags` for what follows. */
function parseGroup(reader: Reader, flags: Flags): SyntaxNode {
  const start = reader.position - 1;
  const inner = { ...flags };
  if (reader.accept('?')) {
    refuseUnsupported(reader, start);
    if (!reader.match(/P?<[A-Za-z_]\w*>/y) && readFlags(reader, inner, start) === 'bare') {
      Object.assign(flags, inner);
      return { type: 'empty' };
    }
  }
  const tree = parseChoice(reader, inner);
  if (!reader.accept(')')) throw reader.error('syntax', 'missing closing )', start);
  return tree;
}

function refuseUnsupported(reader: Reader, start: number): void {
  if (reader.match(/<?[=!]/y)) throw reader.error('unsupported', 'look-around is not supported', start);
  if (reader.accept('>')) throw reader.error('unsupported', 'atomic groups are not supported', start);
}

/** Reads `i`, `s`, `-i` … up to `)` (bare) or `:` (the flags of this group alone). */
function readFlags(reader: Reader, flags: Flags, start: number): 'bare' | 'group' {
  const found = reader.match(/([a-zA-Z]*)(?:-([a-zA-Z]+))?([:)])/y);
  if (!found) throw reader.error('syntax', 'an unknown kind of group', start);
  const set = (letters: string, on: boolean): void => {
    for (const letter of letters) {
      if (letter === 'i') flags.ignoreCase = on;
      else if (letter === 's') flags.dotAll = on;
      else throw reader.error('unsupported', `the flag ${letter} is not supported`, start);
    }
  };
  set(found[1] ?? '', true);
  set(found[2] ?? '', false);
  if (found[3] === ')' && found[0] === ')') throw reader.error('syntax', 'an unknown kind of group', start);
  return found[3] === ')' ? 'bare' : 'group';
}
