import { Controller, Get, Headers, type MessageEvent, Post, Query, Sse } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { Observable } from 'rxjs';
import { Endpoint } from '../../libs/http/endpoint.js';
import { Id } from '../../libs/http/id.js';
import { PageQuery, toPageResponse } from '../../libs/http/page.dto.js';
import { InProject, Needs, SignedIn } from '../access/access.decorators.js';
import type { Caller } from '../access/caller.js';
import type { ProjectScope } from '../access/project-scope.js';
import { ListRuns, RunPage, RunResponse, toRunResponse, toWholeRunResponse, WholeRunResponse } from './run.dto.js';
import { RunControlService } from './run-control.service.js';
import { RunEventsService } from './run-events.service.js';
import { RunsService } from './runs.service.js';
import { SlicePage, toSliceResponse } from './slice.dto.js';

const CLOSED = {
  'project.archived': 'the project is archived.',
  'environment.archived': 'the environment is archived.',
  'schema.archived': 'the schema is archived.',
};

@ApiTags('jobs')
@Controller('jobs')
export class RunsController {
  constructor(
    private readonly runs: RunsService,
    private readonly control: RunControlService,
    private readonly events: RunEventsService,
  ) {}

  @Get()
  @Endpoint({ id: 'listRuns', summary: 'List runs, newest first' })
  async list(@SignedIn() caller: Caller, @Query() query: ListRuns): Promise<RunPage> {
    return toPageResponse(await this.runs.list(caller, query), toRunResponse);
  }

  @Get(':id')
  @Needs('read', 'run')
  @Endpoint({ id: 'getRun', summary: 'Get a run with its progress' })
  async get(@InProject() scope: ProjectScope, @Id('id') id: string): Promise<WholeRunResponse> {
    return toWholeRunResponse(await this.runs.getWhole(scope, id));
  }

  @Get(':id/slices')
  @Needs('read', 'run')
  @Endpoint({
    id: 'listSlices',
    summary: 'List the parts of a run',
    description: 'Each is made by one worker, as a whole or not at all.',
  })
  async slices(@InProject() scope: ProjectScope, @Id('id') id: string, @Query() query: PageQuery): Promise<SlicePage> {
    return toPageResponse(await this.runs.listSlices(scope, id, query), toSliceResponse);
  }

  @Post(':id/cancel')
  @Needs('write', 'run')
  @Endpoint({
    id: 'cancelRun',
    summary: 'Cancel a run',
    description: 'No row is added after the answer; those that were committed before stay.',
    status: 200,
    conflicts: {
      'run.over': 'the run has succeeded, failed or been cancelled already.',
      'run.not_cancellable': 'the run deletes something.',
    },
  })
  async cancel(@InProject() scope: ProjectScope, @Id('id') id: string): Promise<RunResponse> {
    return toRunResponse(await this.control.cancel(scope, id));
  }

  @Post(':id/pause')
  @Needs('write', 'run')
  @Endpoint({
    id: 'pauseRun',
    summary: 'Pause a run',
    description: 'The parts that are being made are finished; no others are begun until the run is resumed.',
    status: 200,
    conflicts: {
      'run.not_running': 'the run is paused or over.',
      'run.not_pausable': 'the run deletes something.',
    },
  })
  async pause(@InProject() scope: ProjectScope, @Id('id') id: string): Promise<RunResponse> {
    return toRunResponse(await this.control.pause(scope, id));
  }

  @Post(':id/resume')
  @Needs('write', 'run')
  @Endpoint({
    id: 'resumeRun',
    summary: 'Go on with a paused run',
    status: 200,
    conflicts: { ...CLOSED, 'run.not_paused': 'the run is not paused.' },
  })
  async resume(@InProject() scope: ProjectScope, @Id('id') id: string): Promise<RunResponse> {
    return toRunResponse(await this.control.resume(scope, id));
  }

  @Post(':id/retry')
  @Needs('write', 'run')
  @Endpoint({
    id: 'retryRun',
    summary: 'Take up a run that failed or was cancelled',
    description: 'Only what is missing is done; what was committed stays as it is.',
    status: 200,
    conflicts: { ...CLOSED, 'run.not_ended': 'the run has not failed and has not been cancelled.' },
  })
  async retry(@InProject() scope: ProjectScope, @Id('id') id: string): Promise<RunResponse> {
    return toRunResponse(await this.control.retry(scope, id));
  }

  @Sse(':id/events')
  @Needs('read', 'run')
  @ApiOkResponse({
    description: 'The stream.',
    content: { 'text/event-stream': { schema: { $ref: getSchemaPath(RunResponse) } } },
  })
  @Endpoint({
    id: 'watchRun',
    summary: 'Watch a run as server-sent events',
    description:
      'Sends an event `progress` whose data is the run, at once and whenever it changes. The stream ends after the event that ' +
      'says that the run is over. With `Last-Event-ID`, it begins with all that has happened since that event.',
  })
  @ApiHeader({
    name: 'Last-Event-ID',
    description: 'Id of the last event that the client has seen.',
    required: false,
    schema: { type: 'string', example: '12' },
  })
  watch(
    @InProject() scope: ProjectScope,
    @Id('id') id: string,
    @Headers('last-event-id') last: string | undefined,
  ): Observable<MessageEvent> {
    return this.events.watch(scope, id, last !== undefined && /^\d{1,9}$/.test(last) ? Number(last) : undefined);
  }
}
