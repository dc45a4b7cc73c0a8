import { Injectable } from '@nestjs/common';
import type { CompiledSchema } from '../../libs/generator/index.js';
import type { ProjectScope } from '../access/project-scope.js';
import { ReferenceCandidates } from './reference-candidates.js';
import { StockKeysService } from './stock-keys.service.js';
import { StocksRepository } from './stocks.repository.js';

export interface PlannedStock {
  stockId: string;
  /** Records that the reference fields may name, by field. */
  candidates: Record<string, string[]>;
  /** How many values are in use, by unique key. */
  taken: Map<string, number>;
}

/** Up to this many values of a unique key, makers of records take turns. */
const CROWDED = 1_000_000n;
/** From this many on, no stock comes near the end of them. */
const VAST = 1_000_000_000_000n;

/**
 * Whether makers of records at the same time would often pick the same values: they would wait for each other, in circles
 * too, and each circle takes PostgreSQL a second to break.
 */
function isCrowded(schema: CompiledSchema): boolean {
  const capacity = schema.capacity();
  return capacity !== null && capacity.at_least <= CROWDED;
}

function isVast(schema: CompiledSchema): boolean {
  const capacity = schema.capacity();
  return capacity !== null && capacity.at_least >= VAST;
}

/** What has to be known of a stock before rows are made for it. */
@Injectable()
export class StockPlan {
  constructor(
    private readonly stocks: StocksRepository,
    private readonly keys: StockKeysService,
    private readonly candidates: ReferenceCandidates,
  ) {}

  /** For many rows: how many values are in use is counted, unless there are more than any stock could use up. */
  async of(
    scope: ProjectScope,
    schema: CompiledSchema,
    schemaId: string,
    environmentId: string,
    rows: number,
  ): Promise<PlannedStock> {
    const plan = await this.ofFew(scope, schema, schemaId, environmentId, rows);
    return isCrowded(schema) || isVast(schema)
      ? plan
      : { ...plan, taken: await this.countTaken(scope, schema, plan.stockId) };
  }

  /** For a few rows: values are counted only where there are so few that they may run out, since counting millions takes long. */
  async ofFew(
    scope: ProjectScope,
    schema: CompiledSchema,
    schemaId: string,
    environmentId: string,
    rows: number,
    given?: ReadonlyMap<string, string>,
  ): Promise<PlannedStock> {
    const stockId = await this.stocks.ensure(scope, schemaId, environmentId);
    if (isCrowded(schema)) await this.stocks.lock(scope, stockId);
    const candidates = await this.candidates.find(scope, schema, environmentId, rows, given);
    const taken = isCrowded(schema) ? await this.countTaken(scope, schema, stockId) : new Map<string, number>();
    return { stockId, candidates, taken };
  }

  /** How many values are in use, by unique key. */
  async countTaken(scope: ProjectScope, schema: CompiledSchema, stockId: string): Promise<Map<string, number>> {
    return schema.keys.length > 0 ? this.keys.countTaken(scope, stockId) : new Map();
  }
}
