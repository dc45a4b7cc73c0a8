import { ApiProperty, OmitType } from '@nestjs/swagger';
import { IsIn, IsUUID } from 'class-validator';
import type { FieldError } from '../../libs/errors/errors.js';
import { IsMoment } from '../../libs/http/is-moment.js';
import { Optional } from '../../libs/http/optional.js';
import { invalidRequest } from '../../libs/http/validation.js';
import { type Bucket, BUCKETS } from './usage.entity.js';
import type { CountedUsage, UsageRange } from './usage.repository.js';
import type { Usage } from './usage.service.js';

/** Days for which hours are kept; days are kept for good. */
export const HOURS_KEPT = 35;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const LENGTH = { hour: HOUR, day: DAY };
/** Buckets of a range: what is asked for where nothing is said, and the most. */
const USUAL = { hour: 24, day: 30 };
const MOST = { hour: 31 * 24, day: 366 };

/** Which hand-outs to count, and how finely. */
export class UsageQuery {
  /**
   * Begin of the time; it is moved back to the begin of its hour or day. Left out, 24 hours or 30 days before `to`.
   * @example "2026-01-01T00:00:00Z"
   */
  @Optional()
  @IsMoment()
  from?: string;

  /**
   * End of the time, at most 744 hours or 366 days later; it is moved on to the end of its hour or day. Left out, now.
   * @example "2026-01-15T00:00:00Z"
   */
  @Optional()
  @IsMoment()
  to?: string;

  /** How long each bucket is; days are those of UTC. Hours can be asked for up to 35 days back. */
  @Optional()
  @IsIn(BUCKETS)
  @ApiProperty({ required: false, enum: BUCKETS })
  bucket: Bucket = 'day';

  /** Only what this person was given. */
  @Optional()
  @IsUUID()
  user_id?: string;
}

/** The same by everything that a hand-out is about. */
export class AnyUsageQuery extends UsageQuery {
  /** Only records of this schema. */
  @Optional()
  @IsUUID()
  schema_id?: string;

  /** Only what was handed out for this feature. */
  @Optional()
  @IsUUID()
  feature_id?: string;

  /** Only what was handed out in this environment. */
  @Optional()
  @IsUUID()
  environment_id?: string;
}

/** Which of a schema's hand-outs to count. */
export class SchemaUsageQuery extends OmitType(AnyUsageQuery, ['schema_id']) {}

/** Which of a feature's hand-outs to count. */
export class FeatureUsageQuery extends OmitType(AnyUsageQuery, ['feature_id']) {}

/** Which of an environment's hand-outs to count. */
export class EnvironmentUsageQuery extends OmitType(AnyUsageQuery, ['environment_id']) {}

/** How many records were handed out. */
export class UsageFigures {
  /**
   * Records that were handed out, each time counted.
   * @example 120
   */
  handed_out: number;

  /**
   * Those of them that were there.
   * @example 115
   */
  from_stock: number;

  /**
   * Those of them that were made for it, because the stock had none or somebody wanted a new one.
   * @example 5
   */
  generated: number;
}

/** How many records were handed out in an hour or a day. */
export class UsageBucket extends UsageFigures {
  /** When it begins. */
  starts_at: Date;
}

/** What was handed out over a time. */
export class UsageResponse {
  /** How long each bucket is. */
  @ApiProperty({ enum: BUCKETS })
  bucket: Bucket;

  /** Begin of the time. */
  from: Date;

  /** End of the time. */
  to: Date;

  /** Over all of it. */
  total: UsageFigures;

  /** The buckets in which something was handed out, oldest first. */
  data: UsageBucket[];
}

/** The whole buckets that are asked for. Throws 422 where they cannot be. */
export function usageRange({ bucket, from, to }: UsageQuery, now: Date): UsageRange {
  const length = LENGTH[bucket];
  const end = (to === undefined ? Math.floor(now.getTime() / length) + 1 : Math.ceil(Date.parse(to) / length)) * length;
  const start = from === undefined ? end - USUAL[bucket] * length : Math.floor(Date.parse(from) / length) * length;
  const problem = problemOf(bucket, start, end, now.getTime());
  if (problem) throw invalidRequest([problem], 'param');
  return { bucket, from: new Date(start), to: new Date(end) };
}

function problemOf(bucket: Bucket, start: number, end: number, now: number): FieldError | null {
  const most = MOST[bucket];
  if (start >= end) return { pointer: '/from', code: 'range', detail: 'from must be before to' };
  if (end - start > most * LENGTH[bucket]) {
    return { pointer: '/from', code: 'range', detail: `from must be at most ${most} ${bucket}s before to` };
  }
  if (bucket === 'day' || start >= now - HOURS_KEPT * DAY) return null;
  const detail = `from must be within the last ${HOURS_KEPT} days where bucket is hour`;
  return { pointer: '/from', code: 'hours_kept', detail };
}

function toFigures(buckets: CountedUsage[]): UsageFigures {
  const from_stock = buckets.reduce((sum, each) => sum + each.from_stock, 0);
  const generated = buckets.reduce((sum, each) => sum + each.generated, 0);
  return { handed_out: from_stock + generated, from_stock, generated };
}

export function toUsageResponse({ range, buckets }: Usage): UsageResponse {
  return {
    ...range,
    total: toFigures(buckets),
    data: buckets.map((each) => ({ starts_at: each.starts_at, ...toFigures([each]) })),
  };
}
