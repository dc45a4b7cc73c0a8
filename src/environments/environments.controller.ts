import { Body, Controller, Delete, Get, Post, Put, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { DeleteEndpoint, type DeleteReply, replyDeleted } from '../jobs/run-reply.js';
import { Endpoint } from '../../libs/http/endpoint.js';
import { Id } from '../../libs/http/id.js';
import { toPageResponse } from '../../libs/http/page.dto.js';
import { InProject, Needs } from '../access/access.decorators.js';
import type { ProjectScope } from '../access/project-scope.js';
import {
  CreateEnvironment,
  EnvironmentPage,
  EnvironmentResponse,
  ListEnvironments,
  toEnvironmentResponse,
  UpdateEnvironment,
} from './environment.dto.js';
import { EnvironmentsService } from './environments.service.js';

@ApiTags('environments')
@Controller()
export class EnvironmentsController {
  constructor(private readonly environments: EnvironmentsService) {}

  @Post('projects/:projectId/environments')
  @Needs('write', 'project', 'projectId')
  @Endpoint({
    id: 'createEnvironment',
    summary: 'Make an environment',
    conflicts: {
      'environment.slug_taken': 'another environment of the project has the slug.',
      'project.archived': 'the project is archived.',
    },
  })
  async create(@InProject() scope: ProjectScope, @Body() body: CreateEnvironment): Promise<EnvironmentResponse> {
    return toEnvironmentResponse(await this.environments.create(scope, body));
  }

  @Get('projects/:projectId/environments')
  @Needs('read', 'project', 'projectId')
  @Endpoint({ id: 'listEnvironments', summary: "List a project's environments" })
  async list(@InProject() scope: ProjectScope, @Query() query: ListEnvironments): Promise<EnvironmentPage> {
    return toPageResponse(await this.environments.list(scope, query), toEnvironmentResponse);
  }

  @Get('environments/:id')
  @Needs('read', 'environment')
  @Endpoint({ id: 'getEnvironment', summary: 'Get an environment' })
  async get(@InProject() scope: ProjectScope, @Id('id') id: string): Promise<EnvironmentResponse> {
    return toEnvironmentResponse(await this.environments.get(scope, id));
  }

  @Put('environments/:id')
  @Needs('write', 'environment')
  @Endpoint({
    id: 'updateEnvironment',
    summary: 'Change or archive an environment',
    conflicts: {
      'environment.slug_taken': 'another environment of the project has the slug.',
      'environment.is_default': 'the default environment cannot be archived.',
      'environment.archived': 'the environment is archived.',
      'project.archived': 'the project is archived.',
    },
  })
  async update(
    @InProject() scope: ProjectScope,
    @Id('id') id: string,
    @Body() body: UpdateEnvironment,
  ): Promise<EnvironmentResponse> {
    return toEnvironmentResponse(await this.environments.update(scope, id, body));
  }

  @Put('environments/:id/set-default')
  @Needs('write', 'environment')
  @Endpoint({
    id: 'setDefaultEnvironment',
    summary: 'Make an environment the default of its project',
    conflicts: {
      'environment.archived': 'the environment is archived.',
      'project.archived': 'the project is archived.',
    },
  })
  async setDefault(@InProject() scope: ProjectScope, @Id('id') id: string): Promise<EnvironmentResponse> {
    return toEnvironmentResponse(await this.environments.setDefault(scope, id));
  }

  @Delete('environments/:id')
  @Needs('admin', 'environment')
  @DeleteEndpoint({
    id: 'deleteEnvironment',
    summary: 'Delete an environment with its records',
    conflicts: { 'environment.is_default': 'it is the default environment of its project.' },
  })
  async remove(
    @InProject() scope: ProjectScope,
    @Id('id') id: string,
    @Res({ passthrough: true }) reply: DeleteReply,
  ): Promise<unknown> {
    return replyDeleted(reply, await this.environments.remove(scope, id));
  }
}
