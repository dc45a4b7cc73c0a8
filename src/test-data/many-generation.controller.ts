import { Body, Controller, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Id } from '../../libs/http/id.js';
import { InProject, Needs } from '../access/access.decorators.js';
import type { ProjectScope } from '../access/project-scope.js';
import { IdempotencyKey } from '../idempotency/idempotency-key.decorator.js';
import { RunResponse } from '../jobs/run.dto.js';
import { accepted, RunEndpoint } from '../jobs/run-reply.js';
import { StartManyGeneration } from './many-generation.dto.js';
import { ManyGenerationService } from './many-generation.service.js';

@ApiTags('test-data')
@Controller('projects/:projectId/environments/:envId')
export class ManyGenerationController {
  constructor(private readonly generation: ManyGenerationService) {}

  @Post('generate')
  @Needs('write', 'project', 'projectId')
  @RunEndpoint({
    id: 'generateMany',
    summary: 'Start one bulk run that makes records of several schemas',
    description:
      'Schemas that others refer to are made first, and when all their rows are there, the references of the next schema ' +
      'choose from them and from the active records that there were before. In a circle of references, the optional ones ' +
      'choose from what there was. `result` counts the rows by schema id. Everything that keeps the run from starting is ' +
      'told at once. In a protected environment this needs the permission `admin`.',
    conflicts: {
      'generation.refused':
        'a schema cannot be made as asked for: `errors` names each with its reason, such as `schema.archived`, ' +
        '`generation.no_referenced_records` and `generation.not_enough_values`.',
      'project.archived': 'the project is archived.',
      'environment.archived': 'the environment is archived.',
    },
  })
  async start(
    @InProject() scope: ProjectScope,
    @Id('envId') environmentId: string,
    @Body() body: StartManyGeneration,
    @IdempotencyKey() key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RunResponse> {
    return accepted(reply, await this.generation.startOnce(scope, environmentId, body, key));
  }
}
