import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database } from '../../libs/database/database.js';
import { LimitExceeded, NotFound } from '../../libs/errors/errors.js';
import { type CompiledSchema, type RowSource, SpaceExhaustedError } from '../../libs/generator/index.js';
import type { ProjectScope } from '../access/project-scope.js';
import { requireCapacity } from './capacity.js';
import { writingRecords } from './deleted-meanwhile.js';
import { makingRows } from './no-valid-row.js';
import { noReferencedRecords } from './reference-candidates.js';
import { RecordValues } from './record-values.js';
import { type KeyedRow, RecordWriter } from './record-writer.js';
import type { NewRecords } from './records.repository.js';
import { StockPlan } from './stock-plan.js';

/** Rows to make within a request. */
export interface SmallOrder {
  schemaId: string;
  environmentId: string;
  count: number;
  seed?: string | number;
  /** By schema: the record that references to it must name. */
  given?: ReadonlyMap<string, string>;
  /** Set where the rows are handed out at once for good. */
  usedFor?: { featureId: string };
}

/** Rows on their way into a stock. */
interface Making {
  rows: RowSource;
  /** The records of rows that later ones may refer to. */
  kept: Map<number, string>;
  count: number;
  common: NewRecords;
  /** Throws where there are not as many rows left to make. */
  recheck: (missing: number) => Promise<void>;
}

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
      const { schema, version } = await this.values.writableSchema(scope, order.schemaId);
      const plan = await this.plan.ofFew(scope, schema, order.schemaId, order.environmentId, order.count, order.given);
      await this.fillReferences(scope, schema, order, plan.candidates);
      requireCapacity(schema, order.count, plan.candidates, plan.taken);
      const seed = order.seed ?? randomUUID();
      const kept = new Map<number, string>();
      const idOf = (row: number): string | null => kept.get(row) ?? null;
      const rows = makingRows(() => schema.rows({ seed, now: Date.now(), references: plan.candidates, idOf }));
      const common = { stockId: plan.stockId, schemaVersion: version, usedFor: order.usedFor };
      const recheck = async (missing: number): Promise<void> => {
        requireCapacity(schema, missing, plan.candidates, await this.plan.countTaken(scope, schema, plan.stockId));
      };
      return this.store(scope, schema, { rows, kept, count: order.count, common, recheck });
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

  /** Goes through the rows in their order, leaving out those whose unique values are taken, until there are enough. */
  private async store(
    scope: ProjectScope,
    schema: CompiledSchema,
    { rows, kept, count, common, recheck }: Making,
  ): Promise<string[]> {
    const stored: string[] = [];
    // One by one where rows refer to earlier ones, which must have been stored.
    const most = schema.references.some(({ earlierRows }) => earlierRows) ? 1 : MOST_AT_ONCE;
    let next = 0;
    for (let atOnce = Math.min(most, count); stored.length < count; atOnce = Math.min(most, atOnce * 2)) {
      const tried = take(rows, next, atOnce);
      if (tried.length === 0) throw exhausted(schema);
      const ids = await this.writer.insert(scope, schema, tried, common, count - stored.length);
      if (most === 1 && ids[0] !== undefined) kept.set(next, ids[0]);
      stored.push(...ids);
      // Before a long search, whether there is anything to find.
      if (next === 0 && stored.length < count) await recheck(count - stored.length);
      next += tried.length;
    }
    return stored;
  }
}

function take(rows: RowSource, from: number, count: number): KeyedRow[] {
  const taken: KeyedRow[] = [];
  try {
    for (let i = from; i < from + count; i += 1) taken.push(makingRows(() => rows.withKeys(i)));
  } catch (error) {
    if (!(error instanceof SpaceExhaustedError)) throw error;
  }
  return taken;
}

function exhausted(schema: CompiledSchema): LimitExceeded {
  const keys = schema.keys.map((key) => key.fields.join(' and ')).join('; ');
  const detail =
    schema.keys.length === 1
      ? `Every value of the unique ${keys} is in use.`
      : `The unique ${keys} leave no row any more.`;
  return new LimitExceeded('generation.not_enough_values', detail);
}
