import type { StockFigures } from './stock-counts.repository.js';

/** How many records a schema has in an environment. */
export class StockResponse {
  /**
   * Records that can be handed out.
   * @example 950
   */
  active: number;

  /**
   * Records that have been handed out for good or for a time.
   * @example 40
   */
  used: number;

  /**
   * Records that are kept but not handed out, because they break the schema's rules or somebody said so.
   * @example 10
   */
  invalid: number;

  /**
   * Those of the used ones that were lent and come back by themselves.
   * @example 5
   */
  leased: number;

  /**
   * All of them: active, used and invalid.
   * @example 1000
   */
  total: number;
}

export function toStockResponse({ active, used, invalid, leased }: StockFigures): StockResponse {
  return { active, used, invalid, leased, total: active + used + invalid };
}
