import { Injectable } from '@nestjs/common';
import { Not } from 'typeorm';
import { Database } from '../../libs/database/database.js';
import { afterId, type Page, type PageRequest, toPage } from '../../libs/database/page.js';
import { NotFound } from '../../libs/errors/errors.js';
import type { ProjectScope } from '../access/project-scope.js';
import { Environment } from './environment.entity.js';

const LOCK_PROJECT = {
  name: 'environments.lock_project',
  text: 'SELECT id FROM projects WHERE id = $1 FOR NO KEY UPDATE',
};

@Injectable()
export class EnvironmentsRepository {
  constructor(private readonly db: Database) {}

  async create(scope: ProjectScope, values: Partial<Environment>): Promise<Environment> {
    const own = { projectId: scope.projectId, createdBy: scope.userId };
    return this.environments.save(this.environments.create({ ...values, ...own }));
  }

  async list(scope: ProjectScope, page: PageRequest): Promise<Page<Environment>> {
    const query = this.environments.createQueryBuilder('e').where('e.projectId = :projectId', scope);
    query.andWhere("e.status <> 'deleting'");
    const after = afterId(page);
    if (after) query.andWhere('e.id > :after', { after });
    return toPage(
      await query
        .orderBy('e.id')
        .limit(page.limit + 1)
        .getMany(),
      page,
    );
  }

  async listAll({ projectId }: ProjectScope): Promise<Environment[]> {
    return this.environments.find({ where: { projectId, status: Not('deleting' as const) }, order: { id: 'ASC' } });
  }

  async getOrThrow(scope: ProjectScope, id: string): Promise<Environment> {
    const where = { id, projectId: scope.projectId, status: Not('deleting' as const) };
    const environment = await this.environments.findOneBy(where);
    if (!environment) throw new NotFound('environment.not_found', `There is no environment ${id} in this project.`);
    return environment;
  }

  async getDefault(scope: ProjectScope): Promise<Environment> {
    const environment = await this.environments.findOneBy({ projectId: scope.projectId, isDefault: true });
    if (!environment) throw new NotFound('environment.no_default', 'The project has no default environment.');
    return environment;
  }

  async update(scope: ProjectScope, id: string, changes: Partial<Environment>): Promise<Environment> {
    await this.environments.update({ id, projectId: scope.projectId }, { ...changes, updatedAt: new Date() });
    return this.getOrThrow(scope, id);
  }

  /** Makes an active environment the default; two calls at once come one after the other. Says whether it was active. */
  async setDefault(scope: ProjectScope, id: string): Promise<boolean> {
    await this.db.query(LOCK_PROJECT, [scope.projectId]);
    await this.environments.update({ projectId: scope.projectId, isDefault: true }, { isDefault: false });
    const active = { id, projectId: scope.projectId, status: 'active' as const };
    const { affected } = await this.environments.update(active, { isDefault: true, updatedAt: new Date() });
    return affected === 1;
  }

  /** Whether the project has a default environment that can be worked in. */
  async hasDefault(scope: ProjectScope): Promise<boolean> {
    return this.environments.existsBy({ projectId: scope.projectId, isDefault: true, status: 'active' });
  }

  private get environments() {
    return this.db.repository(Environment);
  }
}
