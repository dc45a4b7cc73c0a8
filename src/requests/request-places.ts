import { Injectable } from '@nestjs/common';
import { Conflict, NotFound } from '../../libs/errors/errors.js';
import type { ProjectScope } from '../access/project-scope.js';
import { EnvironmentsService } from '../environments/environments.service.js';
import { FeatureSchemasService } from '../features/feature-schemas.service.js';
import { FeaturesService } from '../features/features.service.js';
import type { DataSchema } from '../schemas/data-schema.entity.js';
import { SchemasService } from '../schemas/schemas.service.js';

/** What a request of a person is about. */
export interface RequestPlace {
  featureId: string;
  environmentId: string;
  schemaId: string;
}

/** Whether records can be asked for and handed out somewhere. */
@Injectable()
export class RequestPlaces {
  constructor(
    private readonly features: FeaturesService,
    private readonly assignments: FeatureSchemasService,
    private readonly environments: EnvironmentsService,
    private readonly schemas: SchemasService,
  ) {}

  /** The schema. Throws 404 for what is gone, 409 for what is archived. */
  async requireOpen(scope: ProjectScope, { featureId, environmentId, schemaId }: RequestPlace): Promise<DataSchema> {
    const { feature } = await this.features.get(scope, featureId);
    await this.environments.getWritable(scope, environmentId);
    if (feature.status !== 'active') throw new Conflict('feature.archived', 'The feature is archived and read-only.');
    return this.schemas.getWritable(scope, schemaId);
  }

  /** Throws 404 `feature.schema_not_assigned`. */
  async requireAssigned(scope: ProjectScope, { featureId, schemaId }: RequestPlace): Promise<void> {
    const assigned = await this.assignments.list(scope, featureId);
    if (assigned.some(({ schema }) => schema.id === schemaId)) return;
    throw new NotFound('feature.schema_not_assigned', `The feature does not have the schema ${schemaId}.`);
  }
}
