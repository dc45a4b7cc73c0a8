import { Injectable } from '@nestjs/common';
import { Database } from '../../libs/database/database.js';
import { afterId, type Page, type PageRequest, toPage } from '../../libs/database/page.js';
import { NotFound } from '../../libs/errors/errors.js';
import type { ProjectScope } from '../access/project-scope.js';
import { SavedFilter } from './saved-filter.entity.js';

/** Those that the caller may see: shared ones and their own. */
const SEEN = 's.projectId = :projectId AND s.schemaId = :schemaId AND (s.isShared OR s.createdBy = :userId)';

@Injectable()
export class SavedFiltersRepository {
  constructor(private readonly db: Database) {}

  async create(scope: ProjectScope, values: Partial<SavedFilter>): Promise<SavedFilter> {
    const own = { projectId: scope.projectId, createdBy: scope.userId };
    const { id, schemaId } = await this.filters.save(this.filters.create({ ...values, ...own }));
    return this.getOrThrow(scope, schemaId, id);
  }

  async list(scope: ProjectScope, schemaId: string, page: PageRequest): Promise<Page<SavedFilter>> {
    const query = this.seen(scope, schemaId);
    const after = afterId(page);
    if (after) query.andWhere('s.id > :after', { after });
    return toPage(
      await query
        .orderBy('s.id')
        .limit(page.limit + 1)
        .getMany(),
      page,
    );
  }

  /** How many the caller sees. */
  async count(scope: ProjectScope, schemaId: string): Promise<number> {
    return this.seen(scope, schemaId).getCount();
  }

  async getOrThrow(scope: ProjectScope, schemaId: string, id: string): Promise<SavedFilter> {
    const filter = await this.seen(scope, schemaId).andWhere('s.id = :id', { id }).getOne();
    if (!filter) throw new NotFound('filter.not_found', `The schema has no filter ${id} that you may see.`);
    return filter;
  }

  async update(
    scope: ProjectScope,
    { id, schemaId }: SavedFilter,
    changes: Partial<SavedFilter>,
  ): Promise<SavedFilter> {
    await this.filters.update({ id, projectId: scope.projectId }, { ...changes, updatedAt: new Date() });
    return this.getOrThrow(scope, schemaId, id);
  }

  async remove({ projectId }: ProjectScope, id: string): Promise<void> {
    await this.filters.delete({ id, projectId });
  }

  private seen({ projectId, userId }: ProjectScope, schemaId: string) {
    return this.filters.createQueryBuilder('s').where(SEEN, { projectId, userId, schemaId });
  }

  private get filters() {
    return this.db.repository(SavedFilter);
  }
}
