import { parseInstant } from '../values/instant.js';
import { parseTime } from '../values/date-bound.js';
import { FUNCTIONS, type Overload, type Value, type ValueType } from './functions.js';
import { type Node, parseExpression } from './parser.js';
import { ExpressionError } from './tokens.js';

/** An expression over fields, ready to be evaluated any number of times. */
export interface Expression {
  readonly type: ValueType;
  /** The fields it names, in the order in which `run` takes their values. */
  readonly needs: readonly string[];
  /** Null where a value that counts is null, or there is no such number. Time is linear in the sizes of expression and texts. */
  run(values: readonly Value[]): Value;
}

type Run = (values: readonly Value[]) => Value;
interface Typed {
  readonly type: ValueType;
  readonly run: Run;
  /** The text of a literal: it may stand for a date. */
  readonly literal?: string;
}

/**
 * Compiles an expression to closures over the types of its fields. Nothing of JavaScript can be reached from it: names are
 * fields, and calls are of FUNCTIONS. Throws ExpressionError, for operands whose types do not go together, too.
 */
export function compileExpression(source: string, typeOf: (field: string) => ValueType | null): Expression {
  const compiler = new Compiler(typeOf);
  const { type, run } = compiler.typed(parseExpression(source));
  return { type, needs: [...compiler.needs.keys()], run };
}

class Compiler {
  /** Each field that is named, and its place among the values. */
  readonly needs = new Map<string, number>();

  constructor(private readonly typeOf: (field: string) => ValueType | null) {}

  typed(node: Node): Typed {
    switch (node.kind) {
      case 'literal':
        return literal(node.value);
      case 'field':
        return this.field(node.name, node.at);
      case 'choice':
        return this.choice(node.args, node.at);
      case 'in':
        return this.isIn(node.args, node.at);
      case 'call':
        return this.call(node.name, node.args, node.at);
    }
  }

  private field(name: string, at: number): Typed {
    const type = this.typeOf(name);
    if (type === null) throw new ExpressionError(`${name} is no field that expressions can use`, at);
    const place = this.needs.get(name) ?? this.needs.size;
    this.needs.set(name, place);
    return { type, run: (values) => values[place] ?? null };
  }

  private choice(args: readonly Node[], at: number): Typed {
    const [condition, yes, no] = args.map((arg) => this.typed(arg)) as [Typed, Typed, Typed];
    const [a, b] = alike(yes, no);
    if (condition.type !== 'boolean' || a.type !== b.type)
      throw new ExpressionError('?: takes a condition and two values of one type', at);
    return {
      type: a.type,
      run: (values) => {
        const holds = condition.run(values);
        return holds === null ? null : holds === true ? a.run(values) : b.run(values);
      },
    };
  }

  private isIn(args: readonly Node[], at: number): Typed {
    const [value, ...list] = args.map((arg) => this.typed(arg)) as [Typed, ...Typed[]];
    const choices = list.map((each) => alike(value, each)[1]);
    if (!choices.every((each) => each.type === value.type))
      throw new ExpressionError('in takes a list of values of the same type', at);
    return {
      type: 'boolean',
      run: (values) => {
        const left = value.run(values);
        return left === null ? null : choices.some((each) => each.run(values) === left);
      },
    };
  }

  private call(name: string, nodes: readonly Node[], at: number): Typed {
    const args = nodes.map((node) => this.typed(node));
    if (name === '&&' || name === '||') return logic(name, args, at);
    if (name === 'is_null' && args.length === 1)
      return { type: 'boolean', run: (values) => args[0]!.run(values) === null };
    if (name === 'coalesce' && args.length === 2) return coalesce(args, at);
    const overloads = FUNCTIONS.get(name);
    if (!overloads) throw new ExpressionError(`there is no function ${name}`, at);
    const [a, b] = args.length === 2 ? alike(args[0]!, args[1]!) : [];
    const operands = a && b ? [a, b] : args;
    const overload = overloads.find((each) => isFor(each, operands));
    const given = operands.map((each) => each.type).join(', ');
    if (!overload) throw new ExpressionError(`${name} does not take (${given})`, at);
    return { type: overload.gives, run: applied(overload, operands) };
  }
}

function literal(value: number | string | boolean): Typed {
  const run = (): Value => value;
  if (typeof value === 'string') return { type: 'text', run, literal: value };
  return { type: typeof value === 'number' ? 'number' : 'boolean', run };
}

/** Two operands, where a text in the expression is read as a date or time if the other one is. */
function alike(a: Typed, b: Typed): [Typed, Typed] {
  return [asTypeOf(b, a), asTypeOf(a, b)];
}

function asTypeOf(other: Typed, each: Typed): Typed {
  if (each.literal === undefined || (other.type !== 'date' && other.type !== 'time')) return each;
  const value = other.type === 'date' ? dateValue(each.literal) : parseTime(each.literal);
  return value === null ? each : { type: other.type, run: () => value };
}

/** A date or date-time as seconds since 1970, with fraction; null when it is none. */
export function dateValue(text: string): number | null {
  const instant = parseInstant(text);
  return instant && instant.seconds + Number(`0.${instant.fraction}0`);
}

function isFor({ takes, many }: Overload, args: readonly Typed[]): boolean {
  if (many) return args.length > 0 && args.every((each) => each.type === takes[0]);
  return args.length === takes.length && args.every((each, k) => each.type === takes[k]);
}

/** Calls written out for one and two operands: nearly all have no more. */
function applied({ run }: Overload, args: readonly Typed[]): Run {
  const call = run as (...values: Value[]) => Value;
  const [first, second] = args;
  if (args.length === 1) {
    return (values) => {
      const a = first!.run(values);
      return a === null ? null : checked(call(a));
    };
  }
  if (args.length === 2) {
    return (values) => {
      const a = first!.run(values);
      const b = second!.run(values);
      return a === null || b === null ? null : checked(call(a, b));
    };
  }
  return (values) => {
    const all = args.map((each) => each.run(values));
    return all.includes(null) ? null : checked(call(...all));
  };
}

/** Dividing by zero gives no number. */
function checked(value: Value): Value {
  return typeof value === 'number' && !Number.isFinite(value) ? null : value;
}

/** Three-valued as in SQL: what is known decides, if it can. */
function logic(sign: '&&' | '||', args: readonly Typed[], at: number): Typed {
  const [left, right] = args as [Typed, Typed];
  if (left.type !== 'boolean' || right.type !== 'boolean')
    throw new ExpressionError(`${sign} takes two conditions`, at);
  const decides = sign === '||';
  return {
    type: 'boolean',
    run: (values) => {
      const a = left.run(values);
      if (a === decides) return decides;
      const b = right.run(values);
      if (b === decides) return decides;
      return a === null || b === null ? null : !decides;
    },
  };
}

function coalesce(args: readonly Typed[], at: number): Typed {
  const [a, b] = alike(args[0]!, args[1]!);
  if (a.type !== b.type) throw new ExpressionError('coalesce takes two values of one type', at);
  return { type: a.type, run: (values) => a.run(values) ?? b.run(values) };
}
