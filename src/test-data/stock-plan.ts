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

/** What has to be known of a stock before rows are made for it. */
@Injectable()
export class StockPlan {
  constructor(
    private readonly stocks: StocksRepository,
    private readonly keys: StockKeysService,
    private readonly candidates: ReferenceCandidates,
  ) {}

  async of(
    scope: ProjectScope,
    schema: CompiledSchema,
    schemaId: string,
    environmentId: string,
    given?: ReadonlyMap<string, string>,
  ): Promise<PlannedStock> {
    const stockId = await this.stocks.ensure(scope, schemaId, environmentId);
    const candidates = await this.candidates.find(scope, schema, environmentId, given);
    const taken = schema.keys.length > 0 ? await this.keys.countTaken(scope, stockId) : new Map<string, number>();
    return { stockId, candidates, taken };
  }
}
