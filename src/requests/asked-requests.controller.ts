import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Endpoint } from '../../libs/http/endpoint.js';
import { Id } from '../../libs/http/id.js';
import { toPageResponse } from '../../libs/http/page.dto.js';
import { InProject, Needs } from '../access/access.decorators.js';
import type { ProjectScope } from '../access/project-scope.js';
import { IdempotencyKey, Idempotent } from '../idempotency/idempotency-key.decorator.js';
import {
  CreateRequest,
  FulfillRequest,
  ListQueue,
  ListRequests,
  RejectRequest,
  RequestPage,
  RequestResponse,
  RequestWithRecord,
  toRequestResponse,
} from './asked-request.dto.js';
import { AskedRequestsService } from './asked-requests.service.js';
import { RequestAnswers } from './request-answers.service.js';

const ARCHIVED = {
  'project.archived': 'the project is archived.',
  'environment.archived': 'the environment is archived.',
  'feature.archived': 'the feature is archived.',
  'schema.archived': 'the schema is archived.',
};
const NOT_PENDING = { 'request.not_pending': 'it was fulfilled, rejected or withdrawn already.' };
const CLOSED = { ...NOT_PENDING, 'project.archived': ARCHIVED['project.archived'] };

@ApiTags('requests')
@Controller()
export class AskedRequestsController {
  constructor(
    private readonly requests: AskedRequestsService,
    private readonly answers: RequestAnswers,
  ) {}

  @Post('features/:featureId/environments/:envId/requests')
  @Idempotent()
  @Needs('read', 'feature', 'featureId')
  @Endpoint({
    id: 'createRequest',
    summary: 'Ask the people of the project for a record',
    description:
      'For what no rule describes, and where the caller may not take it: in a protected environment too, those who may ' +
      'only read can ask. Nothing is handed out before somebody fulfils it.',
    conflicts: ARCHIVED,
  })
  async create(
    @InProject() scope: ProjectScope,
    @Id('featureId') featureId: string,
    @Id('envId') environmentId: string,
    @Body() body: CreateRequest,
    @IdempotencyKey() key: string | undefined,
  ): Promise<RequestResponse> {
    return toRequestResponse(await this.requests.create(scope, featureId, environmentId, body, key));
  }

  @Get('environments/:id/requests')
  @Needs('read', 'environment')
  @Endpoint({ id: 'listRequestQueue', summary: 'List what people ask each other for in an environment' })
  async listQueue(
    @InProject() scope: ProjectScope,
    @Id('id') id: string,
    @Query() query: ListQueue,
  ): Promise<RequestPage> {
    return toPageResponse(await this.requests.listQueue(scope, id, query), toRequestResponse);
  }

  @Get('projects/:projectId/requests')
  @Needs('read', 'project', 'projectId')
  @Endpoint({
    id: 'listRequests',
    summary: 'List everything that was asked for in a project',
    description:
      'Each record that was handed out, by whichever way, and each request of one person to another; they stay when records, ' +
      'schemas, features and environments are deleted.',
  })
  async list(@InProject() scope: ProjectScope, @Query() query: ListRequests): Promise<RequestPage> {
    return toPageResponse(await this.requests.list(scope, query), toRequestResponse);
  }

  @Get('requests/:id')
  @Needs('read', 'request')
  @Endpoint({ id: 'getRequest', summary: 'Get a request with the record that was handed out' })
  async get(@InProject() scope: ProjectScope, @Id('id') id: string): Promise<RequestWithRecord> {
    return this.answers.get(scope, id);
  }

  @Post('requests/:id/fulfill')
  @Idempotent()
  @Needs('write', 'request')
  @Endpoint({
    id: 'fulfillRequest',
    summary: 'Give the asker a record',
    description:
      'The one that `record_id` names, a new one, or by default one from stock. It is handed out to who asked: a single-use ' +
      'record is used up by it. Of two who fulfil a request at once, one does.',
    status: 200,
    conflicts: {
      ...NOT_PENDING,
      'record.not_active': 'the record is used or invalid.',
      'stock.empty': 'there is no active record.',
      'generation.not_enough_values': 'every value of a unique field is in use.',
      'generation.no_valid_row': 'the rules of the schema leave no row.',
      'generation.no_referenced_records': 'a required reference leads to a schema that is gone.',
      ...ARCHIVED,
    },
  })
  async fulfill(
    @InProject() scope: ProjectScope,
    @Id('id') id: string,
    @Body() body: FulfillRequest,
    @IdempotencyKey() key: string | undefined,
  ): Promise<RequestWithRecord> {
    return this.answers.fulfill(scope, id, body, key);
  }

  @Post('requests/:id/reject')
  @Needs('write', 'request')
  @Endpoint({ id: 'rejectRequest', summary: 'Say no to a request, with the reason', status: 200, conflicts: CLOSED })
  async reject(
    @InProject() scope: ProjectScope,
    @Id('id') id: string,
    @Body() body: RejectRequest,
  ): Promise<RequestResponse> {
    return toRequestResponse(await this.requests.reject(scope, id, body.response_notes));
  }

  @Post('requests/:id/withdraw')
  @Needs('read', 'request')
  @Endpoint({
    id: 'withdrawRequest',
    summary: 'Take back what I asked for',
    status: 200,
    forbidden: 'Somebody else asked for it.',
    conflicts: CLOSED,
  })
  async withdraw(@InProject() scope: ProjectScope, @Id('id') id: string): Promise<RequestResponse> {
    return toRequestResponse(await this.requests.withdraw(scope, id));
  }
}
