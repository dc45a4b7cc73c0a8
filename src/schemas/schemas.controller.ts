import { Body, Controller, Delete, Get, Headers, Post, Put, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Endpoint } from '../../libs/http/endpoint.js';
import { Id } from '../../libs/http/id.js';
import { toPageResponse } from '../../libs/http/page.dto.js';
import { InProject, Needs } from '../access/access.decorators.js';
import type { ProjectScope } from '../access/project-scope.js';
import { DeleteEndpoint, type DeleteReply, replyDeleted } from '../jobs/run-reply.js';
import type { DataSchema } from './data-schema.entity.js';
import { IfMatch } from './if-match.js';
import {
  CheckResponse,
  CheckValues,
  CreateSchema,
  DeleteSchemaQuery,
  ListSchemas,
  SchemaPage,
  SchemaResponse,
  toSchemaResponse,
  UpdateSchema,
  ValidateResponse,
} from './schema.dto.js';
import { schemaTag } from './schema-tag.js';
import { SchemaChecksService } from './schema-checks.service.js';
import { SchemaRemovalService } from './schema-removal.service.js';
import { SchemasService } from './schemas.service.js';

@ApiTags('schemas')
@Controller()
export class SchemasController {
  constructor(
    private readonly schemas: SchemasService,
    private readonly checks: SchemaChecksService,
    private readonly removal: SchemaRemovalService,
  ) {}

  @Post('projects/:projectId/schemas')
  @Needs('write', 'project', 'projectId')
  @Endpoint({
    id: 'createSchema',
    summary: 'Make a schema',
    conflicts: {
      'schema.name_taken': 'another schema of the project has the name.',
      'schema.embedded_too_often': 'a schema stands in more than 50 others.',
      'project.archived': 'the project is archived.',
    },
  })
  async create(
    @InProject() scope: ProjectScope,
    @Body() body: CreateSchema,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SchemaResponse> {
    const { schema, applied } = await this.schemas.create(scope, body);
    return toSchemaResponse(tagged(reply, schema), applied);
  }

  @Get('projects/:projectId/schemas')
  @Needs('read', 'project', 'projectId')
  @Endpoint({ id: 'listSchemas', summary: "List a project's schemas" })
  async list(@InProject() scope: ProjectScope, @Query() query: ListSchemas): Promise<SchemaPage> {
    return toPageResponse(await this.schemas.list(scope, query), (schema) => toSchemaResponse(schema));
  }

  @Get('schemas/:id')
  @Needs('read', 'schema')
  @Endpoint({
    id: 'getSchema',
    summary: 'Get a schema',
    description: 'The `ETag` can be sent as `If-Match` of a change.',
  })
  async get(
    @InProject() scope: ProjectScope,
    @Id('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SchemaResponse> {
    return toSchemaResponse(tagged(reply, await this.schemas.get(scope, id)));
  }

  @Put('schemas/:id')
  @Needs('write', 'schema')
  @IfMatch()
  @Endpoint({
    id: 'updateSchema',
    summary: 'Change or archive a schema',
    conflicts: {
      'schema.name_taken': 'another schema of the project has the name.',
      'schema.archived': 'the schema is archived.',
      'schema.not_unique': 'records have the same values in fields that are to become unique.',
      'schema.too_many_records': 'a stock has more than 100,000 records, too many for a field to become unique.',
      'schema.breaks_others': 'a schema in which this one stands would not be valid any more.',
      'schema.embedded_too_often': 'a schema stands in more than 50 others.',
      'project.archived': 'the project is archived.',
    },
  })
  async update(
    @InProject() scope: ProjectScope,
    @Id('id') id: string,
    @Body() body: UpdateSchema,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SchemaResponse> {
    const { schema, applied } = await this.schemas.update(scope, id, body, ifMatch);
    return toSchemaResponse(tagged(reply, schema), applied);
  }

  @Delete('schemas/:id')
  @Needs('admin', 'schema')
  @DeleteEndpoint({
    id: 'deleteSchema',
    summary: 'Delete a schema with its records',
    conflicts: { 'schema.in_use': 'features or other schemas use it, and `force` is not given.' },
  })
  async remove(
    @InProject() scope: ProjectScope,
    @Id('id') id: string,
    @Query() query: DeleteSchemaQuery,
    @Res({ passthrough: true }) reply: DeleteReply,
  ): Promise<unknown> {
    return replyDeleted(reply, await this.removal.remove(scope, id, query.force === 'true'));
  }

  @Get('schemas/:id/validate')
  @Needs('read', 'schema')
  @Endpoint({ id: 'validateSchema', summary: 'Say field by field what is wrong with a schema' })
  async validate(@InProject() scope: ProjectScope, @Id('id') id: string): Promise<ValidateResponse> {
    return this.checks.validate(scope, id);
  }

  @Post('schemas/:id/check')
  @Needs('read', 'schema')
  @Endpoint({
    id: 'checkValues',
    summary: 'Say whether values would be accepted as a record, without storing them',
    status: 200,
  })
  async check(
    @InProject() scope: ProjectScope,
    @Id('id') id: string,
    @Body() body: CheckValues,
  ): Promise<CheckResponse> {
    return this.checks.check(scope, id, body.data_values);
  }
}

function tagged(reply: FastifyReply, schema: DataSchema): DataSchema {
  void reply.header('etag', schemaTag(schema));
  return schema;
}
