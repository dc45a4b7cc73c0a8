import { Body, Controller, Delete, Get, Post, Put, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Endpoint } from '../../libs/http/endpoint.js';
import { toPageResponse } from '../../libs/http/page.dto.js';
import { InProject, Needs, SignedIn } from '../access/access.decorators.js';
import type { Caller } from '../access/caller.js';
import type { ProjectScope } from '../access/project-scope.js';
import { DeleteEndpoint, type DeleteReply, replyDeleted } from '../jobs/run-reply.js';
import { RemovalsService } from '../removals/removals.service.js';
import {
  CreateProject,
  ListProjects,
  ProjectPage,
  ProjectResponse,
  toProjectResponse,
  UpdateProject,
} from './project.dto.js';
import { ProjectsService } from './projects.service.js';

@ApiTags('projects')
@Controller('projects')
export class ProjectsController {
  constructor(
    private readonly projects: ProjectsService,
    private readonly removals: RemovalsService,
  ) {}

  @Post()
  @Endpoint({
    id: 'createProject',
    summary: 'Make a project',
    description: 'It starts with one environment, Development, as its default.',
    notFound: 'The organization does not exist, or the caller is not in it.',
    conflicts: {
      'organization.project_limit': 'the plan of the organization allows no more.',
      'organization.not_active': 'the organization is archived, suspended or cancelled.',
    },
  })
  async create(@SignedIn() caller: Caller, @Body() body: CreateProject): Promise<ProjectResponse> {
    return toProjectResponse(await this.projects.create(caller, body));
  }

  @Get()
  @Endpoint({ id: 'listProjects', summary: 'List the projects that I may see' })
  async list(@SignedIn() caller: Caller, @Query() query: ListProjects): Promise<ProjectPage> {
    return toPageResponse(await this.projects.list(caller, query), toProjectResponse);
  }

  @Get(':id')
  @Needs('read', 'project')
  @Endpoint({ id: 'getProject', summary: 'Get a project' })
  async get(@InProject() scope: ProjectScope): Promise<ProjectResponse> {
    return toProjectResponse(await this.projects.get(scope));
  }

  @Put(':id')
  @Needs('write', 'project')
  @Endpoint({
    id: 'updateProject',
    summary: 'Change or archive a project',
    description: 'Archiving and bringing back need the permission `admin`.',
    conflicts: { 'project.archived': 'the project is archived.' },
  })
  async update(@InProject() scope: ProjectScope, @Body() body: UpdateProject): Promise<ProjectResponse> {
    return toProjectResponse(await this.projects.update(scope, body));
  }

  @Delete(':id')
  @Needs('admin', 'project')
  @DeleteEndpoint({ id: 'deleteProject', summary: 'Delete a project with everything in it' })
  async remove(@InProject() scope: ProjectScope, @Res({ passthrough: true }) reply: DeleteReply): Promise<unknown> {
    return replyDeleted(reply, await this.removals.remove(scope, 'project', scope.projectId));
  }
}
