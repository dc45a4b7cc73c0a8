import { Controller, Get, type MessageEvent, Post, Query, Sse } from '@nestjs/common';
import { ApiOkResponse, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { Observable } from 'rxjs';
import { Endpoint } from '../../libs/http/endpoint.js';
import { Id } from '../../libs/http/id.js';
import { toPageResponse } from '../../libs/http/page.dto.js';
import { InProject, Needs, SignedIn } from '../access/access.decorators.js';
import type { Caller } from '../access/caller.js';
import type { ProjectScope } from '../access/project-scope.js';
import { ListRuns, RunPage, RunResponse, toRunResponse } from './run.dto.js';
import { RunEventsService } from './run-events.service.js';
import { RunsService } from './runs.service.js';

@ApiTags('jobs')
@Controller('jobs')
export class RunsController {
  constructor(
    private readonly runs: RunsService,
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
  async get(@InProject() scope: ProjectScope, @Id('id') id: string): Promise<RunResponse> {
    return toRunResponse(await this.runs.get(scope, id));
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
    return toRunResponse(await this.runs.cancel(scope, id));
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
      'Sends an event `progress` whose data is the run, at once and whenever it changes, at most a few times a second. ' +
      'The stream ends after the event that says that the run is over.',
  })
  watch(@InProject() scope: ProjectScope, @Id('id') id: string): Observable<MessageEvent> {
    return this.events.watch(scope, id);
  }
}
