import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Database } from '../../libs/database/database.js';
import { LimitExceeded, NotFound } from '../../libs/errors/errors.js';
import {
  type CompiledSchema,
  type RowSource,
  RuleUnmetError,
  SpaceExhaustedError,
} from '../../libs/generator/index.js';
import type { ProjectScope } from '../access/project-scope.js';
import type { Overrides } from '../schemas/overrides.js';
import { shortageOf } from './capacity.js';
import { writingRecords } from './deleted-meanwhile.js';
import { makingRows } from './no-valid-row.js';
import { noReferencedRecords } from './reference-candidates.js';
import { RecordValues } from './record-values.js';
import { type KeyedRow, RecordWriter } from './record-writer.js';
import type { NewRecords } from './records.repository.js';
import { FEW_LISTED, StockPlan } from './stock-plan.js';

/** Rows to make within a request. */
export interface SmallOrder {
  schemaId: string;
  environmentId: string;
  count: number;
  seed?: string | number;
  /** Other rules for some fields. */
  overrides?: Overrides;
  /** By schema: the record that references to it must name. */
  given?: ReadonlyMap<string, string>;
}

/** Rows on their way into a stock. */
interface Making {
  rows: RowSource;
  /** The records of rows that later ones may refer to. */
  kept: Map<number, string>;
  count: number;
  common: NewRecords;
  /** The same rows, dealt around the values that are in use. Throws where there are not as many left to make. */
  aroundTaken: (missing: number) => Promise<RowSource>;
}

/** So many rows one after the other may be without values that keep the rules. */
const FEW = 20;

/** Rows that are tried at a time while unique values are taken. */
const MOST_AT_ONCE = 1_000;

/** Makes a few rows within a request. Where a required reference has no record to name, one is made for it. */
@Injectable()
export class SmallGenerationService {
  constructor(
    private readonly db: Database,
    private readonly values: RecordValues,
    private readonly plan: StockPlan,
    private readonly writer: RecordWriter,
  ) {}

  /** Stores the rows and answers their ids. Throws 409 `generation.not_enough_values`. */
  async make(scope: ProjectScope, order: SmallOrder): Promise<string[]> {
    return writingRecords(() => this.makeAtOnce(scope, order));
  }

  private async makeAtOnce(scope: ProjectScope, order: SmallOrder): Promise<string[]> {
    return this.db.transaction(async () => {
      const { schemaId, environmentId, overrides } = order;
      const { schema, version } = await this.values.overriddenSchema(scope, schemaId, environmentId, overrides);
      const plan = await this.plan.ofFew(scope, schema, schemaId, environmentId, order.count, order.given);
      await this.fillReferences(scope, schema, order, plan.candidates);
      const [seed, now] = [order.seed ?? randomUUID(), Date.now()];
      const kept = new Map<number, string>();
      const idOf = (row: number): string | null => kept.get(row) ?? null;
      const rowsBut = (taken: Record<string, number[]>): RowSource =>
        makingRows(() => schema.rows({ seed, now, references: plan.candidates, taken, idOf }));
      const around = async (count: number, taken: Map<string, number>): Promise<RowSource> =>
        rowsBut(await this.plan.takenValues(scope, schema, { ...plan, taken }, { count, now, most: FEW_LISTED }));
      const seemsShort = shortageOf(schema, order.count, plan.candidates, plan.taken) !== null;
      const rows = seemsShort ? await around(order.count, plan.taken) : rowsBut({});
      const common = { stockId: plan.stockId, schemaVersion: version };
      const aroundTaken = async (missing: number): Promise<RowSource> =>
        around(missing, await this.plan.countTaken(scope, schema, plan.stockId));
      return this.store(scope, schema, { rows, kept, count: order.count, common, aroundTaken });
    });
  }

  private async fillReferences(
    scope: ProjectScope,
    schema: CompiledSchema,
    { environmentId }: SmallOrder,
    candidates: Record<string, string[]>,
  ): Promise<void> {
    for (const reference of schema.references) {
      const { field, schemaId, fewest } = reference;
      const found = candidates[field] ?? [];
      if (found.length >= fewest) continue;
      const count = fewest - found.length;
      const made = await this.make(scope, { schemaId, environmentId, count }).catch((error: unknown) => {
        // The schema was deleted by force; what refers to it is still there.
        throw error instanceof NotFound ? noReferencedRecords(reference) : error;
      });
      candidates[field] = [...found, ...made];
    }
  }

  /**
   * Goes through the rows in their order, leaving out those whose unique values are taken, until there are enough. Where the
   * first ones are too few, goes on with rows that are dealt around what is taken.
   */
  private async store(
    scope: ProjectScope,
    schema: CompiledSchema,
    { rows: first, kept, count, common, aroundTaken }: Making,
  ): Promise<string[]> {
    const stored: string[] = [];
    // One by one where rows refer to earlier ones, which must have been stored.
    const most = schema.references.some(({ earlierRows }) => earlierRows) ? 1 : MOST_AT_ONCE;
    const patience = { left: FEW };
    let [rows, next] = [first, 0];
    for (let atOnce = Math.min(most, count); stored.length < count; atOnce = Math.min(most, atOnce * 2)) {
      const { tried, end } = take(rows, next, atOnce, patience);
      if (end === next) throw exhausted(schema);
      // What follows may do nothing that others could run in between.
      await setImmediate();
      const ids = await this.writer.insert(scope, schema, tried, common, count - stored.length);
      if (most === 1 && ids[0] !== undefined) kept.set(next, ids[0]);
      stored.push(...ids);
      next = end;
      if (rows !== first || ids.length === tried.length || stored.length === count) continue;
      [rows, next] = [await aroundTaken(count - stored.length), 0];
      kept.clear();
    }
    return stored;
  }
}

/** The rows from `from` on to `end`, without those whose own unique values break a rule: no other draw could mend them. */
function take(
  rows: RowSource,
  from: number,
  count: number,
  patience: { left: number },
): { tried: KeyedRow[]; end: number } {
  const tried: KeyedRow[] = [];
  let end = from;
  try {
    for (; end < from + count; end += 1) {
      const row = makingRows(() => keyedRow(rows, end, patience.left > 0));
      patience.left = row ? FEW : patience.left - 1;
      if (row) tried.push(row);
    }
  } catch (error) {
    if (!(error instanceof SpaceExhaustedError)) throw error;
  }
  return { tried, end };
}

function keyedRow(rows: RowSource, i: number, mayLack: boolean): KeyedRow | null {
  try {
    return rows.withKeys(i);
  } catch (error) {
    if (error instanceof RuleUnmetError && mayLack) return null;
    throw error;
  }
}

function exhausted(schema: CompiledSchema): LimitExceeded {
  const keys = schema.keys.map((key) => key.fields.join(' and ')).join('; ');
  const detail =
    schema.keys.length === 1
      ? `Every value of the unique ${keys} is in use.`
      : `The unique ${keys} leave no row any more.`;
  return new LimitExceeded('generation.not_enough_values', detail);
}
