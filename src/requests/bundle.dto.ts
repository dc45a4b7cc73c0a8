import type { CompiledSchema } from '../../libs/generator/index.js';

/** The feature that a bundle is for. */
export class BundleFeature {
  /** Its id. */
  id: string;

  /**
   * Its name.
   * @example "user_registration"
   */
  name: string;
}

/** The environment that a bundle comes from. */
export class BundleEnvironment {
  /** Its id. */
  id: string;

  /**
   * Its name.
   * @example "Development"
   */
  name: string;

  /**
   * Its short name.
   * @example "dev"
   */
  slug: string;
}

/** One record of a bundle. */
export class BundleItem {
  /**
   * Name of its schema.
   * @example "User"
   */
  schema: string;

  /**
   * Its values by field name, in the order of the definition.
   * @example { "username": "john_doe", "email": "john@test.com", "age": 28 }
   */
  data: Record<string, unknown>;

  /** Id of its schema. */
  schema_id: string;

  /** Id of the record. */
  record_id: string;

  /** `stock` where it was there, `generated` where it was made for this bundle. */
  source: 'stock' | 'generated';

  /**
   * Why it was made: `stock_empty`, `none_matches` (what there is does not fit the filter) or `no_chain` (what there is does not
   * go with the other records of the bundle); null where it is from stock.
   * @example null
   */
  reason: 'stock_empty' | 'none_matches' | 'no_chain' | null;
}

/** What asking for a feature's data returns: all of it, or nothing. */
export class BundleResponse {
  /** The record of the feature's primary schema; null where another schema alone was asked for. */
  primary_data: BundleItem | null;

  /** The records of the other schemas, in the order of assignment. */
  secondary_data: BundleItem[];

  /** The feature. */
  feature: BundleFeature;

  /** The environment. */
  environment: BundleEnvironment;

  /** Id of the hand-out, which its rows in the audit trail share. */
  bundle_id: string;
}

/** A bundle as it was handed out. */
export class HandedOutBundle extends BundleResponse {
  /**
   * When the lease ends and the records come back by themselves; null where they were handed out for good.
   * @example "2026-01-15T10:30:00.000Z"
   */
  lease_expires_at: Date | null;
}

/** What was handed out. */
export class HandOutResponse {
  /** The bundles, as many as were asked for. */
  data: HandedOutBundle[];
}

/** One record of a bundle, as the database hands it out and keeps it under an idempotency key. */
export interface ClaimedItem {
  schema_id: string;
  schema: string;
  is_primary: boolean;
  record_id: string;
  version: number;
  data: Record<string, unknown>;
  source: 'stock' | 'generated';
  reason: BundleItem['reason'];
}

export interface ClaimedBundle {
  bundle_id: string;
  project_id: string;
  feature: BundleFeature;
  environment: BundleEnvironment;
  /** As PostgreSQL writes it. */
  lease_expires_at: string | null;
  items: ClaimedItem[];
}

/** `schemas` are those of the items, in the same order. */
export function toBundleResponse(bundle: ClaimedBundle, schemas: CompiledSchema[]): BundleResponse {
  const items = bundle.items.map((item, i): BundleItem => ({
    schema: item.schema,
    data: schemas[i]?.ordered(item.data) ?? item.data,
    schema_id: item.schema_id,
    record_id: item.record_id,
    source: item.source,
    reason: item.reason,
  }));
  const primary = bundle.items.findIndex((item) => item.is_primary);
  return {
    primary_data: items[primary] ?? null,
    secondary_data: items.filter((_, i) => i !== primary),
    feature: bundle.feature,
    environment: bundle.environment,
    bundle_id: bundle.bundle_id,
  };
}

export function toHandedOutBundle(bundle: ClaimedBundle, schemas: CompiledSchema[]): HandedOutBundle {
  const { lease_expires_at } = bundle;
  return {
    ...toBundleResponse(bundle, schemas),
    lease_expires_at: lease_expires_at === null ? null : new Date(lease_expires_at),
  };
}
