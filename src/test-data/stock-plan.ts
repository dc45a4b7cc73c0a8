import { Injectable } from '@nestjs/common';
import type { CompiledSchema } from '../../libs/generator/index.js';
import type { ProjectScope } from '../access/project-scope.js';
import { candidateCounts, requireCapacity } from './capacity.js';
import { ReferenceCandidates } from './reference-candidates.js';
import { StockKeysService } from './stock-keys.service.js';
import { StocksRepository } from './stocks.repository.js';

type Owner = Pick<ProjectScope, 'projectId'>;

export interface PlannedStock {
  stockId: string;
  /** Records that the reference fields may name, by field. */
  candidates: Record<string, string[]>;
  /** How many values are in use, by unique key. */
  taken: Map<string, number>;
}

/**
 * Up to this many values of a unique key, makers of records take turns: at the same time they would often pick the same
 * values, and wait for each other, in circles too; each circle takes PostgreSQL a second to break.
 */
const CROWDED = 1_000_000n;
/** From this many on, no stock comes near the end of them. */
const VAST = 1_000_000_000_000n;
/** Up to this many values of a unique key, those in use are looked up one by one: about half a second. */
export const LISTED = 100_000n;
/** The same within a request for a few rows. */
export const FEW_LISTED = 10_000n;

/** The keys that have so many values at most, with as little as one record for each reference to name. */
function keysWithin(schema: CompiledSchema, most: bigint): string[] {
  const fewest = Object.fromEntries(schema.references.map(({ field }) => [field, 1]));
  return schema
    .keyCapacities(fewest)
    .filter(({ at_least }) => at_least <= most)
    .map(({ id }) => id);
}

/** What has to be known of a stock before rows are made for it. */
@Injectable()
export class StockPlan {
  constructor(
    private readonly stocks: StocksRepository,
    private readonly keys: StockKeysService,
    private readonly candidates: ReferenceCandidates,
  ) {}

  /** For many rows: how many values are in use is counted, but for keys with more than any stock could use up. */
  async of(
    scope: Owner,
    schema: CompiledSchema,
    schemaId: string,
    environmentId: string,
    rows: number,
  ): Promise<PlannedStock> {
    const plan = await this.ofFew(scope, schema, schemaId, environmentId, rows);
    return { ...plan, taken: await this.countTaken(scope, schema, plan.stockId) };
  }

  /** For a few rows: the values of those keys are counted that have so few that they may run out, since counting millions takes long. */
  async ofFew(
    scope: Owner,
    schema: CompiledSchema,
    schemaId: string,
    environmentId: string,
    rows: number,
    given?: ReadonlyMap<string, string>,
  ): Promise<PlannedStock> {
    const stockId = await this.stocks.ensure(scope, schemaId, environmentId);
    const crowded = keysWithin(schema, CROWDED);
    if (crowded.length > 0) await this.stocks.lock(scope, stockId);
    const candidates = await this.candidates.find(scope, schema, environmentId, rows, given);
    const taken = await this.keys.countTaken(scope, stockId, crowded);
    return { stockId, candidates, taken };
  }

  /** How many values are in use, by unique key. */
  async countTaken(scope: Owner, schema: CompiledSchema, stockId: string): Promise<Map<string, number>> {
    return this.keys.countTaken(scope, stockId, keysWithin(schema, VAST));
  }

  /**
   * Which values are in use, one by one, of the keys with `most` values or fewer: for RowInputs.taken. Throws 409
   * `generation.not_enough_values` where fewer are left than rows are wanted. What was typed in, or made before the
   * definition changed, may be none of the values that are made now, and does not count.
   */
  async takenValues(
    scope: Owner,
    schema: CompiledSchema,
    { stockId, candidates, taken }: PlannedStock,
    wanted: { count: number; now: number; most: bigint },
  ): Promise<Record<string, number[]>> {
    const places: Record<string, number[]> = {};
    const counts = new Map(taken);
    for (const { id, at_least, exact } of schema.keyCapacities(candidateCounts(candidates))) {
      if (!taken.get(id) || !exact || at_least > wanted.most) continue;
      const values = schema.keyTexts(id, { now: wanted.now, references: candidates });
      if (!values) continue;
      places[id] = await this.keys.findTaken(scope, stockId, id, values);
      counts.set(id, places[id].length);
    }
    requireCapacity(schema, wanted.count, candidates, counts);
    return places;
  }
}
