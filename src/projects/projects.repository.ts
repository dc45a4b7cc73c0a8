import { Injectable } from '@nestjs/common';
import { Database } from '../../libs/database/database.js';
import { afterId, type Page, type PageRequest, toPage } from '../../libs/database/page.js';
import { NotFound } from '../../libs/errors/errors.js';
import type { Caller } from '../access/caller.js';
import { PERMISSIONS } from '../access/permission.js';
import type { ProjectScope } from '../access/project-scope.js';
import { Project, ProjectAccess } from './project.entity.js';
import type { VisibleProject } from './project.dto.js';

@Injectable()
export class ProjectsRepository {
  constructor(private readonly db: Database) {}

  /** Makes a project; in an organization's, who makes it gets `admin`. */
  async create(caller: Caller, values: Partial<Project>): Promise<Project> {
    const project = await this.projects.save(this.projects.create({ ...values, createdBy: caller.userId }));
    if (project.isPersonal) return project;
    const access = {
      projectId: project.id,
      userId: caller.userId,
      permission: 'admin',
      grantedBy: caller.userId,
    } as const;
    await this.db.repository(ProjectAccess).insert(access);
    return project;
  }

  async countOf(_caller: Caller, organizationId: string): Promise<number> {
    return this.projects.countBy({ organizationId });
  }

  /** The projects on which the caller has any permission. */
  async list(
    caller: Caller,
    filter: { organizationId?: string; status?: string },
    page: PageRequest,
  ): Promise<Page<VisibleProject>> {
    const level = 'project_permission(:userId, p)';
    const query = this.projects.createQueryBuilder('p').addSelect(level, 'level').setParameter('userId', caller.userId);
    query.where(`${level} > 0`).andWhere("p.status <> 'deleting'");
    const after = afterId(page);
    if (after) query.andWhere('p.id > :after', { after });
    if (filter.organizationId) query.andWhere('p.organizationId = :organizationId', filter);
    if (filter.status) query.andWhere('p.status = :status', filter);
    const found = await query
      .orderBy('p.id')
      .limit(page.limit + 1)
      .getRawAndEntities<{ level: number }>();
    const rows = found.entities.map((project, i) => {
      const permission = PERMISSIONS[(found.raw[i]?.level ?? 1) - 1] ?? 'read';
      return { id: project.id, project, permission };
    });
    return toPage(rows, page);
  }

  async getOrThrow(scope: ProjectScope): Promise<Project> {
    const project = await this.projects.findOneBy({ id: scope.projectId });
    if (!project) throw new NotFound('project.not_found', `There is no project ${scope.projectId} that you may see.`);
    return project;
  }

  async update(scope: ProjectScope, changes: Partial<Project>): Promise<Project> {
    await this.projects.update({ id: scope.projectId }, { ...changes, updatedAt: new Date() });
    return this.getOrThrow(scope);
  }

  async remove(scope: ProjectScope): Promise<void> {
    await this.projects.delete({ id: scope.projectId });
  }

  private get projects() {
    return this.db.repository(Project);
  }
}
