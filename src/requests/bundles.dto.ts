import { OmitType } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsString, IsUUID, Length, Max, Min } from 'class-validator';
import { Optional } from '../../libs/http/optional.js';
import { PageQuery } from '../../libs/http/page.dto.js';
import { BundleEnvironment, BundleFeature, BundleItem } from './bundle.dto.js';
import type { BundleRecordRow, BundleRow } from './bundles.repository.js';
import type { WholeBundle } from './bundles.service.js';
import { LONGEST_LEASE, RequestContext } from './request-data.dto.js';

/** Which bundles to list. */
export class ListBundles extends PageQuery {
  /** Only those of this project; left out, those of all my projects. */
  @Optional()
  @IsUUID()
  project_id?: string;

  /**
   * `mine` (the default) or `all` that I may see.
   * @example "mine"
   */
  @Optional()
  @IsIn(['mine', 'all'])
  of?: 'mine' | 'all';

  /** Whether only those on lease, or only others. */
  @Optional()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  open?: boolean;

  /** Only those for this feature. */
  @Optional()
  @IsUUID()
  feature_id?: string;

  /** Only those from this environment. */
  @Optional()
  @IsUUID()
  environment_id?: string;

  /**
   * Only those whose context names this test.
   * @example "checkout pays with a voucher"
   */
  @Optional()
  @IsString()
  @Length(1, 500)
  test?: string;

  /**
   * Only those whose context names this job.
   * @example "build-4711"
   */
  @Optional()
  @IsString()
  @Length(1, 500)
  job?: string;

  /**
   * Only those whose context names this commit.
   * @example "9fceb02d0ae598e95dc970b74767f19372d61af8"
   */
  @Optional()
  @IsString()
  @Length(1, 500)
  commit?: string;

  /**
   * Only those whose context has this address.
   * @example "https://ci.example.com/builds/4711"
   */
  @Optional()
  @IsString()
  @Length(1, 500)
  url?: string;
}

/** For how long a bundle is wanted still. */
export class RenewBundle {
  /**
   * Seconds from now until the lease ends, 1 to 86,400.
   * @example 600
   */
  @IsInt()
  @Min(1)
  @Max(LONGEST_LEASE)
  lease_seconds: number;
}

/** How a bundle comes back. */
export class ReleaseBundle {
  /**
   * `returned` makes its records active again; `used` leaves the single-use ones used up. Reusable ones are active either way.
   * @example "returned"
   */
  @IsIn(['returned', 'used'])
  as: 'returned' | 'used';
}

/** A record of a bundle, with its values as they are now. */
export class BundleRecord extends OmitType(BundleItem, ['data'] as const) {
  /**
   * Its values by field name, in the order of the definition; null where it has been deleted since.
   * @example { "username": "john_doe", "email": "john@test.com", "age": 28 }
   */
  data: Record<string, unknown> | null;
}

/** A bundle that was handed out. */
export class BundleSummary {
  /** Id of the bundle. */
  bundle_id: string;

  /** Project that it belongs to. */
  project_id: string;

  /** The feature; its name is empty where it has been deleted since. */
  feature: BundleFeature;

  /** The environment; its names are empty where it has been deleted since. */
  environment: BundleEnvironment;

  /**
   * `open` while it is on lease; then `returned`, `used` or `expired`. `kept` was handed out for good.
   * @example "open"
   */
  state: 'kept' | 'open' | 'returned' | 'used' | 'expired';

  /**
   * When the lease ends, or ended at the latest; null where there is none.
   * @example "2026-01-15T10:30:00.000Z"
   */
  lease_expires_at: Date | null;

  /** What it was for; null where nobody said. */
  context: RequestContext | null;

  /**
   * What was said of it; null where nothing was.
   * @example "Nightly run"
   */
  notes: string | null;

  /** Who asked for it. */
  requested_by: string;

  /** When it was handed out. */
  created_at: Date;

  /**
   * When the lease ended or it was given back; null before.
   * @example null
   */
  ended_at: Date | null;
}

/** A bundle that was handed out, with its records. */
export class BundleDetail extends BundleSummary {
  /** The record of the feature's primary schema; null where another schema alone was asked for. */
  primary_data: BundleRecord | null;

  /** The records of the other schemas, in the order of assignment at that time. */
  secondary_data: BundleRecord[];
}

/** One page of bundles. */
export class BundlePage {
  /** The bundles, newest first. */
  data: BundleSummary[];

  /**
   * `cursor` for the next page; null on the last one.
   * @example null
   */
  next_cursor: string | null;
}

export function toBundleSummary({ id, ...bundle }: BundleRow): BundleSummary {
  return { bundle_id: id, ...bundle };
}

export function toBundleDetail({ bundle, records }: WholeBundle): BundleDetail {
  const items = records.map(toBundleRecord);
  const primary = records.findIndex(({ is_primary }) => is_primary);
  return {
    primary_data: items[primary] ?? null,
    secondary_data: items.filter((_, i) => i !== primary),
    ...toBundleSummary(bundle),
  };
}

function toBundleRecord({ schema, data, schema_id, record_id, source, reason }: BundleRecordRow): BundleRecord {
  return { schema, data, schema_id, record_id, source, reason };
}
