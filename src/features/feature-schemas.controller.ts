import { Body, Controller, Delete, Get, Post, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Endpoint } from '../../libs/http/endpoint.js';
import { Id } from '../../libs/http/id.js';
import { InProject, Needs } from '../access/access.decorators.js';
import type { ProjectScope } from '../access/project-scope.js';
import {
  AssignSchema,
  AvailableSchemaList,
  FeatureSchemaList,
  FeatureSchemaResponse,
  SchemaUserList,
  toFeatureSchemaResponse,
} from './feature.dto.js';
import { FeatureSchemasService } from './feature-schemas.service.js';

const ARCHIVED = { 'project.archived': 'the project is archived.', 'feature.archived': 'the feature is archived.' };

@ApiTags('features')
@Controller()
export class FeatureSchemasController {
  constructor(private readonly assignments: FeatureSchemasService) {}

  @Post('features/:featureId/schemas')
  @Needs('write', 'feature', 'featureId')
  @Endpoint({
    id: 'assignSchema',
    summary: 'Assign a schema to a feature',
    conflicts: {
      'feature.schema_assigned': 'the feature has the schema already.',
      'feature.schema_limit': 'the feature has 50 schemas.',
      'schema.archived': 'the schema is archived.',
      ...ARCHIVED,
    },
  })
  async assign(
    @InProject() scope: ProjectScope,
    @Id('featureId') featureId: string,
    @Body() body: AssignSchema,
  ): Promise<FeatureSchemaResponse> {
    return toFeatureSchemaResponse(await this.assignments.assign(scope, featureId, body));
  }

  @Get('features/:featureId/schemas')
  @Needs('read', 'feature', 'featureId')
  @Endpoint({ id: 'listFeatureSchemas', summary: "List a feature's schemas" })
  async list(@InProject() scope: ProjectScope, @Id('featureId') featureId: string): Promise<FeatureSchemaList> {
    return { data: (await this.assignments.list(scope, featureId)).map(toFeatureSchemaResponse) };
  }

  @Delete('features/:featureId/schemas/:schemaId')
  @Needs('write', 'feature', 'featureId')
  @Endpoint({
    id: 'unassignSchema',
    summary: 'Take a schema from a feature',
    description: 'Where it was the primary one, the next in order becomes it.',
    status: 204,
    conflicts: ARCHIVED,
  })
  async remove(
    @InProject() scope: ProjectScope,
    @Id('featureId') featureId: string,
    @Id('schemaId') schemaId: string,
  ): Promise<void> {
    await this.assignments.remove(scope, featureId, schemaId);
  }

  @Put('features/:featureId/schemas/:schemaId/set-primary')
  @Needs('write', 'feature', 'featureId')
  @Endpoint({ id: 'setPrimarySchema', summary: "Make a schema the feature's primary one", conflicts: ARCHIVED })
  async setPrimary(
    @InProject() scope: ProjectScope,
    @Id('featureId') featureId: string,
    @Id('schemaId') schemaId: string,
  ): Promise<FeatureSchemaList> {
    return { data: (await this.assignments.setPrimary(scope, featureId, schemaId)).map(toFeatureSchemaResponse) };
  }

  @Get('features/:featureId/available-schemas')
  @Needs('read', 'feature', 'featureId')
  @Endpoint({ id: 'listAvailableSchemas', summary: 'List the schemas that the feature does not have' })
  async listAvailable(
    @InProject() scope: ProjectScope,
    @Id('featureId') featureId: string,
  ): Promise<AvailableSchemaList> {
    return { data: await this.assignments.listAvailable(scope, featureId) };
  }

  @Get('schemas/:id/features')
  @Needs('read', 'schema')
  @Endpoint({ id: 'listSchemaFeatures', summary: 'List the features that use a schema' })
  async listUsers(@InProject() scope: ProjectScope, @Id('id') id: string): Promise<SchemaUserList> {
    return { data: await this.assignments.listUsers(scope, id) };
  }
}
