import { Body, Controller, Delete, Get, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Endpoint } from '../../libs/http/endpoint.js';
import { Id } from '../../libs/http/id.js';
import { toPageResponse } from '../../libs/http/page.dto.js';
import { Found, InProject, Needs } from '../access/access.decorators.js';
import type { ProjectScope } from '../access/project-scope.js';
import {
  CreateRecord,
  InvalidateRecord,
  RecordPage,
  RecordResponse,
  type RecordRow,
  toRecordResponse,
  UpdateRecord,
} from './record.dto.js';
import { GetRecord } from './as-of.dto.js';
import { ListRecords, SearchRecords, toSearch } from './record-search.dto.js';
import { RecordSearch } from './record-search.service.js';
import { GRANT_WITH_RECORD } from './records.repository.js';
import { RecordsService } from './records.service.js';

const READ_ONLY = {
  'project.archived': 'the project is archived.',
  'environment.archived': 'the environment is archived.',
};

@ApiTags('test-data')
@Controller()
export class RecordsController {
  constructor(
    private readonly records: RecordsService,
    private readonly searches: RecordSearch,
  ) {}

  @Post('schemas/:schemaId/environments/:envId/test-data')
  @Needs('write', 'schema', 'schemaId')
  @Endpoint({
    id: 'createRecord',
    summary: 'Add a record by hand',
    conflicts: {
      'record.duplicate': 'another record of the stock has the value of a unique field.',
      'schema.archived': 'the schema is archived.',
      ...READ_ONLY,
    },
  })
  async create(
    @InProject() scope: ProjectScope,
    @Id('schemaId') schemaId: string,
    @Id('envId') environmentId: string,
    @Body() body: CreateRecord,
  ): Promise<RecordResponse> {
    return toRecordResponse(await this.records.create(scope, schemaId, environmentId, body.data_values));
  }

  @Get('schemas/:schemaId/environments/:envId/test-data')
  @Needs('read', 'schema', 'schemaId')
  @Endpoint({
    id: 'listRecords',
    summary: 'List the records of a schema in an environment',
    notFound: 'The schema, the environment or the saved filter does not exist, or the caller may not see it.',
  })
  async list(
    @InProject() scope: ProjectScope,
    @Id('schemaId') schemaId: string,
    @Id('envId') environmentId: string,
    @Query() query: ListRecords,
  ): Promise<RecordPage> {
    const page = await this.searches.list(scope, schemaId, environmentId, toSearch(query));
    return toPageResponse(page, toRecordResponse);
  }

  @Post('schemas/:schemaId/environments/:envId/test-data/search')
  @Needs('read', 'schema', 'schemaId')
  @Endpoint({
    id: 'searchRecords',
    summary: 'Search the records of a schema in an environment by their values',
    description:
      'By fields that are `searchable` in the definition of the schema, stocks of any size are searched and put in order; by ' +
      'others, stocks of at most 100,000 records. Above that the answer is 422 `search.stock_too_large`, which names the fields ' +
      'and what to do. A search that takes longer than 10 seconds ends with 422 `search.too_slow`.',
    status: 200,
    notFound: 'The schema, the environment or the saved filter does not exist, or the caller may not see it.',
  })
  async search(
    @InProject() scope: ProjectScope,
    @Id('schemaId') schemaId: string,
    @Id('envId') environmentId: string,
    @Body() body: SearchRecords,
  ): Promise<RecordPage> {
    return toPageResponse(await this.searches.list(scope, schemaId, environmentId, body), toRecordResponse);
  }

  @Get('test-data/:id')
  @Needs('read', 'record', 'id', GRANT_WITH_RECORD)
  @Endpoint({ id: 'getRecord', summary: 'Get a record' })
  async get(
    @InProject() scope: ProjectScope,
    @Found() record: RecordRow,
    @Query() query: GetRecord,
  ): Promise<RecordResponse> {
    return toRecordResponse(await this.searches.show(scope, record, query.as_of));
  }

  @Put('test-data/:id')
  @Needs('write', 'record')
  @Endpoint({
    id: 'updateRecord',
    summary: "Replace a record's values",
    conflicts: {
      'record.duplicate': 'another record of the stock has the value of a unique field.',
      'schema.archived': 'the schema is archived.',
      ...READ_ONLY,
    },
  })
  async update(
    @InProject() scope: ProjectScope,
    @Id('id') id: string,
    @Body() body: UpdateRecord,
  ): Promise<RecordResponse> {
    return toRecordResponse(await this.records.update(scope, id, body.data_values));
  }

  @Delete('test-data/:id')
  @Needs('write', 'record')
  @Endpoint({
    id: 'deleteRecord',
    summary: 'Delete a record',
    description: 'In a protected environment this needs the permission `admin`.',
    status: 204,
    conflicts: READ_ONLY,
  })
  async remove(@InProject() scope: ProjectScope, @Id('id') id: string): Promise<void> {
    await this.records.remove(scope, id);
  }

  @Post('test-data/:id/mark-used')
  @Needs('write', 'record')
  @Endpoint({
    id: 'markRecordUsed',
    summary: 'Mark a record as used',
    status: 200,
    conflicts: { 'record.not_active': 'the record is used or invalid already.', ...READ_ONLY },
  })
  async markUsed(@InProject() scope: ProjectScope, @Id('id') id: string): Promise<RecordResponse> {
    return toRecordResponse(await this.records.markUsed(scope, id));
  }

  @Post('test-data/:id/reactivate')
  @Needs('write', 'record')
  @Endpoint({
    id: 'reactivateRecord',
    summary: 'Make a used or invalid record active again',
    status: 200,
    conflicts: { 'record.active': 'the record is active already.', ...READ_ONLY },
  })
  async reactivate(@InProject() scope: ProjectScope, @Id('id') id: string): Promise<RecordResponse> {
    return toRecordResponse(await this.records.reactivate(scope, id));
  }

  @Post('test-data/:id/invalidate')
  @Needs('write', 'record')
  @Endpoint({
    id: 'invalidateRecord',
    summary: 'Take a record out of use, with the reason',
    description: 'It is kept, and not handed out until it is made active again.',
    status: 200,
    conflicts: { 'record.is_invalid': 'the record is invalid already.', ...READ_ONLY },
  })
  async invalidate(
    @InProject() scope: ProjectScope,
    @Id('id') id: string,
    @Body() body: InvalidateRecord,
  ): Promise<RecordResponse> {
    return toRecordResponse(await this.records.invalidate(scope, id, body.reason));
  }
}
