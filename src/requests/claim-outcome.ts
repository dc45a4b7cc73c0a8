import type { BundleItem, ClaimedBundle } from './bundle.dto.js';

/** What the stock lacks. */
export interface Missing {
  schema_id: string;
  schema: string;
  reason: NonNullable<BundleItem['reason']>;
}

/** What comes of asking for bundles, as the function `claim_bundles` answers. */
export type ClaimOutcome =
  | { outcome: 'claimed'; bundles: ClaimedBundle[] }
  | { outcome: 'repeat'; question: string; bundles: ClaimedBundle[]; has_ended: boolean }
  /** With `is_linked` false there is no other way to put the bundle together. */
  | ({ outcome: 'missing'; is_linked?: boolean } & Missing)
  | { outcome: 'archived'; what: 'project' | 'environment' | 'feature' | 'schema'; name?: string }
  | { outcome: 'not_assigned'; schema_id: string }
  | { outcome: 'too_many_leases'; most: number; open: number }
  | { outcome: 'no_feature' | 'no_environment' | 'protected' | 'no_schema' };
