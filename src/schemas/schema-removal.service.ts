import { Injectable } from '@nestjs/common';
import { Database } from '../../libs/database/database.js';
import { Conflict } from '../../libs/errors/errors.js';
import type { ProjectScope } from '../access/project-scope.js';
import { FeatureSchemasService } from '../features/feature-schemas.service.js';
import type { JobRun } from '../jobs/job-run.entity.js';
import { RemovalsService } from '../removals/removals.service.js';
import { SchemasService } from './schemas.service.js';

@Injectable()
export class SchemaRemovalService {
  constructor(
    private readonly db: Database,
    private readonly schemas: SchemasService,
    private readonly features: FeatureSchemasService,
    private readonly removals: RemovalsService,
  ) {}

  /** Deletes the schema with its records. Throws 409 `schema.in_use` where something uses it, unless `force`. */
  async remove(scope: ProjectScope, id: string, force: boolean): Promise<JobRun | null> {
    return this.db.transaction(async () => {
      await this.schemas.lockDefinitions(scope);
      await this.schemas.get(scope, id);
      if (!force) await this.requireUnused(scope, id);
      return this.removals.remove(scope, 'schema', id);
    });
  }

  private async requireUnused(scope: ProjectScope, id: string): Promise<void> {
    const features = await this.features.listUsers(scope, id);
    const schemas = await this.schemas.listReferrers(scope, id);
    const users = [
      ...features.map(({ name }) => `the feature ${name}`),
      ...schemas.map((name) => `the schema ${name}`),
    ];
    if (users.length === 0) return;
    throw new Conflict(
      'schema.in_use',
      `The schema is used by ${users.slice(0, 10).join(', ')}; delete with force=true to delete it all the same.`,
    );
  }
}
