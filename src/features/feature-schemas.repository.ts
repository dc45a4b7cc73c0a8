import { Injectable } from '@nestjs/common';
import { Database } from '../../libs/database/database.js';
import { NotFound } from '../../libs/errors/errors.js';
import type { ProjectScope } from '../access/project-scope.js';
import type { AssignedSchema, AvailableSchema, SchemaUser } from './feature.dto.js';
import { Feature, FeatureSchema } from './feature.entity.js';

const USERS = {
  name: 'feature_schemas.users',
  text: `
    SELECT feature.id, feature.name, assignment.is_primary
    FROM feature_schemas AS assignment JOIN features AS feature ON feature.id = assignment.feature_id
    WHERE assignment.schema_id = $1 AND assignment.project_id = $2 ORDER BY feature.name`,
};

const AVAILABLE = {
  name: 'feature_schemas.available',
  text: `
    SELECT schema.id, schema.name, schema.description FROM data_schemas AS schema
    WHERE schema.project_id = $2 AND schema.status = 'active'
      AND NOT EXISTS (SELECT FROM feature_schemas AS own WHERE own.feature_id = $1 AND own.schema_id = schema.id)
    ORDER BY schema.name`,
};

const NAMES = {
  name: 'feature_schemas.names',
  text: `
    SELECT schema.id, schema.name FROM feature_schemas AS assignment
    JOIN data_schemas AS schema ON schema.id = assignment.schema_id
    WHERE assignment.feature_id = $1 AND assignment.project_id = $2 AND schema.status <> 'deleting'`,
};

@Injectable()
export class FeatureSchemasRepository {
  constructor(private readonly db: Database) {}

  /** The primary schema first, then the others in the order of assignment. */
  async list(scope: ProjectScope, featureId: string): Promise<AssignedSchema[]> {
    const where = { featureId, projectId: scope.projectId };
    const assignments = await this.assignments.find({ where, order: { isPrimary: 'DESC', position: 'ASC' } });
    const { rows } = await this.db.query<{ id: string; name: string }>(NAMES, [featureId, scope.projectId]);
    return assignments.flatMap((assignment) => {
      const schema = rows.find(({ id }) => id === assignment.schemaId);
      return schema ? [{ assignment, schema }] : [];
    });
  }

  /** The feature, with its assignments held until the transaction ends. */
  async lockOrThrow(scope: ProjectScope, featureId: string): Promise<Feature> {
    const where = { id: featureId, projectId: scope.projectId };
    const feature = await this.db.repository(Feature).findOne({ where, lock: { mode: 'pessimistic_write' } });
    if (feature) return feature;
    throw new NotFound('feature.not_found', `There is no feature ${featureId} in this project.`);
  }

  /** Adds an assignment behind the others. */
  async create(scope: ProjectScope, featureId: string, schemaId: string, isPrimary: boolean): Promise<FeatureSchema> {
    const last = await this.assignments.maximum('position', { featureId, projectId: scope.projectId });
    const position = last === null ? 0 : last + 1;
    const own = { projectId: scope.projectId, createdBy: scope.userId };
    return this.assignments.save(this.assignments.create({ featureId, schemaId, isPrimary, position, ...own }));
  }

  async getOrThrow(scope: ProjectScope, featureId: string, schemaId: string): Promise<FeatureSchema> {
    const assignment = await this.assignments.findOneBy({ featureId, schemaId, projectId: scope.projectId });
    if (assignment) return assignment;
    throw new NotFound('feature.schema_not_assigned', `The feature does not have the schema ${schemaId}.`);
  }

  /** Makes one assignment the primary one; `null` leaves none. */
  async setPrimary(scope: ProjectScope, featureId: string, schemaId: string | null): Promise<void> {
    const own = { featureId, projectId: scope.projectId };
    await this.assignments.update({ ...own, isPrimary: true }, { isPrimary: false });
    if (schemaId) await this.assignments.update({ ...own, schemaId }, { isPrimary: true });
  }

  async remove(scope: ProjectScope, featureId: string, schemaId: string): Promise<void> {
    await this.assignments.delete({ featureId, schemaId, projectId: scope.projectId });
  }

  async listAvailable(scope: ProjectScope, featureId: string): Promise<AvailableSchema[]> {
    const { rows } = await this.db.query<AvailableSchema & object>(AVAILABLE, [featureId, scope.projectId]);
    return rows;
  }

  async listUsers(scope: ProjectScope, schemaId: string): Promise<SchemaUser[]> {
    const { rows } = await this.db.query<SchemaUser & object>(USERS, [schemaId, scope.projectId]);
    return rows;
  }

  private get assignments() {
    return this.db.repository(FeatureSchema);
  }
}
