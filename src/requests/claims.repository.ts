import { Injectable } from '@nestjs/common';
import { Database } from '../../libs/database/database.js';
import { uuid7 } from '../../libs/database/uuid7.js';
import type { Caller } from '../access/caller.js';
import type { ProjectScope } from '../access/project-scope.js';
import type { ClaimedBundle, ClaimedItem } from './bundle.dto.js';
import type { BundlePlan } from './bundle-plans.js';
import type { ClaimOutcome } from './claim-outcome.js';
import type { Question } from './request-data.dto.js';

const CLAIM = {
  name: 'claims.claim',
  text: 'SELECT claim_bundles($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) AS claim',
};
const OPEN_LEASES = { name: 'claims.open_leases', text: 'SELECT open_leases($1, $2) AS open' };
const HAND_OUT = {
  name: 'claims.hand_out',
  text: 'SELECT hand_out_bundles($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)::text AS lease_end',
};

@Injectable()
export class ClaimsRepository {
  constructor(private readonly db: Database) {}

  /** Claims bundles from stock: one round trip, which checks the caller's permission itself. */
  async claim(caller: Caller, question: Question, key: string | undefined): Promise<ClaimOutcome> {
    return this.call(
      caller,
      question,
      key,
      Array.from({ length: question.count }, () => uuid7()),
    );
  }

  /** Why the caller would get nothing, or what they got under the key; otherwise `claimed`, though nothing is. */
  async check(caller: Caller, question: Question, key: string | undefined): Promise<ClaimOutcome> {
    return this.call(caller, question, key, []);
  }

  /** How many bundles the caller has on lease in the environment; held until the transaction ends. */
  async countOpenLeases(scope: ProjectScope, environmentId: string): Promise<number> {
    const { rows } = await this.db.query<{ open: number }>(OPEN_LEASES, [scope.userId, environmentId]);
    return rows[0]?.open ?? 0;
  }

  /** Records the hand-out of bundles, and marks the records that nobody else may get as used. */
  async handOut(
    scope: ProjectScope,
    plan: BundlePlan,
    question: Question,
    bundles: ClaimedItem[][],
  ): Promise<ClaimedBundle[]> {
    const ids = bundles.map(() => uuid7());
    const items = bundles.flat();
    const { feature, environment, schemas } = plan;
    const exclusive = new Set(schemas.filter(({ isExclusive }) => isExclusive).map(({ id }) => id));
    const { rows } = await this.db.query<{ lease_end: string | null }>(HAND_OUT, [
      ...[scope.userId, scope.projectId, feature.id, environment.id],
      schemas.find(({ isPrimary }) => isPrimary)?.id ?? null,
      ...[question.lease, question.context && JSON.stringify(question.context), question.notes],
      ids,
      bundles.flatMap((each, i) => each.map(() => ids[i])),
      items.map((item) => item.schema_id),
      items.map((item) => item.record_id),
      items.map((item) => item.reason),
      items.map((item) => exclusive.has(item.schema_id)),
    ]);
    const common = { project_id: scope.projectId, feature, environment, lease_expires_at: rows[0]?.lease_end ?? null };
    return bundles.map((each, i) => ({ bundle_id: ids[i] as string, ...common, items: each }));
  }

  private async call(
    caller: Caller,
    question: Question,
    key: string | undefined,
    bundleIds: string[],
  ): Promise<ClaimOutcome> {
    const { featureId, environmentId, only, withPrimary, lease, context, notes } = question;
    const { rows } = await this.db.query<{ claim: ClaimOutcome }>(CLAIM, [
      ...[caller.userId, featureId, environmentId, bundleIds, only, withPrimary, lease],
      ...[context && JSON.stringify(context), notes, key ?? null, key === undefined ? null : JSON.stringify(question)],
    ]);
    return rows[0]?.claim as ClaimOutcome;
  }
}
