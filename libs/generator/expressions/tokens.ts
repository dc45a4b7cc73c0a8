/** An expression that cannot be used, and where it goes wrong. */
export class ExpressionError extends Error {
  constructor(
    message: string,
    /** Where in the text, from 0; -1 for the whole. */
    readonly at: number = -1,
  ) {
    super(at < 0 ? message : `${message} (at ${at + 1})`);
    this.name = 'ExpressionError';
  }
}

/** Longest expression. Together with MAX_NODES and MAX_NESTING this bounds what one evaluation can cost. */
export const MAX_EXPRESSION = 1000;
export const MAX_NODES = 200;
export const MAX_NESTING = 24;

export interface Token {
  readonly kind: 'number' | 'text' | 'name' | 'sign' | 'end';
  readonly text: string;
  readonly at: number;
}

const SIGNS = ['<=', '>=', '==', '!=', '&&', '||', ...'+-*/%<>!?:(),[]'];
const WORDS = new Map([
  ['and', '&&'],
  ['or', '||'],
  ['not', '!'],
]);
// Sticky, and none of them can match a text in two ways: linear time.
const SPACE = /[ \t\r\n]+/y;
const NUMBER = /\d+(?:\.\d+)?/y;
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const QUOTED = /"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|`([^`]*)`/sy;

/** Cuts an expression into tokens. Throws ExpressionError. */
export function tokensOf(source: string): Token[] {
  if (source.length > MAX_EXPRESSION)
    throw new ExpressionError(`an expression may have at most ${MAX_EXPRESSION} characters`);
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    const space = found(SPACE, source, at);
    if (space) {
      at += space[0].length;
      continue;
    }
    const { token, length } = tokenAt(source, at);
    tokens.push(token);
    at += length;
  }
  tokens.push({ kind: 'end', text: 'the end', at });
  return tokens;
}

function tokenAt(source: string, at: number): { token: Token; length: number } {
  const number = found(NUMBER, source, at);
  if (number) return { token: { kind: 'number', text: number[0], at }, length: number[0].length };
  const name = found(NAME, source, at);
  if (name) {
    const sign = WORDS.get(name[0]);
    const token: Token = sign ? { kind: 'sign', text: sign, at } : { kind: 'name', text: name[0], at };
    return { token, length: name[0].length };
  }
  const quoted = found(QUOTED, source, at);
  if (quoted) {
    const text = quoted[1] ?? quoted[2];
    const token: Token =
      text === undefined
        ? { kind: 'name', text: quoted[3]!, at }
        : { kind: 'text', text: text.replace(/\\(.)/gs, '$1'), at };
    return { token, length: quoted[0].length };
  }
  const sign = SIGNS.find((each) => source.startsWith(each, at));
  if (sign) return { token: { kind: 'sign', text: sign, at }, length: sign.length };
  throw new ExpressionError(`unexpected ${JSON.stringify(String.fromCodePoint(source.codePointAt(at)!))}`, at);
}

function found(pattern: RegExp, source: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(source);
}
