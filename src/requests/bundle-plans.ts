import { Injectable } from '@nestjs/common';
import type { CompiledSchema } from '../../libs/generator/index.js';
import type { ProjectScope } from '../access/project-scope.js';
import { EnvironmentsService } from '../environments/environments.service.js';
import { FeatureSchemasService } from '../features/feature-schemas.service.js';
import { FeaturesService } from '../features/features.service.js';
import { CompiledSchemas } from '../schemas/compiled-schemas.js';
import { SchemasService } from '../schemas/schemas.service.js';
import type { BundleEnvironment, BundleFeature } from './bundle.dto.js';
import type { Question } from './claims.repository.js';

/** A schema of which the bundle has a record. */
export interface PlannedSchema {
  id: string;
  name: string;
  isPrimary: boolean;
  isReusable: boolean;
  compiled: CompiledSchema;
}

export interface BundlePlan {
  feature: BundleFeature;
  environment: BundleEnvironment;
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

  async of(scope: ProjectScope, { featureId, environmentId, schemaId }: Question): Promise<BundlePlan> {
    const { feature } = await this.features.get(scope, featureId);
    const { id, name, slug } = await this.environments.getWritable(scope, environmentId);
    const assigned = await this.assignments.list(scope, featureId);
    const wanted = assigned.filter(({ schema }) => schemaId === null || schema.id === schemaId);
    const schemas: PlannedSchema[] = [];
    // One after the other: the transaction has one connection.
    for (const { assignment, schema } of wanted)
      schemas.push(await this.planned(scope, schema.id, assignment.isPrimary));
    return { feature: { id: feature.id, name: feature.name }, environment: { id, name, slug }, schemas };
  }

  private async planned(scope: ProjectScope, id: string, isPrimary: boolean): Promise<PlannedSchema> {
    const schema = await this.schemas.getWritable(scope, id);
    return { id, name: schema.name, isReusable: schema.isReusable, isPrimary, compiled: this.compiled.of(schema) };
  }
}
