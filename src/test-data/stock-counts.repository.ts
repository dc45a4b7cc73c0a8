import { Injectable } from '@nestjs/common';
import { Database } from '../../libs/database/database.js';
import type { ProjectScope } from '../access/project-scope.js';

/** How many records a stock has, by state. */
export interface StockFigures {
  active: number;
  used: number;
  invalid: number;
  /** Those of the used ones that come back by themselves when their lease ends. */
  leased: number;
}

export interface CountedStock extends StockFigures {
  stock_id: string;
  schema_id: string;
  environment_id: string;
  /** Deltas that were added up for this answer. */
  pending: number;
}

// One statement, and so one snapshot: a delta is either still there or in the counts, never in both. Records whose lease is over
// are back, though what they change is not counted before somebody has written it down.
const LIST = {
  name: 'stock_counts.list',
  text: `
    SELECT stock.id AS stock_id, stock.schema_id, stock.environment_id, counted.active + back.count AS active,
      counted.used - back.count AS used, counted.invalid, counted.leased - back.count AS leased, counted.pending
    FROM stocks AS stock CROSS JOIN LATERAL (
      SELECT coalesce(sum(active), 0)::float8 AS active, coalesce(sum(used), 0)::float8 AS used,
        coalesce(sum(invalid), 0)::float8 AS invalid, coalesce(sum(leased), 0)::float8 AS leased,
        coalesce(sum(is_pending), 0)::float8 AS pending
      FROM (
        SELECT active, used, invalid, leased, 0 AS is_pending FROM stock_counts WHERE stock_id = stock.id
        UNION ALL SELECT active, used, invalid, leased, 1 FROM stock_deltas WHERE stock_id = stock.id
      ) AS part
    ) AS counted
    CROSS JOIN LATERAL (
      SELECT count(*)::float8 AS count FROM test_data AS record
      WHERE record.stock_id = stock.id AND record.status = 'used' AND record.lease_expires_at <= now()
    ) AS back
    WHERE stock.project_id = $1 AND stock.schema_id = ANY ($2::uuid[])
      AND ($3::uuid[] IS NULL OR stock.environment_id = ANY ($3))`,
};
// One at a time: two that took the same deltas would wait for each other.
const LOCK = {
  name: 'stock_counts.lock',
  text: `SELECT pg_try_advisory_xact_lock(hashtextextended('stock_counts', 0)) AS locked`,
};
// By what was there and is deleted, not by ids up to the last one seen: ids commit out of order.
const rollUp = (name: string, which: string): { name: string; text: string } => ({
  name: `stock_counts.${name}`,
  text: `
    WITH taken AS (
      DELETE FROM stock_deltas ${which} RETURNING stock_id, project_id, active, used, invalid, leased
    )
    INSERT INTO stock_counts AS kept (stock_id, project_id, active, used, invalid, leased)
    SELECT stock_id, project_id, sum(active), sum(used), sum(invalid), sum(leased)
    FROM taken GROUP BY stock_id, project_id
    ON CONFLICT (stock_id) DO UPDATE SET active = kept.active + excluded.active, used = kept.used + excluded.used,
      invalid = kept.invalid + excluded.invalid, leased = kept.leased + excluded.leased`,
});
const ROLL_UP = rollUp('roll_up', 'WHERE stock_id = ANY ($1::uuid[])');
const ROLL_UP_ALL = rollUp('roll_up_all', '');
const FORGET_EMPTY = {
  name: 'stock_counts.forget_empty',
  text: 'DELETE FROM stock_counts WHERE (active, used, invalid) = (0, 0, 0)',
};

/** The counters of stocks: the triggers on `test_data` write the deltas, with the change that they belong to. */
@Injectable()
export class StockCountsRepository {
  constructor(private readonly db: Database) {}

  /** The stocks of these schemas in these environments (null is all) with their exact counts; one that was never filled is not there. */
  async list(
    { projectId }: Pick<ProjectScope, 'projectId'>,
    schemaIds: string[],
    environmentIds: string[] | null,
  ): Promise<CountedStock[]> {
    return (await this.db.query<CountedStock & object>(LIST, [projectId, schemaIds, environmentIds])).rows;
  }

  /** Adds pending deltas to the counts: those of the given stocks, or all. Does nothing while somebody else does it. */
  async rollUp(stockIds?: string[]): Promise<void> {
    await this.db.transaction(async () => {
      const { rows } = await this.db.query<{ locked: boolean }>(LOCK, []);
      if (!rows[0]?.locked) return;
      if (stockIds) await this.db.query(ROLL_UP, [stockIds]);
      else await this.rollUpAll();
    });
  }

  /** Stocks that are empty need no row, and those that are gone are empty. */
  private async rollUpAll(): Promise<void> {
    await this.db.query(ROLL_UP_ALL, []);
    await this.db.query(FORGET_EMPTY, []);
  }
}
