import { Injectable } from '@nestjs/common';
import { ILike, In, type SelectQueryBuilder } from 'typeorm';
import { Database } from '../../libs/database/database.js';
import { afterId, type Page, type PageRequest, toPage } from '../../libs/database/page.js';
import { NotFound } from '../../libs/errors/errors.js';
import type { Caller } from '../access/caller.js';
import type { ProjectScope } from '../access/project-scope.js';
import type { FeatureWithHealth } from './feature.dto.js';
import { Feature } from './feature.entity.js';
import { FeatureEnvironmentStatus } from './feature-status.entity.js';

const COPY_STATUSES = {
  name: 'features.copy_statuses',
  text: `
    INSERT INTO feature_environment_status (project_id, feature_id, environment_id, is_working, error_message,
      last_tested_at, last_tested_by)
    SELECT project_id, feature_id, $3, is_working, error_message, last_tested_at, last_tested_by
    FROM feature_environment_status WHERE project_id = $1 AND environment_id = $2`,
};

@Injectable()
export class FeaturesRepository {
  constructor(private readonly db: Database) {}

  async create(scope: ProjectScope, values: Partial<Feature>): Promise<Feature> {
    const own = { projectId: scope.projectId, createdBy: scope.userId };
    return this.features.save(this.features.create({ ...values, ...own }));
  }

  /** Attaches a feature to an environment, untested. */
  async attach(scope: ProjectScope, featureId: string, environmentId: string): Promise<void> {
    const status = { featureId, environmentId, projectId: scope.projectId };
    await this.db.repository(FeatureEnvironmentStatus).insert(status);
  }

  /** Gives an environment the statuses that the features have in another one. */
  async copyStatuses(scope: ProjectScope, from: string, to: string): Promise<void> {
    await this.db.query(COPY_STATUSES, [scope.projectId, from, to]);
  }

  async list(scope: ProjectScope, search: string | undefined, page: PageRequest): Promise<Page<FeatureWithHealth>> {
    const query = this.features.createQueryBuilder('f').where('f.projectId = :projectId', scope);
    return this.page(query, search, page);
  }

  /** The features of every project that the caller may read. */
  async listEverywhere(
    caller: Caller,
    search: string | undefined,
    page: PageRequest,
  ): Promise<Page<FeatureWithHealth>> {
    const query = this.features
      .createQueryBuilder('f')
      .innerJoin('projects', 'p', "p.id = f.projectId AND p.status <> 'deleting'")
      .where('project_permission(:userId, p) > 0', { userId: caller.userId });
    return this.page(query, search, page);
  }

  async getOrThrow(scope: ProjectScope, id: string): Promise<FeatureWithHealth> {
    const feature = await this.features.findOneBy({ id, projectId: scope.projectId });
    if (!feature) throw new NotFound('feature.not_found', `There is no feature ${id} in this project.`);
    const [found] = await this.withHealth([feature]);
    return found as FeatureWithHealth;
  }

  async update(scope: ProjectScope, id: string, changes: Partial<Feature>): Promise<FeatureWithHealth> {
    await this.features.update({ id, projectId: scope.projectId }, { ...changes, updatedAt: new Date() });
    return this.getOrThrow(scope, id);
  }

  async remove(scope: ProjectScope, id: string): Promise<void> {
    await this.features.delete({ id, projectId: scope.projectId });
  }

  private async page(
    query: SelectQueryBuilder<Feature>,
    search: string | undefined,
    page: PageRequest,
  ): Promise<Page<FeatureWithHealth>> {
    if (search) query.andWhere({ name: ILike(`%${search.replace(/[\\%_]/g, '\\$&')}%`) });
    const after = afterId(page);
    if (after) query.andWhere('f.id > :after', { after });
    const { data, nextCursor } = toPage(
      await query
        .orderBy('f.id')
        .limit(page.limit + 1)
        .getMany(),
      page,
    );
    return { data: await this.withHealth(data), nextCursor };
  }

  private async withHealth(features: Feature[]): Promise<FeatureWithHealth[]> {
    const statuses = await this.db
      .repository(FeatureEnvironmentStatus)
      .createQueryBuilder('s')
      .innerJoin('environments', 'e', "e.id = s.environmentId AND e.status <> 'deleting'")
      .where({ featureId: In(features.map(({ id }) => id)) })
      .orderBy('s.id')
      .getMany();
    return features.map((feature) => ({
      id: feature.id,
      feature,
      health: statuses.filter(({ featureId }) => featureId === feature.id),
    }));
  }

  private get features() {
    return this.db.repository(Feature);
  }
}
