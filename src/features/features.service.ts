import { Injectable } from '@nestjs/common';
import { translating } from '../../libs/database/constraint.js';
import { Database } from '../../libs/database/database.js';
import type { Page } from '../../libs/database/page.js';
import { Conflict, NotFound } from '../../libs/errors/errors.js';
import type { Caller } from '../access/caller.js';
import { type ProjectScope, requireWritable } from '../access/project-scope.js';
import { EnvironmentsService } from '../environments/environments.service.js';
import type { CreateFeature, FeatureWithHealth, ListFeatures, UpdateFeature } from './feature.dto.js';
import { FeatureSchemasService } from './feature-schemas.service.js';
import { FeaturesRepository } from './features.repository.js';

const TAKEN = {
  features_project_id_name_key: () =>
    new Conflict('feature.name_taken', 'Another feature of the project has this name.'),
  features_project_id_fkey: () => new NotFound('project.not_found', 'The project has been deleted meanwhile.'),
};

@Injectable()
export class FeaturesService {
  constructor(
    private readonly db: Database,
    private readonly features: FeaturesRepository,
    private readonly assignments: FeatureSchemasService,
    private readonly environments: EnvironmentsService,
  ) {}

  /** Makes a feature, attached to the default environment, with its schemas. Throws 409 `feature.name_taken`. */
  async create(scope: ProjectScope, given: CreateFeature): Promise<FeatureWithHealth> {
    requireWritable(scope);
    const values = { name: given.name, description: given.description ?? null };
    return translating(
      () =>
        this.db.transaction(async () => {
          const { id } = await this.features.create(scope, values);
          await this.features.attach(scope, id, (await this.environments.getDefault(scope)).id);
          for (const schema_id of given.schema_ids ?? []) await this.assignments.assign(scope, id, { schema_id });
          return this.features.getOrThrow(scope, id);
        }),
      TAKEN,
    );
  }

  /** Gives an environment the health that the features have in another one. Needs a transaction. */
  async copyHealth(scope: ProjectScope, from: string, to: string): Promise<void> {
    await this.features.copyStatuses(scope, from, to);
  }

  async list(scope: ProjectScope, query: ListFeatures): Promise<Page<FeatureWithHealth>> {
    return this.features.list(scope, query.search, query);
  }

  async listEverywhere(caller: Caller, query: ListFeatures): Promise<Page<FeatureWithHealth>> {
    return this.features.listEverywhere(caller, query.search, query);
  }

  async get(scope: ProjectScope, id: string): Promise<FeatureWithHealth> {
    return this.features.getOrThrow(scope, id);
  }

  /** Throws 409 `feature.name_taken`, `feature.archived`. */
  async update(scope: ProjectScope, id: string, changes: UpdateFeature): Promise<FeatureWithHealth> {
    requireWritable(scope);
    const { feature } = await this.features.getOrThrow(scope, id);
    if (feature.status === 'archived' && changes.status !== 'active') {
      throw new Conflict('feature.archived', 'The feature is archived; make it active first.');
    }
    const { name, description, status } = changes;
    return translating(() => this.features.update(scope, id, { name, description, status }), TAKEN);
  }

  /** Deletes the feature with its statuses and logs; what was handed out for it stays on record. */
  async remove(scope: ProjectScope, id: string): Promise<void> {
    await this.features.remove(scope, id);
  }
}
