import { Injectable } from '@nestjs/common';
import { translating } from '../../libs/database/constraint.js';
import { Database } from '../../libs/database/database.js';
import type { Page, PageRequest } from '../../libs/database/page.js';
import { Conflict, Forbidden } from '../../libs/errors/errors.js';
import type { Caller } from '../access/caller.js';
import type { CreateOrganization, UpdateOrganization } from './organization.dto.js';
import type { Organization, OrganizationRole } from './organization.entity.js';
import { OrganizationsRepository } from './organizations.repository.js';
import { slugify } from '../../libs/text/slugify.js';

const ERRORS = {
  organizations_slug_key: () =>
    new Conflict('organization.slug_taken', 'Another organization has this slug; give another `slug`.'),
  projects_organization_id_fkey: () =>
    new Conflict('organization.has_projects', 'The organization still has projects; delete them first.'),
};

@Injectable()
export class OrganizationsService {
  constructor(
    private readonly db: Database,
    private readonly organizations: OrganizationsRepository,
  ) {}

  /** Throws 409 `organization.slug_taken`. */
  async create(caller: Caller, given: CreateOrganization): Promise<Organization> {
    const values = {
      name: given.name,
      slug: given.slug ?? slugify(given.name),
      description: given.description ?? null,
      logoUrl: given.logo_url ?? null,
    };
    return translating(() => this.db.transaction(() => this.organizations.create(caller, values)), ERRORS);
  }

  async list(caller: Caller, page: PageRequest): Promise<Page<Organization>> {
    return this.organizations.list(caller, page);
  }

  async get(caller: Caller, id: string): Promise<Organization> {
    return this.organizations.getOrThrow(caller, id);
  }

  async update(caller: Caller, id: string, changes: UpdateOrganization): Promise<Organization> {
    await this.requireRole(caller, id, ['owner', 'admin']);
    return this.organizations.update(caller, id, {
      name: changes.name,
      description: changes.description,
      logoUrl: changes.logo_url,
      status: changes.status,
    });
  }

  /** Throws 409 `organization.has_projects`. */
  async remove(caller: Caller, id: string): Promise<void> {
    await this.requireRole(caller, id, ['owner']);
    await translating(() => this.organizations.remove(caller, id), ERRORS);
  }

  /** The organization, held against other projects of it being made at the same time. Any member may add one. */
  async lockForProject(caller: Caller, id: string): Promise<Organization> {
    await this.organizations.getOrThrow(caller, id);
    await this.organizations.lock(caller, id);
    return this.organizations.getOrThrow(caller, id);
  }

  private async requireRole(caller: Caller, id: string, roles: OrganizationRole[]): Promise<void> {
    await this.organizations.getOrThrow(caller, id);
    const role = await this.organizations.role(caller, id);
    if (role && roles.includes(role)) return;
    throw new Forbidden(
      'organization.forbidden',
      `Only ${roles.join(' or ')} may do this; you are ${role ?? 'no member'}.`,
    );
  }
}
