import { ApiProperty } from '@nestjs/swagger';
import type { StockFigures } from './stock-counts.repository.js';
import type { StockOutlook } from './stock.service.js';

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

/** The same with how long the stock will last. */
export class StockOutlookResponse extends StockResponse {
  /**
   * Records of the schema that were handed out in the environment, per hour: over the current hour and the 23 before, to
   * two decimals.
   */
  @ApiProperty({ type: 'number', format: 'double', example: 12.5 })
  claims_per_hour: number;

  /**
   * When the active records are used up at this rate; null where nothing was handed out, where it is more than 100 years
   * away, and for reusable schemas, whose records are not used up.
   * @example "2026-01-18T04:00:00Z"
   */
  lasts_until: Date | null;
}

export function toStockResponse({ active, used, invalid, leased }: StockFigures): StockResponse {
  return { active, used, invalid, leased, total: active + used + invalid };
}

export function toStockOutlookResponse(outlook: StockOutlook): StockOutlookResponse {
  const claims_per_hour = Math.round(outlook.claimsPerHour * 100) / 100;
  return { ...toStockResponse(outlook), claims_per_hour, lasts_until: outlook.lastsUntil };
}
