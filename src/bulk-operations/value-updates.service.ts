import { Injectable } from '@nestjs/common';
import { Database } from '../../libs/database/database.js';
import type { CompiledSchema, Problem } from '../../libs/generator/index.js';
import { CompiledSchemas } from '../schemas/compiled-schemas.js';
import { StockKeysService } from '../test-data/stock-keys.service.js';
import { BulkRecordsRepository, type Changed, type HeldRecord, type NextRecords } from './bulk-records.repository.js';
import { currentValues, type HeldSchema } from './current-values.js';
import { DanglingReferences } from './dangling-references.service.js';
import { lineOf } from './told-records.js';

type Owner = { projectId: string };
type Values = Record<string, unknown>;

/** A record with the values that it has and those that it is to get. */
interface UpdatedRecord {
  record: HeldRecord;
  before: Values;
  values: Values;
  problems: Problem[];
}

/** What is set, and how. */
export interface ValueUpdate {
  values: Values;
  isDryRun: boolean;
  /** Lines of the file that tells which records are left as they are, and why. */
  lines: string[];
}

/** Sets values of records that are there already, as far as their schema allows it. */
@Injectable()
export class ValueUpdates {
  constructor(
    private readonly db: Database,
    private readonly schemas: CompiledSchemas,
    private readonly records: BulkRecordsRepository,
    private readonly keys: StockKeysService,
    private readonly references: DanglingReferences,
  ) {}

  /** Sets the values of the next records; those that would break a rule or a unique key stay as they are. */
  async set(
    owner: Owner,
    next: NextRecords,
    held: HeldSchema,
    update: ValueUpdate,
  ): Promise<Changed & { rejected: number; figures: Record<string, number> }> {
    const { stock } = next;
    const all: UpdatedRecord[] = [];
    for (const record of await this.records.list(owner, next, !update.isDryRun)) {
      const before = await currentValues(this.schemas, owner, stock.schema_id, held, record);
      const values = held.schema.changed(before, update.values);
      all.push({ record, before, values, problems: held.schema.check(values) });
    }
    await this.references.add(owner, stock, held.schema, all);
    const changed = all.filter(({ before, values }) => JSON.stringify(before) !== JSON.stringify(values));
    const store = async (): Promise<void> => this.store(owner, next, held, changed);
    await this.db.withSavepoint(store, () => !update.isDryRun);
    const refused = all.filter(({ problems }) => problems.length > 0);
    for (const { record, problems } of refused) update.lines.push(lineOf(record.id, stock, problems));
    const updated = changed.filter(({ problems }) => problems.length === 0).length;
    const rows = all.length - refused.length;
    const figures = { updated, unchanged: rows - updated };
    return { rows, rejected: refused.length, last: all.at(-1)?.record.id ?? null, figures };
  }

  /** Takes the new unique values, stores the records that got theirs, and gives their old ones free. */
  private async store(
    owner: Owner,
    { stock }: NextRecords,
    { schema, version }: HeldSchema,
    all: UpdatedRecord[],
  ): Promise<void> {
    const right = all.filter(({ problems }) => problems.length === 0);
    if (right.length === 0) return;
    const keyed = right.map(({ record, before, values }) => {
      const [old, wanted] = [schema.keysOf(before), schema.keysOf(values)];
      const unlessSame = (text: string | null, i: number): string | null => (old[i] === wanted[i] ? null : text);
      return { id: record.id, old: old.map(unlessSame), wanted: wanted.map(unlessSame) };
    });
    // Before the old ones are given up, so that a record that is refused still has its own.
    const wanted = keyed.map((each) => ({ id: each.id, keys: each.wanted }));
    const refused = await this.keys.reserve(owner, stock.stock_id, schema, wanted);
    for (const { record, problems } of right) if (refused.has(record.id)) problems.push(taken(schema));
    const stored = right.filter(({ record }) => !refused.has(record.id));
    const old = keyed.filter(({ id }) => !refused.has(id)).map((each) => ({ id: each.id, keys: each.old }));
    await this.keys.release(owner, stock.stock_id, schema, old);
    const given = stored.map(({ record, values }) => ({ id: record.id, json: JSON.stringify(values) }));
    await this.records.setValues(owner, stock, version, given);
  }
}

function taken({ keys }: CompiledSchema): Problem {
  const all = keys.map(({ fields }) => fields.join(' and ')).join('; ');
  return { pointer: '', code: 'unique', message: `another record of the stock has the same value; unique are: ${all}` };
}
