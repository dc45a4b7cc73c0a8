import { Body, Controller, Delete, Get, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Endpoint } from '../../libs/http/endpoint.js';
import { Id } from '../../libs/http/id.js';
import { toPageResponse } from '../../libs/http/page.dto.js';
import { InProject, Needs, SignedIn } from '../access/access.decorators.js';
import type { Caller } from '../access/caller.js';
import type { ProjectScope } from '../access/project-scope.js';
import {
  CreateFeature,
  FeaturePage,
  FeatureResponse,
  ListFeatures,
  toFeatureResponse,
  UpdateFeature,
} from './feature.dto.js';
import { FeaturesService } from './features.service.js';

@ApiTags('features')
@Controller()
export class FeaturesController {
  constructor(private readonly features: FeaturesService) {}

  @Post('projects/:projectId/features')
  @Needs('write', 'project', 'projectId')
  @Endpoint({
    id: 'createFeature',
    summary: 'Make a feature',
    conflicts: {
      'feature.name_taken': 'another feature of the project has the name.',
      'schema.archived': 'one of the schemas is archived.',
      'project.archived': 'the project is archived.',
    },
  })
  async create(@InProject() scope: ProjectScope, @Body() body: CreateFeature): Promise<FeatureResponse> {
    return toFeatureResponse(await this.features.create(scope, body));
  }

  @Get('projects/:projectId/features')
  @Needs('read', 'project', 'projectId')
  @Endpoint({ id: 'listFeatures', summary: "List a project's features" })
  async list(@InProject() scope: ProjectScope, @Query() query: ListFeatures): Promise<FeaturePage> {
    return toPageResponse(await this.features.list(scope, query), toFeatureResponse);
  }

  @Get('features')
  @Endpoint({ id: 'listAllFeatures', summary: 'List the features of all my projects' })
  async listEverywhere(@SignedIn() caller: Caller, @Query() query: ListFeatures): Promise<FeaturePage> {
    return toPageResponse(await this.features.listEverywhere(caller, query), toFeatureResponse);
  }

  @Get('features/:id')
  @Needs('read', 'feature')
  @Endpoint({ id: 'getFeature', summary: 'Get a feature' })
  async get(@InProject() scope: ProjectScope, @Id('id') id: string): Promise<FeatureResponse> {
    return toFeatureResponse(await this.features.get(scope, id));
  }

  @Put('features/:id')
  @Needs('write', 'feature')
  @Endpoint({
    id: 'updateFeature',
    summary: 'Change or archive a feature',
    conflicts: {
      'feature.name_taken': 'another feature of the project has the name.',
      'feature.archived': 'the feature is archived.',
      'project.archived': 'the project is archived.',
    },
  })
  async update(
    @InProject() scope: ProjectScope,
    @Id('id') id: string,
    @Body() body: UpdateFeature,
  ): Promise<FeatureResponse> {
    return toFeatureResponse(await this.features.update(scope, id, body));
  }

  @Delete('features/:id')
  @Needs('admin', 'feature')
  @Endpoint({ id: 'deleteFeature', summary: 'Delete a feature', status: 204 })
  async remove(@InProject() scope: ProjectScope, @Id('id') id: string): Promise<void> {
    await this.features.remove(scope, id);
  }
}
