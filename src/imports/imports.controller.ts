import { Controller, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Id } from '../../libs/http/id.js';
import { type ReceiveFile, TakesFile, Upload } from '../../libs/http/uploads.js';
import { InProject, Needs } from '../access/access.decorators.js';
import type { ProjectScope } from '../access/project-scope.js';
import { IdempotencyKey } from '../idempotency/idempotency-key.decorator.js';
import { RunResponse } from '../jobs/run.dto.js';
import { accepted, RunEndpoint } from '../jobs/run-reply.js';
import { ImportQuery } from './import.dto.js';
import { ImportsService } from './imports.service.js';

@ApiTags('test-data')
@Controller('schemas/:schemaId/environments/:envId')
export class ImportsController {
  constructor(private readonly imports: ImportsService) {}

  @Post('import-csv')
  @Needs('write', 'schema', 'schemaId')
  @TakesFile('CSV, JSON Lines or a JSON array, as plain text.')
  @RunEndpoint({
    id: 'importFile',
    summary: 'Import a file of rows as a run',
    description:
      'Takes CSV, JSON Lines and JSON arrays, and answers when the file has been sent; the workers store its rows. Rows that are refused are ' +
      'in the file `rejected.csv` (of a neutralised file `rejected.neutralised.csv`) or `rejected.jsonl` of the run, unchanged and with their reasons, to be mended and sent again. In a ' +
      'protected environment this needs the permission `admin`.',
    conflicts: {
      'schema.archived': 'the schema is archived.',
      'project.archived': 'the project is archived.',
      'environment.archived': 'the environment is archived.',
    },
  })
  async start(
    @InProject() scope: ProjectScope,
    @Id('schemaId') schemaId: string,
    @Id('envId') environmentId: string,
    @Query() query: ImportQuery,
    @Upload() receive: ReceiveFile,
    @IdempotencyKey() key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RunResponse> {
    const run = await receive((file) => this.imports.start(scope, schemaId, environmentId, query, file, key));
    return accepted(reply, run);
  }
}
