import { Injectable } from '@nestjs/common';
import { Database } from '../../libs/database/database.js';
import type { Caller } from '../access/caller.js';
import type { ProjectScope } from '../access/project-scope.js';
import type { ClaimedBundle } from './bundle.dto.js';

/** What is asked for. */
export interface Question {
  featureId: string;
  environmentId: string;
  /** Only this one of the feature's schemas. */
  schemaId: string | null;
}

export type ClaimOutcome =
  | { outcome: 'claimed'; bundle: ClaimedBundle }
  | { outcome: 'repeat'; question: string; bundle: ClaimedBundle }
  | { outcome: 'archived'; what: 'project' | 'environment' | 'feature' | 'schema'; name?: string }
  | { outcome: 'missing' | 'no_feature' | 'no_environment' | 'protected' | 'no_schema' | 'not_assigned' };

export interface PickedRecord {
  id: string;
  data: Record<string, unknown>;
  version: number;
}

const CLAIM = { name: 'claims.claim', text: 'SELECT claim_bundle($1, $2, $3, $4, $5, $6, $7) AS claim' };
const PICK = { name: 'claims.pick', text: 'SELECT id, data, version FROM pick_record($1, $2, $3)' };
const HAND_OUT = { name: 'claims.hand_out', text: 'SELECT hand_out($1, $2, $3, $4, $5, $6, $7, $8, $9)' };

@Injectable()
export class ClaimsRepository {
  constructor(private readonly db: Database) {}

  /** Claims a bundle from stock: one round trip, which checks the caller's permission itself. */
  async claim(
    caller: Caller,
    question: Question,
    bundleId: string,
    key: string | undefined,
    fingerprint: string,
  ): Promise<ClaimOutcome> {
    const { featureId, environmentId, schemaId } = question;
    const values = [caller.userId, featureId, environmentId, schemaId, bundleId, key ?? null, fingerprint];
    const { rows } = await this.db.query<{ claim: ClaimOutcome }>(CLAIM, values);
    return rows[0]?.claim as ClaimOutcome;
  }

  /** Picks an active record of a stock, holding it where it is single-use; null where none fits. */
  async pick(
    _scope: ProjectScope,
    stockId: string,
    singleUse: boolean,
    match: Record<string, unknown> | null,
  ): Promise<PickedRecord | null> {
    const values = [stockId, singleUse, match && JSON.stringify(match)];
    const { rows } = await this.db.query<{ id: string | null } & Omit<PickedRecord, 'id'>>(PICK, values);
    return rows[0]?.id ? (rows[0] as PickedRecord) : null;
  }

  /** Records the hand-out of a bundle, and marks its single-use records as used. */
  async handOut(scope: ProjectScope, bundle: ClaimedBundle, singleUse: string[]): Promise<void> {
    const { items, feature, environment, bundle_id } = bundle;
    await this.db.query(HAND_OUT, [
      scope.userId,
      scope.projectId,
      feature.id,
      environment.id,
      bundle_id,
      items.map((item) => item.schema_id),
      items.map((item) => item.record_id),
      items.map((item) => item.source),
      singleUse,
    ]);
  }
}
