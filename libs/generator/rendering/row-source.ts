import { keyText } from '../uniqueness/key-text.js';
import { type UniqueKey } from '../uniqueness/keys.js';
import { bindTable, type Column } from './bind-table.js';
import { type Table } from './table.js';

/** What a run's rows depend on beside the definition. */
export interface RowInputs {
  /** Number or text; 1 and "1" are the same. */
  seed: string | number;
  /** The run's recorded start in ms since 1970: dates that lie around today lie around this. */
  now: number;
  /** For each reference, by ReferenceField.field, the ids of the records that it may refer to. The order counts. */
  references?: Record<string, readonly string[]>;
  /**
   * By the key's id: which of the texts of `keyTexts` are in use, as their places in that order, ascending. Rows get others.
   * Only for keys that share no field with another key.
   */
  taken?: Record<string, readonly number[]>;
  /** The first of the rows that a row may refer to as an earlier one: of the run (0), or of the row. */
  firstRow?: number | ((row: number) => number);
  /** The id of a row's record, null where it was not kept; without it, no row refers to an earlier one. */
  idOf?: (row: number) => string | null;
}

/** The rows of a run. Any row, and any field of it, can be had by itself and in any order. */
export interface RowSource {
  /** Row i (0 ≤ i < 2^53) as JSON text, fields in the order of the definition. Throws SpaceExhaustedError past the rows that a unique key allows. */
  json(i: number): string;
  /** Row i with the canonical text of each unique key, as CompiledSchema.keysOf gives it. */
  withKeys(i: number): { json: string; keys: (string | null)[] };
  /** One field's JSON text in row i, without computing those that it does not depend on. Throws when there is no such field. */
  field(name: string, i: number): string;
}

// Dates lie up to two hundred years around now, and all of them must have four-digit years.
const EARLIEST_NOW = Date.UTC(1000, 0);
const LATEST_NOW = Date.UTC(9500, 0);

/** Binds a table to a run's inputs. */
export function rowSource(table: Table, inputs: RowInputs): RowSource {
  if (!(inputs.now >= EARLIEST_NOW && inputs.now <= LATEST_NOW)) {
    throw new RangeError(`now must be a moment in ms between the years 1000 and 9500, not ${inputs.now}`);
  }
  const { seed, now, references = {}, taken = {}, firstRow = 0, idOf } = inputs;
  const first = typeof firstRow === 'number' ? (): number => firstRow : firstRow;
  return new Rows(bindTable(table, { seed, now, references, taken, firstRow: first, idOf, path: '' }), table.keys.all);
}

/** Rows of bound columns. */
export class Rows implements RowSource {
  private readonly columns: readonly (Column & { readonly before: string })[];
  private readonly places: ReadonlyMap<string, number>;
  private readonly keys: readonly (readonly number[])[];

  constructor(columns: readonly Column[], keys: readonly UniqueKey[]) {
    // What stands before a value: a brace or comma, the name, and an opening quote for texts.
    this.columns = columns.map(({ name, quote, write }, f) => ({
      name,
      quote,
      write,
      before: `${f === 0 ? '{' : ','}${JSON.stringify(name)}:${quote}`,
    }));
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
        const { quote } = this.columns[f]!;
        const text = quote + values[f]! + quote;
        return text === 'null' ? null : text;
      }),
    );
  }
}
