import { Body, Controller, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { InProject, Needs } from '../access/access.decorators.js';
import type { ProjectScope } from '../access/project-scope.js';
import { IdempotencyKey } from '../idempotency/idempotency-key.decorator.js';
import { RunResponse } from '../jobs/run.dto.js';
import { accepted, RunEndpoint } from '../jobs/run-reply.js';
import { StartComparison } from './comparison.dto.js';
import { ComparisonsService } from './comparisons.service.js';

@ApiTags('environments')
@Controller('projects/:projectId/environments')
export class ComparisonsController {
  constructor(private readonly comparisons: ComparisonsService) {}

  @Post('compare')
  @Needs('read', 'project', 'projectId')
  @RunEndpoint({
    id: 'compareEnvironments',
    summary: 'Compare the records of two environments',
    description:
      "Starts a run that finds, by a key, which records are only here, only there, or different, and how. `result.schemas` has the figures of each schema, and the file `differences.jsonl` a line for each difference: `schema`, `difference` (`only_here`, `only_there`, `different`, `duplicate` for each further record with a key, `without_key`), `key`, the records' ids `here` and `there`, and `changed`, by field the value here and there. Null and a missing value are the same. A reference is compared by the unique key of the record that it points at; references to schemas without such a key are left out and named in `ignored_references`. Each schema is compared as it is at one moment. In a protected environment this needs the permission `write`.",
    notFound: 'There is no such project, environment or schema that you may see.',
    conflicts: {
      'project.archived': 'the project is archived.',
      'environment.archived': 'one of the environments is archived.',
    },
  })
  async start(
    @InProject() scope: ProjectScope,
    @Body() body: StartComparison,
    @IdempotencyKey() key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RunResponse> {
    return accepted(reply, await this.comparisons.startOnce(scope, body, key));
  }
}
