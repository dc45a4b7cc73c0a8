import { Body, Controller, Get, Header, Post } from '@nestjs/common';
import { ApiExtension, ApiTags } from '@nestjs/swagger';
import { Endpoint } from '../../libs/http/endpoint.js';
import { Gone } from '../../libs/http/gone.js';
import { Id } from '../../libs/http/id.js';
import { SignedIn } from '../access/access.decorators.js';
import type { Caller } from '../access/caller.js';
import { IdempotencyKey, Idempotent } from '../idempotency/idempotency-key.decorator.js';
import { BundleResponse, HandOutResponse } from './bundle.dto.js';
import { RequestData, simpleQuestion, toQuestion } from './request-data.dto.js';
import { RequestsService } from './requests.service.js';

const EFFECT =
  'Single-use records are used up by it; reusable ones are only noted as handed out. What the stock lacks is made on ' +
  'the spot. In a protected environment this needs the permission `write`.';
const CONFLICTS = {
  'generation.not_enough_values': 'the stock is empty and every value of a unique field is in use.',
  'generation.no_valid_row': 'the rules of the schema leave no row.',
  'generation.no_referenced_records': 'a required reference leads to a schema that is gone.',
  'project.archived': 'the project is archived.',
  'environment.archived': 'the environment is archived.',
  'feature.archived': 'the feature is archived.',
  'schema.archived': 'one of the schemas is archived.',
  'lease.ended': 'what was handed out under the key has been given back since.',
};

@ApiTags('requests')
@Controller('features/:featureId/environments/:envId/request-data')
export class RequestsController {
  constructor(private readonly requests: RequestsService) {}

  @Get()
  @Idempotent()
  @Header('cache-control', 'no-store')
  @ApiExtension('x-permission', 'read')
  @ApiExtension('x-resource', 'feature')
  @Endpoint({
    id: 'requestData',
    summary: 'Ask for the data that a feature needs',
    description: `Answers with one record of each of the feature's schemas, all or nothing. ${EFFECT}`,
    forbidden: 'The environment is protected, and the caller may only read.',
    conflicts: { 'feature.no_schema': 'the feature has no schema.', ...CONFLICTS },
  })
  async requestAll(
    @SignedIn() caller: Caller,
    @Id('featureId') featureId: string,
    @Id('envId') environmentId: string,
    @IdempotencyKey() key: string | undefined,
  ): Promise<BundleResponse> {
    return this.requests.request(caller, simpleQuestion({ featureId, environmentId }), key);
  }

  @Post()
  @Idempotent()
  @Header('cache-control', 'no-store')
  @ApiExtension('x-permission', 'read')
  @ApiExtension('x-resource', 'feature')
  @Endpoint({
    id: 'requestBundles',
    summary: 'Ask for bundles of the data that a feature needs',
    description:
      'The same as GET, for all that GET cannot say: some of the schemas, several bundles, records that fit a filter, records ' +
      `on lease, and what happens where the stock lacks something. ${EFFECT}`,
    forbidden: 'The environment is protected, and the caller may only read.',
    conflicts: {
      'feature.no_schema': 'the feature has no schema.',
      'stock.empty': 'the stock lacks something, and nothing is to be made; `Retry-After` says when to ask again.',
      'stock.filter_unmet': 'the stock has nothing that fits a filter, and nothing could be made that does.',
      'lease.quota_reached': 'the caller has as many bundles on lease as the environment allows.',
      ...CONFLICTS,
    },
  })
  async requestBundles(
    @SignedIn() caller: Caller,
    @Id('featureId') featureId: string,
    @Id('envId') environmentId: string,
    @IdempotencyKey() key: string | undefined,
    @Gone() gone: AbortSignal,
    @Body() body: RequestData,
  ): Promise<HandOutResponse> {
    return this.requests.handOut(caller, toQuestion({ featureId, environmentId }, body), key, gone);
  }

  @Get(':schemaId')
  @Idempotent()
  @Header('cache-control', 'no-store')
  @ApiExtension('x-permission', 'read')
  @ApiExtension('x-resource', 'feature')
  @Endpoint({
    id: 'requestSchemaData',
    summary: "Ask for one of a feature's schemas alone",
    description: `The record stands where it would in the whole bundle. ${EFFECT}`,
    forbidden: 'The environment is protected, and the caller may only read.',
    conflicts: CONFLICTS,
  })
  async requestOne(
    @SignedIn() caller: Caller,
    @Id('featureId') featureId: string,
    @Id('envId') environmentId: string,
    @Id('schemaId') schemaId: string,
    @IdempotencyKey() key: string | undefined,
  ): Promise<BundleResponse> {
    return this.requests.request(caller, simpleQuestion({ featureId, environmentId }, schemaId), key);
  }
}
