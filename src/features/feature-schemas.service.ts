import { Injectable } from '@nestjs/common';
import { translating } from '../../libs/database/constraint.js';
import { Database } from '../../libs/database/database.js';
import { Conflict, NotFound } from '../../libs/errors/errors.js';
import { type ProjectScope, requireWritable } from '../access/project-scope.js';
import { SchemasService } from '../schemas/schemas.service.js';
import type { AssignedSchema, AssignSchema, AvailableSchema, SchemaUser } from './feature.dto.js';
import { FeatureSchemasRepository } from './feature-schemas.repository.js';

/** A bundle has one record of each schema, and more than a few dozen could not be told apart by people. */
const MAX_SCHEMAS = 50;

const ERRORS = {
  feature_schemas_feature_id_schema_id_key: () =>
    new Conflict('feature.schema_assigned', 'The feature has this schema already.'),
  feature_schemas_schema_id_fkey: () => new NotFound('schema.not_found', 'The schema has been deleted meanwhile.'),
};

/** Which schemas a feature's tests need. */
@Injectable()
export class FeatureSchemasService {
  constructor(
    private readonly db: Database,
    private readonly assignments: FeatureSchemasRepository,
    private readonly schemas: SchemasService,
  ) {}

  /** Throws 404 for a schema of another project, 409 `feature.schema_assigned`, `feature.schema_limit`. */
  async assign(scope: ProjectScope, featureId: string, given: AssignSchema): Promise<AssignedSchema> {
    requireWritable(scope);
    const schema = await this.schemas.getWritable(scope, given.schema_id);
    const assign = async (): Promise<AssignedSchema> => {
      await this.hold(scope, featureId);
      const present = await this.assignments.list(scope, featureId);
      if (present.length >= MAX_SCHEMAS) {
        throw new Conflict('feature.schema_limit', `A feature has at most ${MAX_SCHEMAS} schemas.`);
      }
      const isPrimary = given.is_primary === true || present.length === 0;
      if (isPrimary) await this.assignments.setPrimary(scope, featureId, null);
      return { assignment: await this.assignments.create(scope, featureId, schema.id, isPrimary), schema };
    };
    return translating(() => this.db.transaction(assign), ERRORS);
  }

  async list(scope: ProjectScope, featureId: string): Promise<AssignedSchema[]> {
    return this.assignments.list(scope, featureId);
  }

  /** Removes an assignment; where it was the primary one, the next in order becomes it. */
  async remove(scope: ProjectScope, featureId: string, schemaId: string): Promise<void> {
    requireWritable(scope);
    await this.db.transaction(async () => {
      await this.hold(scope, featureId);
      const { isPrimary } = await this.assignments.getOrThrow(scope, featureId, schemaId);
      await this.assignments.remove(scope, featureId, schemaId);
      const [next] = await this.assignments.list(scope, featureId);
      if (isPrimary && next) await this.assignments.setPrimary(scope, featureId, next.schema.id);
    });
  }

  async setPrimary(scope: ProjectScope, featureId: string, schemaId: string): Promise<AssignedSchema[]> {
    requireWritable(scope);
    return this.db.transaction(async () => {
      await this.hold(scope, featureId);
      await this.assignments.getOrThrow(scope, featureId, schemaId);
      await this.assignments.setPrimary(scope, featureId, schemaId);
      return this.assignments.list(scope, featureId);
    });
  }

  async listAvailable(scope: ProjectScope, featureId: string): Promise<AvailableSchema[]> {
    return this.assignments.listAvailable(scope, featureId);
  }

  /** The features that use a schema. */
  async listUsers(scope: ProjectScope, schemaId: string): Promise<SchemaUser[]> {
    return this.assignments.listUsers(scope, schemaId);
  }

  /** Keeps others from changing the assignments until the transaction ends. Throws 409 `feature.archived`. */
  private async hold(scope: ProjectScope, featureId: string): Promise<void> {
    const { status } = await this.assignments.lockOrThrow(scope, featureId);
    if (status === 'archived') throw new Conflict('feature.archived', 'The feature is archived and read-only.');
  }
}
