import { Injectable } from '@nestjs/common';
import type { ProjectScope } from '../access/project-scope.js';
import { type CountedStock, type StockFigures, StockCountsRepository } from './stock-counts.repository.js';

export type { CountedStock, StockFigures } from './stock-counts.repository.js';

/** Deltas that a read adds up without rolling them up for the next one: about a third of a millisecond. */
const MANY = 1_000;
const NONE: StockFigures = { active: 0, used: 0, invalid: 0, leased: 0 };

/** How many records stocks have, exact at any size. */
@Injectable()
export class StockCountsService {
  constructor(private readonly counts: StockCountsRepository) {}

  /** The counts of a schema in an environment. */
  async get(scope: ProjectScope, schemaId: string, environmentId: string): Promise<StockFigures> {
    const [stock] = await this.list(scope, [schemaId], [environmentId]);
    return stock ?? NONE;
  }

  /** The counts of schemas in these environments, or in all; where there has been no record yet, there is no entry. */
  async list(scope: ProjectScope, schemaIds: string[], environmentIds: string[] | null): Promise<CountedStock[]> {
    const stocks = await this.counts.list(scope, schemaIds, environmentIds);
    const busy = stocks.filter(({ pending }) => pending > MANY);
    // Also where no worker runs, reads stay quick.
    if (busy.length > 0) await this.counts.rollUp(busy.map(({ stock_id }) => stock_id));
    return stocks;
  }

  /** Adds up what is pending, for the worker to call now and then. */
  async rollUp(): Promise<void> {
    await this.counts.rollUp();
  }
}
