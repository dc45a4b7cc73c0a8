import { type FieldDefinition } from './definition.js';
import { type Problems, shown } from './reader.js';

/** One field being read: its rules as they were given, what is known of it so far, and where its problems go. */
export class RuleReader {
  private readonly before: number;

  constructor(
    readonly input: Record<string, unknown>,
    readonly field: FieldDefinition,
    readonly pointer: string,
    readonly problems: Problems,
  ) {
    this.before = problems.list.length;
  }

  /** Whether nothing has been found wrong with this field so far. */
  get isClean(): boolean {
    return this.problems.list.length === this.before;
  }

  /** A rule as given; undefined when it is not there, which null means too. */
  get(rule: string): unknown {
    const value = Object.hasOwn(this.input, rule) ? this.input[rule] : undefined;
    return value === null ? undefined : value;
  }

  has(rule: string): boolean {
    return this.get(rule) !== undefined;
  }

  /** Reports that something is wrong with a rule; the code is `<rule>.<what>`. */
  refuse(rule: string, what: string, message: string): void {
    this.problems.add(`${this.pointer}/${rule}`, `${rule}.${what}`, `${this.field.name}: ${message}`);
  }

  /** The rule's value if `is` says so; otherwise undefined, and a problem unless the rule is not there. */
  read<T>(rule: string, is: (value: unknown) => value is T, expected: string, what = 'invalid'): T | undefined {
    const value = this.get(rule);
    if (value === undefined) return undefined;
    if (is(value)) return value;
    this.refuse(rule, what, `${rule} must be ${expected}, not ${shown(value)}`);
    return undefined;
  }

  flag(rule: string): boolean | undefined {
    return this.read(rule, (value) => typeof value === 'boolean', 'true or false', 'type');
  }

  /** One of a list of words. */
  choice<T extends string>(rule: string, choices: readonly T[]): T | undefined {
    return this.read(
      rule,
      (value): value is T => choices.some((each) => each === value),
      `one of ${choices.join(', ')}`,
    );
  }

  /** A whole number within bounds. */
  whole(rule: string, low: number, high: number): number | undefined {
    const fits = (value: unknown): value is number =>
      Number.isInteger(value) && Number(value) >= low && Number(value) <= high;
    return this.read(rule, fits, `a whole number from ${low} to ${high}`);
  }

  /** A share, 0 to 1. */
  share(rule: string): number | undefined {
    const fits = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= 1;
    return this.read(rule, fits, 'a number from 0 to 1');
  }

  /** Refuses `rule` together with any of `others`, saying why. */
  excludes(rule: string, others: readonly string[], why: string): void {
    if (!this.has(rule)) return;
    const other = others.find((each) => this.has(each) && this.get(each) !== false);
    if (other !== undefined) this.refuse(rule, 'conflict', `${rule} does not go with ${other}: ${why}`);
  }
}
