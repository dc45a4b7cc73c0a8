import { ExpressionError, MAX_NESTING, MAX_NODES, type Token, tokensOf } from './tokens.js';

/** A parsed expression; `at` is where it stands in the text. */
export type Node =
  | { kind: 'literal'; value: number | string | boolean; at: number }
  | { kind: 'field'; name: string; at: number }
  | { kind: 'call'; name: string; args: Node[]; at: number }
  | { kind: 'choice'; args: [Node, Node, Node]; at: number }
  | { kind: 'in'; args: Node[]; at: number };

/** How tightly each operator between two values binds. */
const BINDING = new Map<string, number>([
  ['||', 1],
  ['&&', 2],
  ...['==', '!=', '<', '<=', '>', '>=', 'in'].map((sign) => [sign, 3] as const),
  ['+', 4],
  ['-', 4],
  ['*', 5],
  ['/', 5],
  ['%', 5],
]);
const COMPARISON = 3;

/** Parses an expression (operator precedence; V. Pratt, 1973). Throws ExpressionError. */
export function parseExpression(source: string): Node {
  return new Parser(tokensOf(source)).whole();
}

class Parser {
  private place = 0;
  private nodes = 0;
  private depth = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  whole(): Node {
    const node = this.choice();
    if (this.token.kind !== 'end') throw new ExpressionError(`unexpected ${this.token.text}`, this.token.at);
    return node;
  }

  private get token(): Token {
    return this.tokens[this.place]!;
  }

  private choice(): Node {
    if (++this.depth > MAX_NESTING)
      throw new ExpressionError(`an expression may be at most ${MAX_NESTING} deep`, this.token.at);
    const { at } = this.token;
    const condition = this.binary(0);
    const node = this.takes('?') ? this.rest(condition, at) : condition;
    this.depth--;
    return node;
  }

  private rest(condition: Node, at: number): Node {
    const yes = this.choice();
    this.expect(':');
    return this.counted({ kind: 'choice', args: [condition, yes, this.choice()], at });
  }

  private binary(above: number): Node {
    let left = this.unary();
    for (;;) {
      const { text, kind, at } = this.token;
      const sign = kind === 'sign' || (kind === 'name' && text === 'in') ? text : '';
      const binding = BINDING.get(sign) ?? 0;
      if (binding <= above) return left;
      this.place++;
      left =
        sign === 'in'
          ? this.counted({ kind: 'in', args: [left, ...this.list('[', ']')], at })
          : this.counted({ kind: 'call', name: sign, args: [left, this.binary(binding)], at });
      // a < b < c compares the answer of the first with c: never what was meant.
      if (binding === COMPARISON && BINDING.get(this.token.text) === COMPARISON && this.token.kind === 'sign')
        throw new ExpressionError('comparisons cannot be chained; join them with &&', this.token.at);
    }
  }

  private unary(): Node {
    const { at } = this.token;
    for (const [sign, name] of [
      ['!', '!'],
      ['-', 'minus'],
    ] as const) {
      if (!this.takes(sign)) continue;
      if (++this.depth > MAX_NESTING) throw new ExpressionError('too many signs in a row', at);
      const node = this.counted({ kind: 'call', name, args: [this.unary()], at });
      this.depth--;
      return node;
    }
    return this.primary();
  }

  private primary(): Node {
    const { kind, text, at } = this.token;
    this.place++;
    if (kind === 'number') return this.counted({ kind: 'literal', value: Number(text), at });
    if (kind === 'text') return this.counted({ kind: 'literal', value: text, at });
    if (kind === 'name') return this.named(text, at);
    if (kind === 'sign' && text === '(') {
      const node = this.choice();
      this.expect(')');
      return node;
    }
    throw new ExpressionError(`expected a value instead of ${text}`, at);
  }

  private named(name: string, at: number): Node {
    if (name === 'true' || name === 'false') return this.counted({ kind: 'literal', value: name === 'true', at });
    if (this.token.kind === 'sign' && this.token.text === '(')
      return this.counted({ kind: 'call', name, args: this.list('(', ')'), at });
    return this.counted({ kind: 'field', name, at });
  }

  private list(open: string, close: string): Node[] {
    this.expect(open);
    const nodes: Node[] = [];
    if (this.takes(close)) return nodes;
    do nodes.push(this.choice());
    while (this.takes(','));
    this.expect(close);
    return nodes;
  }

  private takes(sign: string): boolean {
    const takes = this.token.kind === 'sign' && this.token.text === sign;
    if (takes) this.place++;
    return takes;
  }

  private expect(sign: string): void {
    if (!this.takes(sign)) throw new ExpressionError(`expected ${sign} instead of ${this.token.text}`, this.token.at);
  }

  private counted<T extends Node>(node: T): T {
    if (++this.nodes > MAX_NODES)
      throw new ExpressionError(`an expression may have at most ${MAX_NODES} parts`, node.at);
    return node;
  }
}
