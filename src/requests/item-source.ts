import { Injectable } from '@nestjs/common';
import type { ProjectScope } from '../access/project-scope.js';
import { RecordsService } from '../test-data/records.service.js';
import { SmallGenerationService } from '../test-data/small-generation.service.js';
import type { ClaimedItem } from './bundle.dto.js';
import type { BundlePlan, PlannedSchema } from './bundle-plans.js';
import { ClaimsRepository, type PickedRecord } from './claims.repository.js';
import { containing } from './containing.js';

/** Where a bundle's record comes from: the stock where it has one that fits, otherwise the generator. */
@Injectable()
export class ItemSource {
  constructor(
    private readonly claims: ClaimsRepository,
    private readonly generation: SmallGenerationService,
    private readonly records: RecordsService,
  ) {}

  /** `given` names the bundle's records so far, by schema: references to those schemas are references to them. */
  async get(
    scope: ProjectScope,
    plan: BundlePlan,
    schema: PlannedSchema,
    given: ReadonlyMap<string, string>,
  ): Promise<ClaimedItem> {
    const { id, name, isPrimary } = schema;
    const found = await this.pick(scope, plan, schema, given);
    const { id: record_id, data, version } = found ?? (await this.make(scope, plan, schema, given));
    const source = found ? 'stock' : 'generated';
    return { schema_id: id, schema: name, is_primary: isPrimary, record_id, version, data, source };
  }

  private async pick(
    scope: ProjectScope,
    plan: BundlePlan,
    schema: PlannedSchema,
    given: ReadonlyMap<string, string>,
  ): Promise<PickedRecord | null> {
    const stockId = await this.records.findStock(scope, schema.id, plan.environment.id);
    if (!stockId) return null;
    const links = schema.compiled.references.flatMap(({ field, schemaId }) => {
      const recordId = schemaId === schema.id ? undefined : given.get(schemaId);
      return recordId === undefined ? [] : [{ field, recordId }];
    });
    return this.claims.pick(scope, stockId, !schema.isReusable, links.length > 0 ? containing(links) : null);
  }

  private async make(
    scope: ProjectScope,
    plan: BundlePlan,
    schema: PlannedSchema,
    given: ReadonlyMap<string, string>,
  ): Promise<PickedRecord> {
    const [recordId] = await this.generation.make(scope, {
      schemaId: schema.id,
      environmentId: plan.environment.id,
      count: 1,
      given,
      usedFor: schema.isReusable ? undefined : { featureId: plan.feature.id },
    });
    const { id, data_values, schema_version } = await this.records.get(scope, recordId as string);
    return { id, data: data_values, version: schema_version };
  }
}
