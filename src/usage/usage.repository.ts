import { Injectable } from '@nestjs/common';
import { Database } from '../../libs/database/database.js';
import type { ProjectScope } from '../access/project-scope.js';
import type { Bucket } from './usage.entity.js';

/** Whose hand-outs are meant; what is left out is all of them. */
export interface UsageOf {
  schemaId?: string;
  featureId?: string;
  environmentId?: string;
  userId?: string;
}

/** Whole buckets from a moment up to another one, which is not part of it. */
export interface UsageRange {
  bucket: Bucket;
  from: Date;
  to: Date;
}

/** What was handed out in one bucket. */
export interface CountedUsage {
  starts_at: Date;
  from_stock: number;
  generated: number;
  /** Deltas that were added up for this answer. */
  pending: number;
}

/** Stands for all schemas, features, environments or people in `usage_counts`. */
const ALL = '00000000-0000-0000-0000-000000000000';
const COUNTS = 'project_id, schema_id, feature_id, environment_id, user_id, bucket, starts_at';

// One statement, and so one snapshot: a delta is either still there or in the counts, never in both. The key of the counts
// gives one row for each bucket, however many requests, people or features there are.
const LIST = {
  name: 'usage.list',
  text: `
    SELECT starts_at, sum(from_stock)::float8 AS from_stock, sum(generated)::float8 AS generated,
      sum(pending)::float8 AS pending
    FROM (
      SELECT starts_at, from_stock, generated, 0 AS pending FROM usage_counts
      WHERE project_id = $1 AND schema_id = coalesce($2::uuid, '${ALL}') AND feature_id = coalesce($3::uuid, '${ALL}')
        AND environment_id = coalesce($4::uuid, '${ALL}') AND user_id = coalesce($5::uuid, '${ALL}')
        AND bucket = $6 AND starts_at >= $7 AND starts_at < $8
      UNION ALL
      SELECT date_trunc($6, starts_at, 'UTC'), from_stock, generated, pending FROM (
        SELECT starts_at, sum(from_stock) AS from_stock, sum(generated) AS generated, count(*) AS pending
        FROM usage_deltas
        WHERE project_id = $1 AND ($2::uuid IS NULL OR schema_id = $2) AND ($3::uuid IS NULL OR feature_id = $3)
          AND ($4::uuid IS NULL OR environment_id = $4) AND ($5::uuid IS NULL OR user_id = $5)
          AND starts_at >= $7 AND starts_at < $8
        GROUP BY starts_at
      ) AS hour
    ) AS part
    GROUP BY starts_at ORDER BY starts_at`,
};
// One at a time: two that took the same deltas would wait for each other.
const LOCK = {
  name: 'usage.lock',
  text: `SELECT pg_try_advisory_xact_lock(hashtextextended('usage_counts', 0)) AS locked`,
};
// By what was there and is deleted, not by ids up to the last one seen: ids commit out of order.
export const ROLL_UP = {
  name: 'usage.roll_up',
  text: `
    WITH taken AS (
      DELETE FROM usage_deltas
      RETURNING project_id, schema_id, feature_id, environment_id, user_id, starts_at, from_stock, generated
    )
    INSERT INTO usage_counts AS kept (${COUNTS}, from_stock, generated)
    SELECT project_id, coalesce(schema_id, '${ALL}'), coalesce(feature_id, '${ALL}'), coalesce(environment_id, '${ALL}'),
      coalesce(user_id, '${ALL}'), bucket, date_trunc(bucket, starts_at, 'UTC') AS start, sum(from_stock), sum(generated)
    FROM taken CROSS JOIN (VALUES ('hour'), ('day')) AS length (bucket)
    GROUP BY project_id, bucket, start, CUBE (schema_id, feature_id, environment_id, user_id)
    ON CONFLICT (${COUNTS}) DO UPDATE
      SET from_stock = kept.from_stock + excluded.from_stock, generated = kept.generated + excluded.generated`,
};
const FORGET_HOURS = {
  name: 'usage.forget_hours',
  text: `DELETE FROM usage_counts WHERE bucket = 'hour' AND starts_at < now() - make_interval(days => $1)`,
};

/** The counters of hand-outs: triggers on `test_data_requests` write the deltas, with the request that they belong to. */
@Injectable()
export class UsageRepository {
  constructor(private readonly db: Database) {}

  /** The buckets of the range in which something was handed out, in their order. */
  async list(
    { projectId }: Pick<ProjectScope, 'projectId'>,
    { schemaId, featureId, environmentId, userId }: UsageOf,
    { bucket, from, to }: UsageRange,
  ): Promise<CountedUsage[]> {
    const whose = [schemaId, featureId, environmentId, userId].map((id) => id ?? null);
    return (await this.db.query<CountedUsage & object>(LIST, [projectId, ...whose, bucket, from, to])).rows;
  }

  /** Adds pending deltas to the counts. Does nothing while somebody else does it. */
  async rollUp(): Promise<void> {
    await this.db.transaction(async () => {
      const { rows } = await this.db.query<{ locked: boolean }>(LOCK, []);
      if (rows[0]?.locked) await this.db.query(ROLL_UP, []);
    });
  }

  /** Forgets the hours that are older than so many days; the days stay. */
  async forgetHours(days: number): Promise<void> {
    await this.db.query(FORGET_HOURS, [days]);
  }
}
