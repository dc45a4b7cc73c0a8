import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Endpoint } from '../../libs/http/endpoint.js';
import { Id } from '../../libs/http/id.js';
import { PageQuery, toPageResponse } from '../../libs/http/page.dto.js';
import { InProject, Needs } from '../access/access.decorators.js';
import type { ProjectScope } from '../access/project-scope.js';
import { RecordHistoryPage, toRecordEvent } from './record-history.dto.js';
import { RecordHistoryReadModel } from './record-history.read-model.js';

@ApiTags('test-data')
@Controller('test-data')
export class RecordHistoryController {
  constructor(private readonly history: RecordHistoryReadModel) {}

  @Get(':id/history')
  @Needs('read', 'past_record')
  @Endpoint({
    id: 'getRecordHistory',
    summary: 'List what happened to a record',
    description:
      'How it was made, to whom it was handed out, and every change of its state, its lease and its values, whoever or ' +
      'whatever did it; also of a record that is deleted.',
  })
  async list(
    @InProject() scope: ProjectScope,
    @Id('id') id: string,
    @Query() query: PageQuery,
  ): Promise<RecordHistoryPage> {
    return toPageResponse(await this.history.list(scope, id, query), toRecordEvent);
  }
}
