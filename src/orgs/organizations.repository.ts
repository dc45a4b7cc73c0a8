import { Injectable } from '@nestjs/common';
import { Database } from '../../libs/database/database.js';
import { afterId, type Page, type PageRequest, toPage } from '../../libs/database/page.js';
import { NotFound } from '../../libs/errors/errors.js';
import type { Caller } from '../access/caller.js';
import { Organization, OrganizationMember, type OrganizationRole } from './organization.entity.js';

@Injectable()
export class OrganizationsRepository {
  constructor(private readonly db: Database) {}

  /** Makes an organization that the caller owns. */
  async create(caller: Caller, values: Partial<Organization>): Promise<Organization> {
    const organizations = this.db.repository(Organization);
    const organization = await organizations.save(organizations.create({ ...values, createdBy: caller.userId }));
    await this.db
      .repository(OrganizationMember)
      .insert({ organizationId: organization.id, userId: caller.userId, role: 'owner' });
    return organization;
  }

  async list(caller: Caller, page: PageRequest): Promise<Page<Organization>> {
    const query = this.visible(caller)
      .orderBy('o.id')
      .limit(page.limit + 1);
    const after = afterId(page);
    if (after) query.andWhere('o.id > :after', { after });
    return toPage(await query.getMany(), page);
  }

  async getOrThrow(caller: Caller, id: string): Promise<Organization> {
    const organization = await this.visible(caller).andWhere('o.id = :id', { id }).getOne();
    if (!organization) throw new NotFound('organization.not_found', `There is no organization ${id} that you may see.`);
    return organization;
  }

  /** The caller's role; null for one who is no member. */
  async role(caller: Caller, organizationId: string): Promise<OrganizationRole | null> {
    const member = await this.db.repository(OrganizationMember).findOneBy({ organizationId, userId: caller.userId });
    return member?.role ?? null;
  }

  async update(caller: Caller, id: string, changes: Partial<Organization>): Promise<Organization> {
    await this.db.repository(Organization).update({ id }, { ...changes, updatedAt: new Date() });
    return this.getOrThrow(caller, id);
  }

  /** Keeps others from adding projects until the transaction ends. */
  async lock(_caller: Caller, id: string): Promise<void> {
    await this.db.repository(Organization).findOne({ where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  async remove(_caller: Caller, id: string): Promise<void> {
    await this.db.repository(Organization).delete({ id });
  }

  private visible(caller: Caller) {
    return this.db
      .repository(Organization)
      .createQueryBuilder('o')
      .innerJoin(OrganizationMember, 'm', 'm.organizationId = o.id AND m.userId = :userId', { userId: caller.userId });
  }
}
