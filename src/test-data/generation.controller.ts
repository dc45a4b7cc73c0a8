import { Body, Controller, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Endpoint } from '../../libs/http/endpoint.js';
import { Id } from '../../libs/http/id.js';
import { InProject, Needs } from '../access/access.decorators.js';
import type { ProjectScope } from '../access/project-scope.js';
import { IdempotencyKey } from '../idempotency/idempotency-key.decorator.js';
import { RunResponse } from '../jobs/run.dto.js';
import { accepted, RunEndpoint } from '../jobs/run-reply.js';
import { GenerationService } from './generation.service.js';
import { GenerateSample, SampleResponse, StartGeneration, toRecordResponse } from './record.dto.js';
import { SamplesService } from './samples.service.js';

const CONFLICTS = {
  'generation.no_referenced_records': 'a required reference has no active record to name.',
  'generation.not_enough_values': 'a unique key does not allow as many rows.',
  'generation.no_valid_row': 'the rules of the schema leave no row.',
  'schema.archived': 'the schema is archived.',
  'project.archived': 'the project is archived.',
  'environment.archived': 'the environment is archived.',
};

@ApiTags('test-data')
@Controller('schemas/:schemaId/environments/:envId')
export class GenerationController {
  constructor(
    private readonly samples: SamplesService,
    private readonly generation: GenerationService,
  ) {}

  @Post('generate-sample')
  @Needs('write', 'schema', 'schemaId')
  @Endpoint({
    id: 'generateSample',
    summary: 'Make up to 100 records at once',
    description:
      'Stores them and answers with them. A required reference without records to name gets one made for it.',
    conflicts: CONFLICTS,
  })
  async sample(
    @InProject() scope: ProjectScope,
    @Id('schemaId') schemaId: string,
    @Id('envId') environmentId: string,
    @Body() body: GenerateSample,
  ): Promise<SampleResponse> {
    return { data: (await this.samples.make(scope, schemaId, environmentId, body)).map(toRecordResponse) };
  }

  @Post('generate')
  @Needs('write', 'schema', 'schemaId')
  @RunEndpoint({
    id: 'generate',
    summary: 'Start a bulk run that makes records',
    description:
      'Answers at once; the workers make the rows. In a protected environment this needs the permission `admin`.',
    conflicts: CONFLICTS,
  })
  async start(
    @InProject() scope: ProjectScope,
    @Id('schemaId') schemaId: string,
    @Id('envId') environmentId: string,
    @Body() body: StartGeneration,
    @IdempotencyKey() key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RunResponse> {
    return accepted(reply, await this.generation.startOnce(scope, schemaId, environmentId, body, key));
  }
}
