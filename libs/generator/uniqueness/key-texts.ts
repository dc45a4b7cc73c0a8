import { Stream } from '../random/stream.js';
import { type Table } from '../rendering/table.js';
import { isDerived } from '../values/field-plan.js';
import { type Part } from '../values/part.js';
import { keyText } from './key-text.js';

/** What the values of a key depend on beside the definition, as in RowInputs. */
export interface KeyInputs {
  now: number;
  references?: Record<string, readonly string[]>;
}

/**
 * The canonical texts that rows can have under a key, each once; null where there is no such list: the key is made of other
 * fields, or has more values than can be addressed.
 */
export function keyTexts(table: Table, fields: readonly string[], inputs: KeyInputs): Iterable<string> | null {
  const { definition, plans } = table;
  const members: (() => Iterable<string>)[] = [];
  for (const name of fields) {
    const plan = plans[definition.fields.findIndex((field) => field.name === name)]!;
    if (isDerived(plan)) return null;
    const part = plan.bind({
      seed: 0,
      path: name,
      firstRow: () => 0,
      now: inputs.now,
      references: inputs.references ?? {},
    });
    if (part && !part.exact) return null;
    members.push(() => textsOf(part, plan.quoted ? '"' : ''));
  }
  return combined(members, []);
}

function* textsOf(part: Part | null, quote: string): Iterable<string> {
  const stream = new Stream();
  for (let rank = 0; rank < (part?.size ?? 0); rank++) yield quote + part!.at(rank, stream) + quote;
}

function* combined(members: readonly (() => Iterable<string>)[], before: readonly string[]): Iterable<string> {
  const [first, ...rest] = members;
  if (!first) yield keyText(before)!;
  else for (const text of first()) yield* combined(rest, [...before, text]);
}
