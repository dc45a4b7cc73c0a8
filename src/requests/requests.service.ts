import { Injectable } from '@nestjs/common';
import { uuid7 } from '../../libs/database/uuid7.js';
import { Conflict, Forbidden, NotFound } from '../../libs/errors/errors.js';
import type { Caller } from '../access/caller.js';
import { reusedKey } from '../idempotency/idempotency.service.js';
import { CompiledSchemas } from '../schemas/compiled-schemas.js';
import { type BundleResponse, type ClaimedBundle, toBundleResponse } from './bundle.dto.js';
import { type ClaimOutcome, ClaimsRepository, type Question } from './claims.repository.js';
import { FallbackService } from './fallback.service.js';

/** Hands out test data. */
@Injectable()
export class RequestsService {
  constructor(
    private readonly claims: ClaimsRepository,
    private readonly fallback: FallbackService,
    private readonly schemas: CompiledSchemas,
  ) {}

  /**
   * One record of each of the feature's schemas, or of the one that is asked for: from stock, or made on the spot. All or
   * nothing. Throws 403 in a protected environment, 404, 409 `feature.no_schema` and where something is archived.
   */
  async request(caller: Caller, question: Question, key: string | undefined): Promise<BundleResponse> {
    const fingerprint = JSON.stringify(question);
    const claim = await this.claims.claim(caller, question, uuid7(), key, fingerprint);
    if (claim.outcome === 'claimed') return this.respond(claim.bundle);
    if (claim.outcome === 'missing') return this.respond(await this.fallback.claim(caller, question, key));
    if (claim.outcome !== 'repeat') throw refusal(claim, question);
    if (claim.question !== fingerprint) throw reusedKey();
    return this.respond(claim.bundle);
  }

  private async respond(bundle: ClaimedBundle): Promise<BundleResponse> {
    const owner = { projectId: bundle.project_id };
    const load = bundle.items.map(({ schema_id, version }) => this.schemas.load(owner, schema_id, version));
    return toBundleResponse(bundle, await Promise.all(load));
  }
}

type Refusal = Exclude<ClaimOutcome, { outcome: 'claimed' | 'repeat' | 'missing' }>;

function refusal(claim: ClaimOutcome, { featureId, environmentId, schemaId }: Question): Error {
  const refused = claim as Refusal;
  switch (refused.outcome) {
    case 'no_feature':
      return new NotFound('feature.not_found', `There is no feature ${featureId} that you may see.`);
    case 'no_environment':
      return new NotFound(
        'environment.not_found',
        `There is no environment ${environmentId} in the feature's project.`,
      );
    case 'not_assigned':
      return new NotFound('feature.schema_not_assigned', `The feature does not have the schema ${schemaId}.`);
    case 'no_schema':
      return new Conflict('feature.no_schema', 'The feature has no schema; assign one first.');
    case 'protected':
      return new Forbidden(
        'project.forbidden',
        'Asking for data in a protected environment needs the permission write.',
      );
    case 'archived':
      return new Conflict(`${refused.what}.archived`, `The ${refused.what} is archived; it hands out no data.`);
    default:
      return new Error(`claim_bundle answered ${JSON.stringify(refused)}`);
  }
}
