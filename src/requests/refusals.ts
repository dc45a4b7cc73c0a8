import { Conflict, Forbidden, LimitExceeded, NotFound, TryLater } from '../../libs/errors/errors.js';
import { reusedKey } from '../idempotency/idempotency.service.js';
import type { ClaimOutcome, Missing } from './claim-outcome.js';
import type { Question } from './request-data.dto.js';

/** Seconds after which it may be worth asking again. */
const LATER = 5;

const LACKS: Record<Missing['reason'], (schema: string) => string> = {
  stock_empty: (schema) => `The stock of ${schema} has no record left that could be handed out`,
  none_matches: (schema) => `No record in the stock of ${schema} fits the filter`,
  no_chain: (schema) => `No record in the stock of ${schema} goes with the other records of the bundle`,
};

/** 409 `stock.empty`: what the stock lacks. */
export function stockEmpty({ schema, reason }: Missing, waited = 0): TryLater {
  const after = waited > 0 ? `, and none came back within ${waited} ${waited === 1 ? 'second' : 'seconds'}` : '';
  return new TryLater('stock.empty', `${LACKS[reason](schema)}${after}.`, LATER);
}

/** 409 `lease.ended`. */
export function leaseEnded(): Conflict {
  return new Conflict('lease.ended', 'The lease has ended: its records are back, and others may have them.');
}

/** Why somebody gets nothing; what is missing is another matter. */
export function refusal(claim: ClaimOutcome, { featureId, environmentId }: Question): Error {
  switch (claim.outcome) {
    case 'no_feature':
      return new NotFound('feature.not_found', `There is no feature ${featureId} that you may see.`);
    case 'no_environment':
      return new NotFound(
        'environment.not_found',
        `There is no environment ${environmentId} in the feature's project.`,
      );
    case 'not_assigned':
      return new NotFound('feature.schema_not_assigned', `The feature does not have the schema ${claim.schema_id}.`);
    case 'no_schema':
      return new Conflict('feature.no_schema', 'The feature has no schema; assign one first.');
    case 'protected':
      return new Forbidden(
        'project.forbidden',
        'Asking for data in a protected environment needs the permission write.',
      );
    case 'archived':
      return new Conflict(`${claim.what}.archived`, `The ${claim.what} is archived; it hands out no data.`);
    case 'too_many_leases':
      return new LimitExceeded(
        'lease.quota_reached',
        `Here you may have ${claim.most} bundles on lease at a time, and have ${claim.open}: release some first.`,
      );
    case 'repeat':
      return claim.has_ended ? leaseEnded() : reusedKey();
    case 'missing':
      return stockEmpty(claim);
    default:
      return new Error(`claim_bundles answered ${JSON.stringify(claim)}`);
  }
}
