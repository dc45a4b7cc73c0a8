import { Body, Controller, Delete, Headers, Post, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Endpoint } from '../../libs/http/endpoint.js';
import { Id } from '../../libs/http/id.js';
import { InProject, Needs } from '../access/access.decorators.js';
import type { ProjectScope } from '../access/project-scope.js';
import { CreateField, FieldResponse, UpdateField } from './field.dto.js';
import { FieldsService } from './fields.service.js';
import { IfMatch } from './if-match.js';

const CONFLICTS = {
  'schema.breaks_others': 'a schema in which this one stands would not be valid any more.',
  'schema.embedded_too_often': 'a schema stands in more than 50 others.',
  'schema.archived': 'the schema is archived.',
  'schema.not_unique': 'records have the same values in fields that are to become unique.',
  'schema.too_many_records': 'a stock has more than 100,000 records, too many for a field to become unique.',
  'project.archived': 'the project is archived.',
};

@ApiTags('schemas')
@Controller('schemas/:id/fields')
export class FieldsController {
  constructor(private readonly fields: FieldsService) {}

  @Post()
  @Needs('write', 'schema')
  @IfMatch()
  @Endpoint({ id: 'createField', summary: 'Add a field to a schema', conflicts: CONFLICTS })
  async create(
    @InProject() scope: ProjectScope,
    @Id('id') id: string,
    @Body() body: CreateField,
    @Headers('if-match') ifMatch: string | undefined,
  ): Promise<FieldResponse> {
    return this.fields.create(scope, id, body, ifMatch);
  }

  @Put(':fieldId')
  @Needs('write', 'schema')
  @IfMatch()
  @Endpoint({ id: 'updateField', summary: 'Change a field of a schema', conflicts: CONFLICTS })
  async update(
    @InProject() scope: ProjectScope,
    @Id('id') id: string,
    @Id('fieldId') fieldId: string,
    @Body() body: UpdateField,
    @Headers('if-match') ifMatch: string | undefined,
  ): Promise<FieldResponse> {
    return this.fields.update(scope, id, fieldId, body, ifMatch);
  }

  @Delete(':fieldId')
  @Needs('write', 'schema')
  @IfMatch()
  @Endpoint({
    id: 'deleteField',
    summary: 'Remove a field from a schema',
    description: 'Records keep the value that they have; keys of several fields that name it go with it.',
    status: 204,
    conflicts: { ...CONFLICTS, 'field.last': 'it is the only field.' },
  })
  async remove(
    @InProject() scope: ProjectScope,
    @Id('id') id: string,
    @Id('fieldId') fieldId: string,
    @Headers('if-match') ifMatch: string | undefined,
  ): Promise<void> {
    await this.fields.remove(scope, id, fieldId, ifMatch);
  }
}
