import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Endpoint } from '../../libs/http/endpoint.js';
import { Id } from '../../libs/http/id.js';
import { InProject, Needs } from '../access/access.decorators.js';
import type { ProjectScope } from '../access/project-scope.js';
import {
  EnvironmentUsageQuery,
  FeatureUsageQuery,
  SchemaUsageQuery,
  toUsageResponse,
  UsageResponse,
} from './usage.dto.js';
import { UsageService } from './usage.service.js';

const COUNTED =
  'Exact, and as quick at any size: each hand-out is counted with it, by the hour and by the day. Whose hand-outs are ' +
  'meant can be narrowed down to a person and more.';

@ApiTags('usage')
@Controller()
export class UsageController {
  constructor(private readonly usage: UsageService) {}

  @Get('schemas/:id/usage')
  @Needs('read', 'schema')
  @Endpoint({
    id: 'getSchemaUsage',
    summary: 'Count how often records of a schema were handed out',
    description: COUNTED,
  })
  async ofSchema(
    @InProject() scope: ProjectScope,
    @Id('id') schemaId: string,
    @Query() query: SchemaUsageQuery,
  ): Promise<UsageResponse> {
    const { feature_id: featureId, environment_id: environmentId, user_id: userId } = query;
    return toUsageResponse(await this.usage.get(scope, { schemaId, featureId, environmentId, userId }, query));
  }

  @Get('features/:id/usage')
  @Needs('read', 'feature')
  @Endpoint({ id: 'getFeatureUsage', summary: 'Count what was handed out for a feature', description: COUNTED })
  async ofFeature(
    @InProject() scope: ProjectScope,
    @Id('id') featureId: string,
    @Query() query: FeatureUsageQuery,
  ): Promise<UsageResponse> {
    const { schema_id: schemaId, environment_id: environmentId, user_id: userId } = query;
    return toUsageResponse(await this.usage.get(scope, { schemaId, featureId, environmentId, userId }, query));
  }

  @Get('environments/:id/usage')
  @Needs('read', 'environment')
  @Endpoint({ id: 'getEnvironmentUsage', summary: 'Count what was handed out in an environment', description: COUNTED })
  async ofEnvironment(
    @InProject() scope: ProjectScope,
    @Id('id') environmentId: string,
    @Query() query: EnvironmentUsageQuery,
  ): Promise<UsageResponse> {
    const { schema_id: schemaId, feature_id: featureId, user_id: userId } = query;
    return toUsageResponse(await this.usage.get(scope, { schemaId, featureId, environmentId, userId }, query));
  }
}
