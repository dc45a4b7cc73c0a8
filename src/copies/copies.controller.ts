import { Body, Controller, Post, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiCreatedResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Endpoint } from '../../libs/http/endpoint.js';
import { Id } from '../../libs/http/id.js';
import { InProject, Needs, NeedsOnBody } from '../access/access.decorators.js';
import type { ProjectScope } from '../access/project-scope.js';
import { IdempotencyKey, Idempotent } from '../idempotency/idempotency-key.decorator.js';
import { RunResponse } from '../jobs/run.dto.js';
import { accepted, RunEndpoint } from '../jobs/run-reply.js';
import { CloneEnvironment, CloneResponse, toCloneResponse } from './clone.dto.js';
import { replyCloned } from './clone-reply.js';
import { ClonesService } from './clones.service.js';
import { CopiesService } from './copies.service.js';
import { StartCopy } from './copy.dto.js';

@ApiTags('copies')
@Controller()
export class CopiesController {
  constructor(
    private readonly clones: ClonesService,
    private readonly copies: CopiesService,
  ) {}

  @Post('environments/:id/clone')
  @Needs('write', 'environment')
  @Idempotent()
  @ApiCreatedResponse({ type: CloneResponse, description: 'The environment; there are no records to copy.' })
  @ApiAcceptedResponse({
    type: CloneResponse,
    description: 'The environment, and the run that fills it; `Location` is the address of the run.',
  })
  @Endpoint({
    id: 'cloneEnvironment',
    summary: 'Make an environment like another one',
    description:
      'The environment is there at once: 201, or with `include_data` 202 and a run that copies the records, whose references lead to copies. To clone a protected environment with its records needs the permission `admin`.',
    conflicts: {
      'environment.slug_taken': 'another environment of the project has the slug.',
      'project.archived': 'the project is archived.',
    },
  })
  async clone(
    @InProject() scope: ProjectScope,
    @Id('id') id: string,
    @Body() body: CloneEnvironment,
    @IdempotencyKey() key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CloneResponse> {
    return replyCloned(reply, toCloneResponse(await this.clones.cloneOnce(scope, id, body, key)));
  }

  @Post('test-data/bulk-copy-between-environments')
  @NeedsOnBody('write', 'environment', 'from_environment_id')
  @RunEndpoint({
    id: 'copyRecords',
    summary: 'Start a run that copies or moves records to other environments',
    description:
      "References lead to the copies; where a referenced record was not copied, to the one there with the same value under a unique key; else they are left out, and records that cannot do without are skipped. What is skipped is listed in the run's file `skipped.jsonl`. To copy into a protected environment, or to move out of one, needs the permission `admin`.",
    notFound: 'One of the environments or schemas does not exist, or the caller may not see it.',
    conflicts: {
      'schema.archived': 'a schema that is named is archived.',
      'environment.archived': 'an environment that would be changed is archived.',
      'project.archived': 'the project is archived.',
    },
  })
  async copy(
    @InProject() scope: ProjectScope,
    @Body() body: StartCopy,
    @IdempotencyKey() key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RunResponse> {
    return accepted(reply, await this.copies.startOnce(scope, body, key));
  }
}
