import { applyDecorators, Body, Controller, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { InProject, NeedsOnBody } from '../access/access.decorators.js';
import type { ProjectScope } from '../access/project-scope.js';
import { IdempotencyKey } from '../idempotency/idempotency-key.decorator.js';
import { RunResponse } from '../jobs/run.dto.js';
import { accepted, RunEndpoint } from '../jobs/run-reply.js';
import { StartBulkOperation, StartInvalidation, StartValueUpdate } from './bulk-operation.dto.js';
import { BulkOperationsService } from './bulk-operations.service.js';

const CONFLICTS = {
  'schema.archived': 'one of the schemas is archived.',
  'project.archived': 'the project is archived.',
  'environment.archived': 'one of the environments is archived.',
};
const COMMON =
  'Answers with the run, which works on the records that there are now. In a protected environment this needs the permission `admin`.';

/** Documents a route that starts a run over the records that a filter names. */
function BulkEndpoint(id: string, summary: string, what: string): MethodDecorator {
  return applyDecorators(
    NeedsOnBody('write', 'project', 'project_id'),
    RunEndpoint({
      ...{ id, summary, description: `${what} ${COMMON}`, conflicts: CONFLICTS },
      notFound: 'The project, an environment or a schema does not exist, or the caller may not see it.',
    }),
  );
}

@ApiTags('test-data')
@Controller('test-data/bulk')
export class BulkOperationsController {
  constructor(private readonly operations: BulkOperationsService) {}

  @Post('delete')
  @BulkEndpoint(
    'bulkDelete',
    'Delete the records that a filter names',
    'Their unique values are free again. References of other records to them are not looked at, as when one record is deleted: `bulkRevalidate` finds those.',
  )
  async remove(
    @InProject() scope: ProjectScope,
    @Body() body: StartBulkOperation,
    @IdempotencyKey() key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RunResponse> {
    return accepted(reply, await this.operations.startOnce(scope, 'delete_records', body, key));
  }

  @Post('mark-used')
  @BulkEndpoint(
    'bulkMarkUsed',
    'Mark the active records that a filter names as used',
    'Records that are not active stay as they are.',
  )
  async markUsed(
    @InProject() scope: ProjectScope,
    @Body() body: StartBulkOperation,
    @IdempotencyKey() key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RunResponse> {
    return accepted(reply, await this.operations.startOnce(scope, 'mark_used', body, key));
  }

  @Post('reactivate')
  @BulkEndpoint(
    'bulkReactivate',
    'Make the used and invalid records that a filter names active again',
    'What was kept of their use is forgotten. Their values are not checked: `bulkRevalidate` does that.',
  )
  async reactivate(
    @InProject() scope: ProjectScope,
    @Body() body: StartBulkOperation,
    @IdempotencyKey() key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RunResponse> {
    return accepted(reply, await this.operations.startOnce(scope, 'reactivate', body, key));
  }

  @Post('invalidate')
  @BulkEndpoint(
    'bulkInvalidate',
    'Take the records that a filter names out of use',
    'They are kept, with the reason, and not handed out. Records that are invalid already stay as they are.',
  )
  async invalidate(
    @InProject() scope: ProjectScope,
    @Body() body: StartInvalidation,
    @IdempotencyKey() key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RunResponse> {
    return accepted(reply, await this.operations.startOnce(scope, 'invalidate', body, key));
  }

  @Post('update')
  @BulkEndpoint(
    'bulkUpdate',
    'Set values of the records that a filter names',
    'Each record is checked with its schema, as it is now. Those that would break a rule, refer to a record that is not there, or have a value of a unique key that another record has stay as they are: they are counted as `rejected`, and the file `rejected.jsonl` of the run says why. A dry run finds values that two records would get among up to 1,000 records at a time.',
  )
  async update(
    @InProject() scope: ProjectScope,
    @Body() body: StartValueUpdate,
    @IdempotencyKey() key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RunResponse> {
    return accepted(reply, await this.operations.startOnce(scope, 'set_values', body, key));
  }

  @Post('revalidate')
  @BulkEndpoint(
    'bulkRevalidate',
    'Check the records that a filter names with their schemas as they are now',
    'Those that break a rule, or refer to a record that is gone, become invalid, and the file `invalid.jsonl` of the run says why. Invalid ones that are right become active, or used where they had been used; so do those that somebody took out of use, unless the filter leaves them out.',
  )
  async revalidate(
    @InProject() scope: ProjectScope,
    @Body() body: StartBulkOperation,
    @IdempotencyKey() key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RunResponse> {
    return accepted(reply, await this.operations.startOnce(scope, 'revalidate', body, key));
  }
}
