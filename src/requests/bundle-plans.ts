import { Injectable } from '@nestjs/common';
import type { CompiledSchema } from '../../libs/generator/index.js';
import type { ProjectScope } from '../access/project-scope.js';
import { EnvironmentsService } from '../environments/environments.service.js';
import { FeatureSchemasService } from '../features/feature-schemas.service.js';
import { FeaturesService } from '../features/features.service.js';
import { CompiledSchemas } from '../schemas/compiled-schemas.js';
import { SchemasService } from '../schemas/schemas.service.js';
import type { BundleEnvironment, BundleFeature } from './bundle.dto.js';
import type { FieldFilter, Question } from './request-data.dto.js';
import { requireFilters } from './schema-filters.js';

/** A schema of which the bundle has a record. */
export interface PlannedSchema {
  id: string;
  name: string;
  isPrimary: boolean;
  isReusable: boolean;
  /** Whether nobody else may get the record while it is out. */
  isExclusive: boolean;
  /** Which records will do; null is all. */
  filter: FieldFilter | null;
  compiled: CompiledSchema;
}

export interface BundlePlan {
  feature: BundleFeature;
  environment: BundleEnvironment;
  /** Bundles that one person may have on lease there; null for any number. */
  mostLeases: number | null;
  schemas: PlannedSchema[];
}

/** What a bundle is to consist of. */
@Injectable()
export class BundlePlans {
  constructor(
    private readonly features: FeaturesService,
    private readonly assignments: FeatureSchemasService,
    private readonly schemas: SchemasService,
    private readonly environments: EnvironmentsService,
    private readonly compiled: CompiledSchemas,
  ) {}

  /** Throws 422 `filter.invalid`. */
  async of(scope: ProjectScope, question: Question): Promise<BundlePlan> {
    const { featureId, environmentId, only, withPrimary } = question;
    const { feature } = await this.features.get(scope, featureId);
    const { id, name, slug, maxOpenLeasesPerUser } = await this.environments.getWritable(scope, environmentId);
    const assigned = await this.assignments.list(scope, featureId);
    const wanted = assigned.filter(
      ({ schema, assignment }) => !only || only.includes(schema.id) || (withPrimary && assignment.isPrimary),
    );
    const schemas: PlannedSchema[] = [];
    // One after the other: the transaction has one connection.
    for (const { assignment, schema } of wanted)
      schemas.push(await this.planned(scope, question, schema.id, assignment.isPrimary));
    requireFilters(question.filters, schemas);
    return {
      feature: { id: feature.id, name: feature.name },
      environment: { id, name, slug },
      mostLeases: maxOpenLeasesPerUser,
      schemas,
    };
  }

  private async planned(
    scope: ProjectScope,
    { filters, lease }: Question,
    id: string,
    isPrimary: boolean,
  ): Promise<PlannedSchema> {
    const schema = await this.schemas.getWritable(scope, id);
    const { name, isReusable } = schema;
    const isExclusive = !isReusable || lease !== null;
    const named = [name, id].find((each) => Object.hasOwn(filters, each));
    const filter = named === undefined ? null : (filters[named] ?? null);
    return { id, name, isReusable, isExclusive, isPrimary, filter, compiled: this.compiled.of(schema) };
  }
}
