import { type Alphabet, classOf, divide } from './alphabet.js';
import { FREE_DFA_STATES, MAX_DFA_GROWTH, MAX_DFA_STATES, MAX_DFA_WORK } from './limits.js';
import { ACCEPT, AT_END, AT_START, type Nfa, READ, SPLIT } from './nfa.js';
import { PatternError } from './pattern-error.js';

/** No way on: the text can no longer match. */
export const DEAD = -1;

/** A deterministic automaton: one table look-up per character. State 0 is the start; from every state some text is accepted, unless `states` is 0. */
export interface Dfa {
  readonly states: number;
  readonly alphabet: Alphabet;
  /** `table[state * classes + class]` is the next state, or DEAD. */
  readonly table: Int32Array;
  readonly accepts: Uint8Array;
}

/**
 * Whether the automaton accepts the rest of the text, from character `at` on, when it has come to state `from`. Linear in
 * its length; lone surrogates never match.
 */
export function accepts(dfa: Dfa, text: string, at: number, from: number): boolean {
  // There is no such state when nothing is accepted, or no longer.
  if (from >= dfa.states) return false;
  const { table, alphabet } = dfa;
  const { classes, ascii } = alphabet;
  let state = from;
  for (let i = at; i < text.length; i++) {
    let c = text.charCodeAt(i);
    if (c < 128) {
      state = table[state * classes + ascii[c]!]!;
    } else {
      if (c >= 0xd800 && c <= 0xdfff) {
        c = text.codePointAt(i)!;
        if (c <= 0xffff) return false;
        i++;
      }
      state = table[state * classes + classOf(alphabet, c)]!;
    }
    if (state < 0) return false;
  }
  return dfa.accepts[state] === 1;
}

/** The same automaton without the texts that have NUL in them: its class leads nowhere. */
export function withoutNul(dfa: Dfa): Dfa {
  const { table, alphabet, states } = dfa;
  const classes = alphabet.classes + 1;
  const ascii = alphabet.ascii.slice();
  ascii[0] = alphabet.classes;
  const wider = new Int32Array(states * classes).fill(DEAD);
  for (let s = 0; s < states; s++)
    wider.set(table.subarray(s * alphabet.classes, (s + 1) * alphabet.classes), s * classes);
  return { ...dfa, alphabet: { ...alphabet, ascii, classes }, table: wider };
}

/**
 * The subset construction (Rabin and Scott 1959), bounded in states and in steps: patterns that would grow past the
 * limits throw PatternError `too_large` instead of taking long.
 */
export function determinise(nfa: Nfa): Dfa {
  return new Construction(nfa).run();
}

class Construction {
  private readonly alphabet: Alphabet;
  /** Deterministic states by the reading states that they stand for. */
  private readonly known = new Map<string, number>();
  /** Deterministic states by the list of states that led to them: saves closing the same list again. */
  private readonly closed = new Map<string, number>();
  private readonly members: number[][] = [];
  private readonly accepting: boolean[] = [];
  private readonly rows: Int32Array[] = [];
  private readonly marks: Int32Array;
  private readonly mostStates: number;
  private mark = 0;
  private work = 0;

  constructor(private readonly nfa: Nfa) {
    this.alphabet = divide(nfa.sets);
    this.marks = new Int32Array(nfa.kind.length);
    this.mostStates = Math.min(MAX_DFA_STATES, Math.max(FREE_DFA_STATES, MAX_DFA_GROWTH * nfa.kind.length));
  }

  run(): Dfa {
    this.intern([this.nfa.start], true);
    for (let state = 0; state < this.members.length; state++) this.rows.push(this.step(state));
    return trim(this.rows, this.accepting, this.alphabet);
  }

  private step(state: number): Int32Array {
    const { classes, classesOfSet } = this.alphabet;
    const { set, next } = this.nfa;
    const targets = new Array<number[] | undefined>(classes).fill(undefined);
    for (const s of this.members[state]!) {
      const into = classesOfSet[set[s]!]!;
      this.spend(into.length);
      for (const c of into) {
        const list = targets[c];
        if (list) list.push(next[s]!);
        else targets[c] = [next[s]!];
      }
    }
    this.spend(classes);
    return Int32Array.from(targets, (list) => (list ? this.follow(list) : DEAD));
  }

  private follow(list: number[]): number {
    const key = String.fromCharCode(...list);
    let state = this.closed.get(key);
    if (state === undefined) this.closed.set(key, (state = this.intern(list, false)));
    return state;
  }

