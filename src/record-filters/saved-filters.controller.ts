import { Body, Controller, Delete, Get, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Endpoint } from '../../libs/http/endpoint.js';
import { Id } from '../../libs/http/id.js';
import { PageQuery, toPageResponse } from '../../libs/http/page.dto.js';
import { InProject, Needs } from '../access/access.decorators.js';
import type { ProjectScope } from '../access/project-scope.js';
import {
  CreateSavedFilter,
  SavedFilterPage,
  SavedFilterResponse,
  toSavedFilterResponse,
  UpdateSavedFilter,
} from './saved-filter.dto.js';
import { SavedFiltersService } from './saved-filters.service.js';

const CONFLICTS = {
  'filter.name_taken': 'another filter of the schema has the name.',
  'project.archived': 'the project is archived.',
};
const SHARED = 'Sharing a filter, and changing a shared one, needs the permission `write`.';

@ApiTags('test-data')
@Controller('schemas/:schemaId/filters')
export class SavedFiltersController {
  constructor(private readonly filters: SavedFiltersService) {}

  @Post()
  @Needs('read', 'schema', 'schemaId')
  @Endpoint({
    id: 'createSavedFilter',
    summary: 'Keep a filter of records under a name',
    description: `Searches take it as \`filter_id\`. ${SHARED}`,
    conflicts: { 'filter.too_many': 'the schema has 500 filters that you see.', ...CONFLICTS },
  })
  async create(
    @InProject() scope: ProjectScope,
    @Id('schemaId') schemaId: string,
    @Body() body: CreateSavedFilter,
  ): Promise<SavedFilterResponse> {
    return toSavedFilterResponse(await this.filters.create(scope, schemaId, body));
  }

  @Get()
  @Needs('read', 'schema', 'schemaId')
  @Endpoint({ id: 'listSavedFilters', summary: 'List the shared filters of a schema and your own' })
  async list(
    @InProject() scope: ProjectScope,
    @Id('schemaId') schemaId: string,
    @Query() query: PageQuery,
  ): Promise<SavedFilterPage> {
    return toPageResponse(await this.filters.list(scope, schemaId, query), toSavedFilterResponse);
  }

  @Get(':filterId')
  @Needs('read', 'schema', 'schemaId')
  @Endpoint({ id: 'getSavedFilter', summary: 'Get a saved filter' })
  async get(
    @InProject() scope: ProjectScope,
    @Id('schemaId') schemaId: string,
    @Id('filterId') id: string,
  ): Promise<SavedFilterResponse> {
    return toSavedFilterResponse(await this.filters.get(scope, schemaId, id));
  }

  @Put(':filterId')
  @Needs('read', 'schema', 'schemaId')
  @Endpoint({ id: 'updateSavedFilter', summary: 'Change a saved filter', description: SHARED, conflicts: CONFLICTS })
  async update(
    @InProject() scope: ProjectScope,
    @Id('schemaId') schemaId: string,
    @Id('filterId') id: string,
    @Body() body: UpdateSavedFilter,
  ): Promise<SavedFilterResponse> {
    return toSavedFilterResponse(await this.filters.update(scope, schemaId, id, body));
  }

  @Delete(':filterId')
  @Needs('read', 'schema', 'schemaId')
  @Endpoint({
    id: 'deleteSavedFilter',
    summary: 'Delete a saved filter',
    description: SHARED,
    status: 204,
    conflicts: { 'project.archived': 'the project is archived.' },
  })
  async remove(
    @InProject() scope: ProjectScope,
    @Id('schemaId') schemaId: string,
    @Id('filterId') id: string,
  ): Promise<void> {
    await this.filters.remove(scope, schemaId, id);
  }
}
