import { Injectable } from '@nestjs/common';
import { translating } from '../../libs/database/constraint.js';
import type { Page, PageRequest } from '../../libs/database/page.js';
import { Conflict, LimitExceeded, NotFound } from '../../libs/errors/errors.js';
import { type ProjectScope, requirePermission, requireWritable } from '../access/project-scope.js';
import { SchemasService } from '../schemas/schemas.service.js';
import { filterSql } from '../test-data/record-filter.js';
import { readOrder } from '../test-data/record-order.js';
import type { CreateSavedFilter, UpdateSavedFilter } from './saved-filter.dto.js';
import type { SavedFilter } from './saved-filter.entity.js';
import { SavedFiltersRepository } from './saved-filters.repository.js';

/** Most filters of a schema that a person sees. */
const MOST = 500;

const taken = (): Conflict => new Conflict('filter.name_taken', 'Another filter of the schema has this name.');
const CONSTRAINTS = {
  record_filters_shared_name_idx: taken,
  record_filters_own_name_idx: taken,
  record_filters_schema_id_fkey: () => new NotFound('schema.not_found', 'The schema was deleted meanwhile.'),
};

/** Filters of records that are kept under names. */
@Injectable()
export class SavedFiltersService {
  constructor(
    private readonly filters: SavedFiltersRepository,
    private readonly schemas: SchemasService,
  ) {}

  /** Throws 403 where a reader shares one, 409 `filter.name_taken`, `filter.too_many`, 422 where it does not fit the schema. */
  async create(scope: ProjectScope, schemaId: string, given: CreateSavedFilter): Promise<SavedFilter> {
    const { name, filter, sort, is_shared = false } = given;
    requireWritable(scope);
    if (is_shared) requirePermission(scope, 'write', 'Sharing a filter');
    await this.requireFit(scope, schemaId, given);
    if ((await this.filters.count(scope, schemaId)) >= MOST)
      throw new LimitExceeded('filter.too_many', `A schema may have at most ${MOST} filters; delete some first.`);
    return translating(
      () => this.filters.create(scope, { schemaId, name, filter, sort: sort ?? null, isShared: is_shared }),
      CONSTRAINTS,
    );
  }

  /** Shared ones and the caller's own. */
  async list(scope: ProjectScope, schemaId: string, page: PageRequest): Promise<Page<SavedFilter>> {
    return this.filters.list(scope, schemaId, page);
  }

  /** Throws 404 also for those that others keep for themselves. */
  async get(scope: ProjectScope, schemaId: string, id: string): Promise<SavedFilter> {
    return this.filters.getOrThrow(scope, schemaId, id);
  }

  /** A shared one may be changed by all who may write. Throws as `create` does. */
  async update(scope: ProjectScope, schemaId: string, id: string, given: UpdateSavedFilter): Promise<SavedFilter> {
    const current = await this.getOwn(scope, schemaId, id);
    const { name, filter, sort, is_shared } = given;
    if (is_shared) requirePermission(scope, 'write', 'Sharing a filter');
    await this.requireFit(scope, schemaId, given);
    const changes = { name, filter, sort, isShared: is_shared };
    return translating(() => this.filters.update(scope, current, changes), CONSTRAINTS);
  }

  async remove(scope: ProjectScope, schemaId: string, id: string): Promise<void> {
    await this.filters.remove(scope, (await this.getOwn(scope, schemaId, id)).id);
  }

  /** The filter, for changing it. */
  private async getOwn(scope: ProjectScope, schemaId: string, id: string): Promise<SavedFilter> {
    requireWritable(scope);
    const filter = await this.filters.getOrThrow(scope, schemaId, id);
    if (filter.isShared) requirePermission(scope, 'write', 'Changing a shared filter');
    return filter;
  }

  private async requireFit(
    scope: ProjectScope,
    schemaId: string,
    { filter, sort }: Pick<UpdateSavedFilter, 'filter' | 'sort'>,
  ): Promise<void> {
    const { schemaDefinition } = await this.schemas.get(scope, schemaId);
    if (filter) filterSql(filter, schemaDefinition, 1);
    if (sort) readOrder(sort, schemaDefinition);
  }
}
