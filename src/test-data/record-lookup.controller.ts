import { Controller, Get, Headers, Query, Res } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiQuery, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Endpoint } from '../../libs/http/endpoint.js';
import { Id } from '../../libs/http/id.js';
import { Found, InProject, Needs } from '../access/access.decorators.js';
import type { ProjectScope } from '../access/project-scope.js';
import { RecordLookup } from './record-lookup.service.js';
import { RecordSearch } from './record-search.service.js';
import { RecordTextQuery, RecordTextResponse, toRecordText } from './record-text.dto.js';
import { RecordResponse, type RecordRow, toRecordResponse } from './record.dto.js';
import { GRANT_WITH_RECORD } from './records.repository.js';

@ApiTags('test-data')
@ApiExtraModels(RecordTextResponse)
@Controller()
export class RecordLookupController {
  constructor(
    private readonly lookup: RecordLookup,
    private readonly searches: RecordSearch,
  ) {}

  @Get('schemas/:schemaId/environments/:envId/test-data/by-key')
  @Needs('read', 'schema', 'schemaId')
  @Endpoint({
    id: 'getRecordByKey',
    summary: 'Get the record that has these values under a unique key',
    description:
      'The query names the fields of one unique key and their values, exact ones: `?email=a@test.com`, or `?key[email]=a@test.com`, ' +
      'as generated clients send it (and for a field that is called `as_of`). Answered at any size of the stock.',
    notFound: 'The schema or the environment does not exist, or no record has these values: `detail` names the key.',
  })
  @ApiQuery({
    name: 'key',
    required: false,
    style: 'deepObject',
    explode: true,
    description: 'The fields of a unique key and their values.',
    schema: { type: 'object', additionalProperties: { type: 'string' }, example: { email: 'john@test.com' } },
  })
  @ApiQuery({
    name: 'as_of',
    required: false,
    description: 'Shows values as they would be at this moment: `now`, a date or an RFC 3339 date-time.',
    schema: { type: 'string', example: 'now' },
  })
  async getByKey(
    @InProject() scope: ProjectScope,
    @Id('schemaId') schemaId: string,
    @Id('envId') environmentId: string,
    @Query() query: Record<string, unknown>,
  ): Promise<RecordResponse> {
    return toRecordResponse(await this.lookup.getByKey(scope, schemaId, environmentId, query));
  }

  @Get('test-data/:id/as')
  @Needs('read', 'record', 'id', GRANT_WITH_RECORD)
  @Endpoint({
    id: 'getRecordAs',
    summary: 'Get the values of a record as JSON, as form fields or as a cURL command',
    description: 'With `Accept: text/plain` the answer is the text alone, to be piped into a program.',
  })
  @ApiOkResponse({
    description: 'The values as a text.',
    content: {
      'application/json': { schema: { $ref: getSchemaPath(RecordTextResponse) } },
      'text/plain': { schema: { type: 'string', example: 'username=john_doe&age=28' } },
    },
  })
  async getAs(
    @InProject() scope: ProjectScope,
    @Found() record: RecordRow,
    @Query() query: RecordTextQuery,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RecordTextResponse | string> {
    return asAccepted(reply, accept, toRecordText(await this.searches.show(scope, record, query.as_of), query));
  }
}

/** The text alone, where that is what is asked for. */
function asAccepted(
  reply: FastifyReply,
  accept: string | undefined,
  response: RecordTextResponse,
): RecordTextResponse | string {
  if (!/^\s*text\/plain\b/.test(accept ?? '')) return response;
  void reply.type('text/plain; charset=utf-8');
  return response.text;
}
