import { Injectable } from '@nestjs/common';
import { AccessService } from '../access/access.service.js';
import type { Caller } from '../access/caller.js';
import type { ProjectScope } from '../access/project-scope.js';
import { IdempotencyService } from '../idempotency/idempotency.service.js';
import type { ClaimedBundle } from './bundle.dto.js';
import { BundleCollector } from './bundle-collector.js';
import { type BundlePlan, BundlePlans } from './bundle-plans.js';
import type { ClaimOutcome } from './claim-outcome.js';
import { ClaimsRepository } from './claims.repository.js';
import { MissingRecord } from './item-source.js';
import { refusal } from './refusals.js';
import type { Question } from './request-data.dto.js';

/** The hand-out where the stock does not have everything at hand: it is looked through, and what is missing made on the spot, all in one transaction. */
@Injectable()
export class FallbackService {
  constructor(
    private readonly access: AccessService,
    private readonly idempotency: IdempotencyService,
    private readonly plans: BundlePlans,
    private readonly collector: BundleCollector,
    private readonly claims: ClaimsRepository,
  ) {}

  /**
   * Claims bundles: with `fallback: generate` makes the rows that are missing, otherwise answers what is. Throws 409
   * `generation.not_enough_values`, `stock.filter_unmet`, `lease.quota_reached`, 422 `filter.invalid`.
   */
  async claim(caller: Caller, question: Question, key: string | undefined): Promise<ClaimOutcome> {
    const scope = await this.access.scope(caller, 'feature', question.featureId, 'read');
    try {
      const bundles = await this.idempotency.once(caller, key, question, () => this.handOut(scope, question));
      return { outcome: 'claimed', bundles };
    } catch (error) {
      if (error instanceof MissingRecord) return { outcome: 'missing', ...error.missing };
      throw error;
    }
  }

  private async handOut(scope: ProjectScope, question: Question): Promise<ClaimedBundle[]> {
    const plan = await this.plans.of(scope, question);
    await this.requireLeases(scope, plan, question);
    const search = { plan, mayMake: question.fallback === 'generate', taken: [] };
    const bundles = await this.collector.collect(scope, search, question.count);
    return this.claims.handOut(scope, plan, question, bundles);
  }

  private async requireLeases(scope: ProjectScope, plan: BundlePlan, question: Question): Promise<void> {
    if (question.lease === null || plan.mostLeases === null) return;
    const open = await this.claims.countOpenLeases(scope, plan.environment.id);
    if (open + question.count <= plan.mostLeases) return;
    throw refusal({ outcome: 'too_many_leases', most: plan.mostLeases, open }, question);
  }
}
