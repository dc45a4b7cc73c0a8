import { Injectable } from '@nestjs/common';
import { uuid7 } from '../../libs/database/uuid7.js';
import { AccessService } from '../access/access.service.js';
import type { Caller } from '../access/caller.js';
import type { ProjectScope } from '../access/project-scope.js';
import { IdempotencyService } from '../idempotency/idempotency.service.js';
import type { ClaimedBundle, ClaimedItem } from './bundle.dto.js';
import { type BundlePlan, BundlePlans, type PlannedSchema } from './bundle-plans.js';
import { ClaimsRepository, type Question } from './claims.repository.js';
import { ItemSource } from './item-source.js';

/** The hand-out where the stock does not have everything: what is missing is made on the spot, in the same transaction. */
@Injectable()
export class FallbackService {
  constructor(
    private readonly access: AccessService,
    private readonly idempotency: IdempotencyService,
    private readonly plans: BundlePlans,
    private readonly source: ItemSource,
    private readonly claims: ClaimsRepository,
  ) {}

  /** Claims a bundle, making the rows that are missing. Throws 409 `generation.not_enough_values`. */
  async claim(caller: Caller, question: Question, key: string | undefined): Promise<ClaimedBundle> {
    const scope = await this.access.scope(caller, 'feature', question.featureId, 'read');
    return this.idempotency.once(caller, key, question, async () => {
      const plan = await this.plans.of(scope, question);
      const items = await this.collect(scope, plan);
      const bundle = {
        bundle_id: uuid7(),
        project_id: scope.projectId,
        feature: plan.feature,
        environment: plan.environment,
        items: plan.schemas.map(({ id }) => items.get(id) as ClaimedItem),
      };
      const single = plan.schemas.flatMap(({ id, isReusable }) => (isReusable ? [] : [items.get(id)?.record_id ?? id]));
      await this.claims.handOut(scope, bundle, single);
      return bundle;
    });
  }

  /** Goes from what is referred to, to what refers to it, so that references can be made to hold. */
  private async collect(scope: ProjectScope, plan: BundlePlan): Promise<Map<string, ClaimedItem>> {
    const items = new Map<string, ClaimedItem>();
    for (const schema of referredFirst(plan.schemas)) {
      const given = new Map([...items].map(([id, item]) => [id, item.record_id]));
      items.set(schema.id, await this.source.get(scope, plan, schema, given));
    }
    return items;
  }
}

/** In a circle, which only optional references can make, whichever comes first. */
function referredFirst(schemas: PlannedSchema[]): PlannedSchema[] {
  const sorted: PlannedSchema[] = [];
  const visit = (schema: PlannedSchema, path: PlannedSchema[]): void => {
    if (sorted.includes(schema) || path.includes(schema)) return;
    const targets = schemas.filter(({ id }) => schema.compiled.references.some(({ schemaId }) => schemaId === id));
    for (const target of targets) visit(target, [...path, schema]);
    sorted.push(schema);
  };
  for (const schema of schemas) visit(schema, []);
  return sorted;
}
