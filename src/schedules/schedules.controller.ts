import { Body, Controller, Delete, Get, Post, Put, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Endpoint } from '../../libs/http/endpoint.js';
import { Id } from '../../libs/http/id.js';
import { toPageResponse } from '../../libs/http/page.dto.js';
import { InProject, Needs } from '../access/access.decorators.js';
import type { ProjectScope } from '../access/project-scope.js';
import { IdempotencyKey } from '../idempotency/idempotency-key.decorator.js';
import { RunResponse } from '../jobs/run.dto.js';
import { accepted, RunEndpoint } from '../jobs/run-reply.js';
import { RunsService } from '../jobs/runs.service.js';
import {
  CreateSchedule,
  ListSchedules,
  SchedulePage,
  ScheduleResponse,
  toScheduleResponse,
  UpdateSchedule,
} from './schedule.dto.js';
import { ScheduleFirings } from './schedule-firings.service.js';
import { SchedulesService } from './schedules.service.js';

const CONFLICTS = {
  'schedule.name_taken': 'another schedule of the project has the name.',
  'generation.refused': 'a schema is archived: `errors` names each.',
  'schema.archived': 'the schema is archived.',
  'project.archived': 'the project is archived.',
  'environment.archived': 'the environment is archived.',
};

@ApiTags('jobs')
@Controller()
export class SchedulesController {
  constructor(
    private readonly schedules: SchedulesService,
    private readonly firings: ScheduleFirings,
    private readonly runs: RunsService,
  ) {}

  @Post('projects/:projectId/schedules')
  @Needs('write', 'project', 'projectId')
  @Endpoint({
    id: 'createSchedule',
    summary: 'Start a run again and again',
    description:
      'Each time, the run is started in the name of `runs_as`, if they still may; otherwise, and where its project, ' +
      'environment or schema is archived or gone, the schedule is paused with the reason. A run is left out while the one ' +
      'before goes on. Moments that pass while no worker is there are made up for by one run. In a protected environment ' +
      'this needs the permission `admin`.',
    conflicts: CONFLICTS,
  })
  async create(@InProject() scope: ProjectScope, @Body() body: CreateSchedule): Promise<ScheduleResponse> {
    return toScheduleResponse(await this.schedules.create(scope, body));
  }

  @Get('projects/:projectId/schedules')
  @Needs('read', 'project', 'projectId')
  @Endpoint({ id: 'listSchedules', summary: "List a project's schedules" })
  async list(@InProject() scope: ProjectScope, @Query() query: ListSchedules): Promise<SchedulePage> {
    return toPageResponse(await this.schedules.list(scope, query), toScheduleResponse);
  }

  @Get('schedules/:id')
  @Needs('read', 'schedule')
  @Endpoint({ id: 'getSchedule', summary: 'Get a schedule' })
  async get(@InProject() scope: ProjectScope, @Id('id') id: string): Promise<ScheduleResponse> {
    return toScheduleResponse(await this.schedules.get(scope, id));
  }

  @Put('schedules/:id')
  @Needs('write', 'schedule')
  @Endpoint({
    id: 'updateSchedule',
    summary: 'Change, pause or resume a schedule',
    description: 'In a protected environment this needs the permission `admin`.',
    conflicts: CONFLICTS,
  })
  async update(
    @InProject() scope: ProjectScope,
    @Id('id') id: string,
    @Body() body: UpdateSchedule,
  ): Promise<ScheduleResponse> {
    return toScheduleResponse(await this.schedules.update(scope, id, body));
  }

  @Delete('schedules/:id')
  @Needs('write', 'schedule')
  @Endpoint({ id: 'deleteSchedule', summary: 'Delete a schedule', description: 'Its runs stay.', status: 204 })
  async remove(@InProject() scope: ProjectScope, @Id('id') id: string): Promise<void> {
    await this.schedules.remove(scope, id);
  }

  @Post('schedules/:id/run-now')
  @Needs('write', 'schedule')
  @RunEndpoint({
    id: 'runScheduleNow',
    summary: 'Start the run of a schedule at once',
    description: 'As the caller, whether it is paused or not; its next moment stays as it is.',
    conflicts: {
      'schedule.still_running': 'the run that it started last still goes on.',
      'generation.no_referenced_records': 'a required reference has no active record to name.',
      'generation.not_enough_values': 'a unique key does not allow as many rows.',
      'generation.no_valid_row': 'the rules of the schema leave no row.',
      'generation.refused': 'schemas cannot be made as asked for: `errors` names each with its reason.',
      'schema.archived': 'the schema is archived.',
      'project.archived': 'the project is archived.',
      'environment.archived': 'the environment is archived.',
    },
  })
  async runNow(
    @InProject() scope: ProjectScope,
    @Id('id') id: string,
    @IdempotencyKey() key: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RunResponse> {
    const start = () => this.firings.runNow(scope, id);
    return accepted(reply, await this.runs.once(scope, key, { run: 'schedule', id }, start));
  }
}