  /** The deterministic state that stands for being in all of `from` at once. */
  private intern(from: readonly number[], atStart: boolean): number {
    const { reading, accepted } = this.close(from, atStart);
    const key = `${accepted ? '+' : '-'}${String.fromCharCode(...reading)}`;
    let state = this.known.get(key);
    if (state === undefined) {
      if (this.members.length >= this.mostStates) throw tooLarge(`more than ${this.mostStates} states`);
      state = this.members.push(reading) - 1;
      this.accepting.push(accepted);
      this.known.set(key, state);
    }
    return state;
  }

  /** Follows everything that costs no character. What lies behind AT_END counts for acceptance only: nothing can be read there. */
  private close(from: readonly number[], atStart: boolean): { reading: number[]; accepted: boolean } {
    const { kind, next, other, sink } = this.nfa;
    const { marks } = this;
    const mark = ++this.mark;
    const reading: number[] = [];
    const ends: number[] = [];
    const stack = [...from];
    let visits = 0;
    let accepted = false;
    for (let ended = false; ; ended = true) {
      while (stack.length > 0) {
        const s = stack.pop()!;
        if (marks[s] === mark) continue;
        marks[s] = mark;
        visits++;
        const k = kind[s]!;
        if (k === READ) {
          if (!ended) reading.push(s);
        } else if (k === SPLIT) stack.push(next[s]!, other[s]!);
        else if (k === ACCEPT) accepted = true;
        else if (k === AT_END) (ended ? stack : ends).push(next[s]!);
        else if (k === AT_START && atStart) stack.push(next[s]!);
      }
      // Found before the end already: whatever follows, a searching automaton accepts.
      if (accepted && !ended && sink >= 0) return { reading: [sink], accepted };
      if (ended || ends.length === 0) break;
      stack.push(...ends);
    }
    this.spend(visits);
    return { reading: this.withoutDominated(reading.sort((a, b) => a - b)), accepted };
  }

  /**
   * Drops states that can do no more than another one in the list. Without that, `.{1,64}@.{1,255}` would remember where
   * every @ stood; only the one that leaves most room matters. A run's states lie next to each other, the strongest last.
   */
  private withoutDominated(sorted: number[]): number[] {
    const { chain } = this.nfa;
    return sorted.filter((s, k) => chain[s]! < 0 || k + 1 === sorted.length || chain[sorted[k + 1]!] !== chain[s]);
  }

  private spend(steps: number): void {
    this.work += steps;
    if (this.work > MAX_DFA_WORK) throw tooLarge('too many steps');
  }
}

function tooLarge(what: string): PatternError {
  return new PatternError('too_large', `the pattern's automaton needs ${what}`);
}

/** Keeps only states from which some text is accepted, so that walking never enters a blind alley. */
function trim(rows: readonly Int32Array[], accepting: readonly boolean[], alphabet: Alphabet): Dfa {
  const live = liveStates(rows, accepting);
  const renamed = new Int32Array(rows.length).fill(DEAD);
  let states = 0;
  for (let s = 0; s < rows.length; s++) if (live[s]) renamed[s] = states++;
  // The start is state 0 when it is live; when it is not, nothing is.
  if (!live[0]) return { states: 0, alphabet, table: new Int32Array(0), accepts: new Uint8Array(0) };
  const table = new Int32Array(states * alphabet.classes);
  const accepts = new Uint8Array(states);
  for (let s = 0; s < rows.length; s++) {
    if (!live[s]) continue;
    const at = renamed[s]! * alphabet.classes;
    rows[s]!.forEach((target, c) => (table[at + c] = target === DEAD ? DEAD : renamed[target]!));
    accepts[renamed[s]!] = accepting[s] ? 1 : 0;
  }
  return { states, alphabet, table, accepts };
}

function liveStates(rows: readonly Int32Array[], accepting: readonly boolean[]): Uint8Array {
  const from: number[][] = rows.map(() => []);
  rows.forEach((row, s) => {
    for (const target of new Set(row)) if (target !== DEAD) from[target]!.push(s);
  });
  const live = new Uint8Array(rows.length);
  const stack: number[] = [];
  accepting.forEach((yes, s) => yes && stack.push(s));
  while (stack.length > 0) {
    const s = stack.pop()!;
    if (live[s]) continue;
    live[s] = 1;
    stack.push(...from[s]!);
  }
  return live;
}
