import { Body, Controller, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Id } from '../../libs/http/id.js';
import { InProject, Needs } from '../access/access.decorators.js';
import type { ProjectScope } from '../access/project-scope.js';
import { IdempotencyKey } from '../idempotency/idempotency-key.decorator.js';
import { RunResponse } from '../jobs/run.dto.js';
import { accepted, RunEndpoint } from '../jobs/run-reply.js';
import { StartExport } from './export.dto.js';
import { ExportsService } from './exports.service.js';

@ApiTags('test-data')
@Controller('schemas/:schemaId/environments/:envId')
export class ExportsController {
  constructor(private readonly exports: ExportsService) {}

  @Post('export')
  @Needs('read', 'schema', 'schemaId')
  @RunEndpoint({
    id: 'exportRecords',
    summary: 'Export records to a file',
    description:
      'Starts a run that writes the records, as they are at one moment, in the order of their ids; `result.file` names its file, for which `POST /jobs/{id}/file-link` gives a link. In CSV, null is an empty cell and the empty text is `""`; fields of objects are columns such as `ship_to.city`, arrays and objects that may be empty are JSON. Values stand under the names that the fields have now; in JSON Lines their order means nothing. In a protected environment this needs the permission `write`.',
    conflicts: {
      'project.archived': 'the project is archived.',
      'environment.archived': 'the environment is archived.',
    },
  })
  async start(
    @InProject() scope: ProjectScope,
    @Id('schemaId') schemaId: string,
    @Id('envId') environmentId: string,
    @Body() body: StartExport,
    @IdempotencyKey() key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RunResponse> {
    return accepted(reply, await this.exports.startOnce(scope, schemaId, environmentId, body, key));
  }
}
