import { Injectable } from '@nestjs/common';
import { Database } from '../../libs/database/database.js';
import type { Page } from '../../libs/database/page.js';
import { Conflict, LimitExceeded } from '../../libs/errors/errors.js';
import { AccessService } from '../access/access.service.js';
import type { Caller } from '../access/caller.js';
import { type ProjectScope, requirePermission, requireWritable } from '../access/project-scope.js';
import { EnvironmentsService } from '../environments/environments.service.js';
import { OrganizationsService } from '../orgs/organizations.service.js';
import type { CreateProject, ListProjects, UpdateProject, VisibleProject } from './project.dto.js';
import { ProjectsRepository } from './projects.repository.js';

@Injectable()
export class ProjectsService {
  constructor(
    private readonly db: Database,
    private readonly access: AccessService,
    private readonly organizations: OrganizationsService,
    private readonly environments: EnvironmentsService,
    private readonly projects: ProjectsRepository,
  ) {}

  /** Makes a project with its first environment, Development. Throws 409 `organization.project_limit`. */
  async create(caller: Caller, given: CreateProject): Promise<VisibleProject> {
    return this.db.transaction(async () => {
      const organizationId = given.organization_id ?? null;
      if (organizationId) await this.requireRoom(caller, organizationId);
      const { id } = await this.projects.create(caller, {
        name: given.name,
        description: given.description ?? null,
        organizationId,
        userId: organizationId ? null : caller.userId,
        isPersonal: organizationId === null,
      });
      const scope = await this.access.scope(caller, 'project', id, 'admin');
      await this.environments.createFirst(scope);
      return this.get(scope);
    });
  }

  async list(caller: Caller, query: ListProjects): Promise<Page<VisibleProject>> {
    return this.projects.list(caller, { organizationId: query.organization_id, status: query.status }, query);
  }

  async get(scope: ProjectScope): Promise<VisibleProject> {
    const project = await this.projects.getOrThrow(scope);
    return { id: project.id, project, permission: scope.permission };
  }

  /** Changes the project; archiving it and bringing it back need `admin`. Throws 409 `project.archived`. */
  async update(scope: ProjectScope, changes: UpdateProject): Promise<VisibleProject> {
    if (changes.status) requirePermission(scope, 'admin', 'Archiving');
    const current = await this.projects.getOrThrow(scope);
    const isComingBack = current.status === 'archived' && changes.status === 'active';
    if (!isComingBack) requireWritable(scope);
    const { name, description, status } = changes;
    const project = await this.projects.update(scope, { name, description, status });
    return { id: project.id, project, permission: scope.permission };
  }

  private async requireRoom(caller: Caller, organizationId: string): Promise<void> {
    const organization = await this.organizations.lockForProject(caller, organizationId);
    if (organization.status !== 'active') {
      throw new Conflict('organization.not_active', `The organization is ${organization.status}.`);
    }
    const count = await this.projects.countOf(caller, organizationId);
    if (count < organization.maxProjects) return;
    throw new LimitExceeded('organization.project_limit', `The plan allows ${organization.maxProjects} projects.`);
  }
}
