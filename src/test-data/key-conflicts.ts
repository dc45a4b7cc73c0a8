/** What becomes of a row whose unique values another record has. */
export type OnConflict = 'reject' | 'skip' | 'replace';

/** A row that wants to be a record. */
export interface Claim {
  /** The record's id, if it becomes one of its own. */
  id: string;
  /** Its unique values, each with its key in one text. */
  entries: readonly string[];
}

/** What becomes of rows, in their order. */
export interface Settlement {
  /** Record to row: new records. */
  inserts: Map<string, number>;
  /** Record to row: records that get the values of the row. */
  updates: Map<string, number>;
  /** Rows that are skipped. */
  skipped: number[];
  /** Rows that are refused, each with the entries that others have. */
  refused: Map<number, string[]>;
}

/**
 * Settles who gets the unique values: rows in their order, each against the records that there are and the rows before it. `holders`: who
 * has an entry so far; `owned`: all entries of these records.
 */
export function settle(
  claims: readonly Claim[],
  policy: OnConflict,
  holders: ReadonlyMap<string, string>,
  owned: ReadonlyMap<string, readonly string[]>,
): Settlement {
  const state = new Entries(holders, owned);
  const settled: Settlement = { inserts: new Map(), updates: new Map(), skipped: [], refused: new Map() };
  for (const [row, { id, entries }] of claims.entries()) {
    const taken = entries.filter((entry) => state.holderOf(entry) !== undefined);
    const records = new Set(taken.map((entry) => state.holderOf(entry)!));
    const [record] = records;
    if (record === undefined) {
      state.give(id, entries);
      settled.inserts.set(id, row);
    } else if (policy === 'skip') settled.skipped.push(row);
    else if (policy === 'reject' || records.size > 1) settled.refused.set(row, taken);
    else {
      state.give(record, entries);
      (settled.inserts.has(record) ? settled.inserts : settled.updates).set(record, row);
    }
  }
  return settled;
}

class Entries {
  private readonly holders: Map<string, string>;
  private readonly owned: Map<string, readonly string[]>;

  constructor(holders: ReadonlyMap<string, string>, owned: ReadonlyMap<string, readonly string[]>) {
    this.holders = new Map(holders);
    this.owned = new Map(owned);
  }

  holderOf(entry: string): string | undefined {
    return this.holders.get(entry);
  }

  /** Gives a record these entries in the place of those that it had. */
  give(record: string, entries: readonly string[]): void {
    for (const entry of this.owned.get(record) ?? []) this.holders.delete(entry);
    for (const entry of entries) this.holders.set(entry, record);
    this.owned.set(record, entries);
  }
}
