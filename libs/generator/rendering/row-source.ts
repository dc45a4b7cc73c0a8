import { type SchemaDefinition } from '../definition/definition.js';
import { streamKey } from '../random/hash.js';
import { KeySpace } from '../uniqueness/key-space.js';
import { keyText } from '../uniqueness/key-text.js';
import { type UniqueKey } from '../uniqueness/keys.js';
import { type FieldPlan } from '../values/field-plan.js';
import { type Part } from '../values/part.js';
import { drawnWriter, type FieldWriter, keyedWriter } from './field-writer.js';

/** What a run's rows depend on beside the definition. */
export interface RowInputs {
  /** Number or text; 1 and "1" are the same. */
  seed: string | number;
  /** The run's recorded start in ms since 1970: dates that lie around today lie around this. */
  now: number;
  /** For each reference field, by name, the ids of the records that it may refer to. The order counts. */
  references?: Record<string, readonly string[]>;
}

/** The rows of a run. Any row, and any field of it, can be had by itself and in any order. */
export interface RowSource {
  /** Row i (0 ≤ i < 2^53) as JSON text, fields in the order of the definition. Throws SpaceExhaustedError past the rows that a unique key allows. */
  json(i: number): string;
  /** Row i with the canonical text of each unique key, as CompiledSchema.keysOf gives it. */
  withKeys(i: number): { json: string; keys: (string | null)[] };
  /** One field's JSON text in row i, without computing the others. Throws when there is no such field. */
  field(name: string, i: number): string;
}

interface Column {
  readonly name: string;
  /** What stands before the value: a brace or comma, the name, and an opening quote for texts. */
  readonly before: string;
  readonly quote: string;
  readonly write: FieldWriter;
  readonly isNull: boolean;
}

// Dates lie up to a hundred years around now, and all of them must have four-digit years.
const EARLIEST_NOW = Date.UTC(1000, 0);
const LATEST_NOW = Date.UTC(9800, 0);

/** Binds plans (one per field, in order) to a run's inputs. */
export function rowSource(
  definition: SchemaDefinition,
  plans: readonly FieldPlan[],
  keys: readonly UniqueKey[],
  inputs: RowInputs,
): RowSource {
  if (!(inputs.now >= EARLIEST_NOW && inputs.now <= LATEST_NOW)) {
    throw new RangeError(`now must be a moment in ms between the years 1000 and 9800, not ${inputs.now}`);
  }
  const parts = definition.fields.map((field, f) =>
    plans[f]!.bind({ now: inputs.now, candidates: inputs.references?.[field.name] ?? [] }),
  );
  const writers = bindWriters(definition, parts, keys, inputs.seed);
  const columns = definition.fields.map((field, f) => column(field.name, f, plans[f]!, parts[f] ?? null, writers[f]!));
  return new Rows(columns, keys);
}

class Rows implements RowSource {
  private readonly places: ReadonlyMap<string, number>;
  private readonly keys: readonly (readonly number[])[];

  constructor(
    private readonly columns: readonly Column[],
    keys: readonly UniqueKey[],
  ) {
    this.places = new Map(columns.map((each, f) => [each.name, f]));
    this.keys = keys.map((key) => key.fields.map((name) => this.places.get(name)!));
  }

  json(i: number): string {
    const { columns } = this;
    if (columns.length === 0) return '{}';
    let text = '';
    for (let f = 0; f < columns.length; f++) {
      const { before, write, quote } = columns[f]!;
      text += before + write(i) + quote;
    }
    return text + '}';
  }

  withKeys(i: number): { json: string; keys: (string | null)[] } {
    const { columns } = this;
    if (columns.length === 0) return { json: '{}', keys: [] };
    const values = new Array<string>(columns.length);
    let text = '';
    for (let f = 0; f < columns.length; f++) {
      const { before, write, quote } = columns[f]!;
      const value = write(i);
      values[f] = value;
      text += before + value + quote;
    }
    return { json: text + '}', keys: this.keys.map((members) => this.keyOf(members, values)) };
  }

  field(name: string, i: number): string {
    const each = this.columns[this.places.get(name) ?? -1];
    if (!each) throw new RangeError(`there is no field ${name}`);
    return each.quote + each.write(i) + each.quote;
  }

  private keyOf(members: readonly number[], values: readonly string[]): string | null {
    return keyText(
      members.map((f) => {
        const { isNull, quote } = this.columns[f]!;
        return isNull ? null : quote + values[f]! + quote;
      }),
    );
  }
}

function bindWriters(
  definition: SchemaDefinition,
  parts: readonly (Part | null)[],
  keys: readonly UniqueKey[],
  seed: string | number,
): FieldWriter[] {
  const places = new Map(definition.fields.map((field, f) => [field.name, f]));
  const writers = definition.fields.map((field, f): FieldWriter => {
    const part = parts[f];
    return part ? drawnWriter(part, streamKey(seed, 'field', field.name)) : () => 'null';
  });
  for (const key of keys) {
    const members = key.fields.map((name) => places.get(name)!);
    const bound = members.map((f) => parts[f]).filter((part) => part !== null && part !== undefined);
    // A member that stays null takes the rows out of the key, and nothing needs to be kept apart.
    if (bound.length < members.length) continue;
    const space = new KeySpace(key.fields.join(', '), bound, streamKey(seed, 'key', key.fields.join('\u0000')));
    members.forEach(
      (f, m) => (writers[f] = keyedWriter(bound[m]!, streamKey(seed, 'field', key.fields[m]!), space, m)),
    );
  }
  return writers;
}

function column(name: string, f: number, plan: FieldPlan, part: Part | null, write: FieldWriter): Column {
  const quote = part && plan.quoted ? '"' : '';
  return {
    name,
    before: `${f === 0 ? '{' : ','}${JSON.stringify(name)}:${quote}`,
    quote,
    write,
    isNull: part === null,
  };
}
