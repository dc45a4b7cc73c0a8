import { streamKey, type StreamKey } from '../random/hash.js';
import { placesOf } from '../uniqueness/capacity.js';
import { type KeyMembers } from '../uniqueness/deal.js';
import { dealsOf } from '../uniqueness/deals.js';
import { type FieldWriter, isDerived, type RunInputs } from '../values/field-plan.js';
import { own } from '../values/own.js';
import { type Part } from '../values/part.js';
import { Attempts } from './attempts.js';
import { dealtWriter, drawnWriter, remembered, sometimesNull, streamFor } from './field-writer.js';
import { type Table } from './table.js';

/** A field in a run: `quote` stands around what is written. */
export interface Column {
  readonly name: string;
  readonly quote: string;
  readonly write: FieldWriter;
}

/** Binds a table to a run's inputs: one column for each field, in the order of the definition. */
export function bindTable(table: Table, inputs: RunInputs): Column[] {
  return new Binding(table, inputs).columns();
}

class Binding {
  private readonly parts: (Part | null)[];
  private readonly attempts: readonly Attempts[];
  private readonly bound: (Column | undefined)[];
  private readonly places: ReadonlyMap<string, number>;

  constructor(
    private readonly table: Table,
    private readonly inputs: RunInputs,
  ) {
    const { fields } = table.definition;
    this.places = new Map(fields.map((field, f) => [field.name, f]));
    this.parts = table.plans.map((plan, f) =>
      isDerived(plan) ? null : plan.bind({ ...inputs, path: this.pathOf(fields[f]!.name) }),
    );
    this.attempts = table.guards.map(() => new Attempts());
    this.bound = new Array<Column | undefined>(fields.length).fill(undefined);
  }

  columns(): Column[] {
    const dealt = this.dealt();
    for (const f of this.table.order) this.bound[f] = this.column(f, dealt.get(f));
    this.table.guards.forEach((guards, g) => {
      for (const guard of guards)
        this.attempts[g]!.guards.push({ message: guard.message, holds: guard.bind((name) => this.textOf(name)) });
    });
    return this.bound.map((column) => column!);
  }

  /** The writers of fields that are in keys. */
  private dealt(): Map<number, FieldWriter> {
    const { definition, keys, plans } = this.table;
    const writers = new Map<number, FieldWriter>();
    // A member that stays null takes the rows out of the key, and nothing needs to be kept apart.
    const taken = new Map<KeyMembers, readonly number[]>();
    const alive = keys.dealt
      .map((key) => {
        const places = placesOf(definition, key);
        taken.set(places, own(this.inputs.taken ?? {}, key.id) ?? []);
        return places;
      })
      .filter((key) => key.every((f) => this.parts[f] !== null));
    const extents = plans.map((_, f) => this.parts[f] ?? { size: 1, exact: false });
    for (const deal of dealsOf(alive, extents, (key) => taken.get(key) ?? [])) {
      const names = deal.fields.map((f) => definition.fields[f]!.name);
      const id = names.map((name) => this.pathOf(name)).join('\u0000');
      const bound = deal.boundBy.map((f) => definition.fields[f]!.name).join(', ');
      const dealer = deal.open(bound, (purpose) => streamKey(this.inputs.seed, `key${purpose}`, id));
      deal.fields.forEach((f, m) => writers.set(f, dealtWriter(this.parts[f]!, this.keyOf(names[m]!), dealer, m)));
    }
    return writers;
  }

  private column(f: number, dealt: FieldWriter | undefined): Column {
    const { definition, plans, groups, taken } = this.table;
    const field = definition.fields[f]!;
    const plan = plans[f]!;
    const attempts = this.attempts[groups[f]!] ?? null;
    const part = this.parts[f] ?? null;
    let quote = '';
    let write: FieldWriter = () => 'null';
    if (isDerived(plan)) {
      const path = this.pathOf(field.name);
      const streamAt = streamFor(this.keyOf(field.name), attempts);
      write = plan.derive({ ...this.inputs, path, streamAt, of: (name) => this.textOf(name) });
    } else if (part) {
      quote = plan.quoted ? '"' : '';
      write = dealt ?? drawnWriter(part, this.keyOf(field.name), attempts);
    }
    if (field.null_rate) {
      const streamAt = streamFor(streamKey(this.inputs.seed, 'null', this.pathOf(field.name)), attempts);
      write = sometimesNull(write, quote, field.null_rate, JSON.stringify(field.default ?? null), streamAt);
      quote = '';
    }
    return { name: field.name, quote, write: taken.has(f) ? remembered(write, attempts) : write };
  }

  /** The JSON text of a field that was bound before. */
  private textOf(name: string): FieldWriter {
    const { quote, write } = this.bound[this.places.get(name)!]!;
    return quote === '' ? write : (i) => quote + write(i) + quote;
  }

  private keyOf(name: string): StreamKey {
    return streamKey(this.inputs.seed, 'field', this.pathOf(name));
  }

  private pathOf(name: string): string {
    return this.inputs.path === '' ? name : `${this.inputs.path}/${name}`;
  }
}
