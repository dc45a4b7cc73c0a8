import { type FieldDefinition } from '../definition/definition.js';
import { kindFor } from '../kinds/choose-kind.js';
import { type Kind } from '../kinds/kind.js';
import { count, literal, matching, type Piece, sequence } from '../kinds/piece.js';
import { compilePattern, type Pattern } from '../patterns/pattern.js';
import { lengthRange } from '../patterns/text-lengths.js';
import { constantPlan, type FieldPlan, type KeyRole } from './field-plan.js';
import { type Part } from './part.js';

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
}

type Writer = (now: number) => Piece;

/**
 * Texts of a field: realistic ones of the kind that its name asks for, if all of that kind are proven to keep the field's
 * rules (language inclusion of automata); otherwise texts of the pattern. Either way nothing is ever tried and thrown away.
 */
export function stringPlan(field: FieldDefinition, role: KeyRole): FieldPlan {
  const rules = textRules(field);
  const kind = kindFor(field.name);
  const chosen = role === 'none' ? usable(kind, rules).next().value : chooseForKey(kind, rules, role);
  if (!chosen) return constantPlan(rules.pattern ? rules.pattern.texts(rules.min, rules.max) : plainText(rules), true);
  return { quoted: true, extent: () => chosen(0), bind: ({ now }) => chosen(now) };
}

function textRules(field: FieldDefinition): TextRules {
  const pattern = field.regex === undefined ? null : compilePattern(field.regex);
  return { pattern, min: Number(field.min ?? 0), max: field.max === undefined ? Infinity : Number(field.max) };
}

/** The ways of a kind that keep the rules, the best-looking first; found one by one, since mostly the first will do. */
function* usable(kind: Kind, rules: TextRules): Generator<Writer, undefined> {
  for (const writer of kind.pieces) {
    const piece = writer(0);
    if (fits(piece, rules)) yield writer;
    else {
      // Words that were looked at one by one need no proof, but a rule so odd that their pattern fails is better served by its own.
      const narrowed = piece.narrow?.((text) => passes(text, rules));
      if (narrowed && narrowed.size >= FEWEST_WORDS && fits(narrowed, rules)) yield () => narrowed;
    }
  }
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
  if (role === 'alone' && !kind.closed)
    writers.push(...writers.map(numbered).filter((writer) => fits(writer(0), rules)));
  const wanted = rules.pattern ? Math.min(ROOMY, rules.pattern.texts(rules.min, rules.max).size) : ROOMY;
  const roomy = writers.find((writer) => writer(0).size >= wanted);
  if (roomy || rules.pattern) return roomy;
  const largest = [...writers].sort((a, b) => b(0).size - a(0).size)[0];
  return largest && (kind.closed || largest(0).size >= plainText(rules).size) ? largest : undefined;
}

function fits(piece: Piece, rules: TextRules): boolean {
  if (rules.pattern === null && rules.min === 0 && rules.max === Infinity) return true;
  const texts = compilePattern(`^(?:${piece.source})$`);
  const { shortest, longest } = lengthRange(texts);
  return shortest >= rules.min && longest <= rules.max && (rules.pattern === null || rules.pattern.includes(texts));
}

function passes(text: string, rules: TextRules): boolean {
  const length = [...text].length;
  return length >= rules.min && length <= rules.max && (rules.pattern === null || rules.pattern.matches(text));
}

/** Lower-case letters of an allowed length, for fields without a pattern whose lengths no kind keeps. */
function plainText({ min, max }: TextRules): Part {
  const shortest = Math.max(min, Math.min(1, max));
  if (shortest > LONGEST_BY_PATTERN) {
    // Counting texts of thousands of letters would be slow and no use: the same words for all, then a few letters.
    const filler = 'lorem ipsum dolor sit amet '.repeat(Math.ceil(shortest / 27)).slice(0, shortest - 21);
    return sequence(literal(`${filler} `), matching('[a-z]{20}'));
  }
  return compilePattern(`^[a-z]{${shortest},${Math.min(max, shortest + 11)}}$`).texts(0, Infinity);
}
