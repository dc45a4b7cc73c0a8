import { type FieldDefinition, type LetterCase, type TextFormat } from '../definition/definition.js';
import { type Format, formatOf } from '../formats/formats.js';
import { isInCase, UNCHANGED_BY } from '../formats/letter-case.js';
import { kindFor } from '../kinds/choose-kind.js';
import { type Kind } from '../kinds/kind.js';
import { count, literal, matching, type Piece, sequence } from '../kinds/piece.js';
import { compilePattern, type Pattern } from '../patterns/pattern.js';
import { lengthRange } from '../patterns/text-lengths.js';
import { constantPlan, type FieldPlan, type KeyRole } from './field-plan.js';
import { type Part } from './part.js';
import { lengthsOf } from './text-lengths.js';

/** A unique field is content with a kind of at least this many values; with less, more room is looked for. */
const ROOMY = 1_000_000_000;
/** A word list that rules leave fewer words of than this gives way to the pattern itself. */
const FEWEST_WORDS = 5;
const LONGEST_BY_PATTERN = 200;

/** What a string field's rules demand of a text. */
interface TextRules {
  readonly pattern: Pattern | null;
  readonly min: number;
  readonly max: number;
  readonly format: Format | null;
  readonly letterCase: LetterCase | null;
}

type Writer = (now: number) => Piece;

/**
 * Texts of a field: realistic ones of the kind that its format or name asks for, if all of that kind are proven to keep the
 * field's rules (language inclusion of automata); otherwise texts of the pattern. Either way nothing is ever tried and
 * thrown away. Null when no texts can be made that are sure to keep all rules: patterns have no fallback for a format.
 */
export function stringPlanOrNull(field: FieldDefinition, role: KeyRole): FieldPlan | null {
  const rules = textRules(field);
  const kind = rules.format?.kind ?? kindFor(field.name);
  const chosen = role === 'none' ? usable(kind, rules).next().value : chooseForKey(kind, rules, role);
  if (chosen) return { quoted: true, extent: () => chosen(0), bind: ({ now }) => chosen(now) };
  const part = fallback(rules);
  return part && constantPlan(part, true);
}

/** The plan of a field that was read: reading refuses those without one. */
export function stringPlan(field: FieldDefinition, role: KeyRole): FieldPlan {
  const plan = stringPlanOrNull(field, role);
  if (!plan) throw new Error(`${field.name}: no text keeps its rules`);
  return plan;
}

function textRules(field: FieldDefinition): TextRules {
  return {
    ...lengthsOf(field),
    pattern: field.regex === undefined ? null : compilePattern(field.regex),
    format: field.format === undefined ? null : formatOf(field.format as TextFormat),
    letterCase: field.case ?? null,
  };
}

/** Texts without a kind: of the pattern, or letters. */
function fallback(rules: TextRules): Part | null {
  const { pattern, letterCase } = rules;
  if (rules.format) return null;
  if (!pattern) return plainText(rules);
  if (letterCase && !compilePattern(UNCHANGED_BY[letterCase]).includes(pattern)) return null;
  return pattern.texts(rules.min, rules.max);
}

/** The ways of a kind that keep the rules, the best-looking first; found one by one, since mostly the first will do. */
function* usable(kind: Kind, rules: TextRules): Generator<Writer, undefined> {
  for (const each of kind.pieces) {
    const writer = inCaseOf(each, rules.letterCase);
    if (!writer) continue;
    const piece = writer(0);
    if (fits(piece, rules)) yield writer;
    else {
      // Words that were looked at one by one need no proof, but a rule so odd that their pattern fails is better served by its own.
      const narrowed = piece.narrow?.((text) => passes(text, rules));
      if (narrowed && narrowed.size >= FEWEST_WORDS && fits(narrowed, rules)) yield () => narrowed;
    }
  }
}

/** The way with its letters in a case; null when that cannot be had. */
function inCaseOf(writer: Writer, letterCase: LetterCase | null): Writer | null {
  if (letterCase === null) return writer;
  return writer(0).cased(letterCase) && ((now) => writer(now).cased(letterCase)!);
}

/** The same texts with a number behind them, so that there are enough for a unique field. */
function numbered(writer: Writer): Writer {
  // Letters and numbers stay apart by the space; a piece that ends in a number of its own still differs before the last space.
  return (now) => sequence(writer(now), literal(' '), count(9_999_999));
}

/**
 * The way for a field in a key. Where it has a pattern, only one that gives as many values as the pattern would, or enough:
 * a rule for 520 values gives 520 rows. Otherwise, for a field that is a key alone, one with room, or else the roomiest.
 */
function chooseForKey(kind: Kind, rules: TextRules, role: KeyRole): Writer | undefined {
  const writers: Writer[] = [...usable(kind, rules)];
  if (role === 'together' && !rules.pattern) return writers[0];
  // A number behind an address or an IBAN would leave the format.
  if (role === 'alone' && !kind.closed && !rules.format)
    writers.push(...writers.map(numbered).filter((writer) => fits(writer(0), rules)));
  const wanted = rules.pattern ? Math.min(ROOMY, rules.pattern.texts(rules.min, rules.max).size) : ROOMY;
  const roomy = writers.find((writer) => writer(0).size >= wanted);
  if (roomy || (rules.pattern && fallback(rules))) return roomy;
  const largest = [...writers].sort((a, b) => b(0).size - a(0).size)[0];
  return largest && (kind.closed || rules.format || rules.pattern || largest(0).size >= plainText(rules).size)
    ? largest
    : undefined;
}

function fits(piece: Piece, rules: TextRules): boolean {
  // A format's own pieces keep it: the specs of the formats hold them to that.
  if (rules.pattern === null && rules.min === 0 && rules.max === Infinity) return true;
  const texts = compilePattern(`^(?:${piece.source})$`);
  const { shortest, longest } = lengthRange(texts);
  return shortest >= rules.min && longest <= rules.max && (rules.pattern === null || rules.pattern.includes(texts));
}

function passes(text: string, rules: TextRules): boolean {
  const length = [...text].length;
  if (rules.letterCase && !isInCase(text, rules.letterCase)) return false;
  return length >= rules.min && length <= rules.max && (rules.pattern === null || rules.pattern.matches(text));
}

/** Letters of an allowed length, for fields without a pattern whose lengths no kind keeps. */
function plainText({ min, max, letterCase }: TextRules): Part {
  const shortest = Math.max(min, Math.min(1, max));
  if (shortest > LONGEST_BY_PATTERN) {
    // Counting texts of thousands of letters would be slow and no use: the same words for all, then a few letters.
    const filler = 'lorem ipsum dolor sit amet '.repeat(Math.ceil(shortest / 27)).slice(0, shortest - 21);
    const start = literal(`${filler} `);
    const end = { lower: '[a-z]{20}', upper: '[A-Z]{20}', title: '[A-Z][a-z]{19}' }[letterCase ?? 'lower'];
    return sequence(letterCase ? start.cased(letterCase)! : start, matching(end));
  }
  const longest = Math.min(max, shortest + 11);
  if (letterCase === 'title' && longest > 0) {
    return compilePattern(`^[A-Z][a-z]{${Math.max(0, shortest - 1)},${longest - 1}}$`).texts(0, Infinity);
  }
  return compilePattern(`^${letterCase === 'upper' ? '[A-Z]' : '[a-z]'}{${shortest},${longest}}$`).texts(0, Infinity);
}
