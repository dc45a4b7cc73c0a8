import { Body, Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Endpoint } from '../../libs/http/endpoint.js';
import { Id } from '../../libs/http/id.js';
import { InProject, Needs } from '../access/access.decorators.js';
import type { ProjectScope } from '../access/project-scope.js';
import { PreviewDefinition, PreviewResponse, PreviewSchema } from './preview.dto.js';
import { PreviewService } from './preview.service.js';

@ApiTags('schemas')
@Controller()
export class PreviewController {
  constructor(private readonly previews: PreviewService) {}

  @Post('schemas/:id/preview')
  @Needs('read', 'schema')
  @Endpoint({
    id: 'previewSchema',
    summary: 'Show rows that a schema would give, and how many there are',
    description: 'Stores nothing.',
    status: 200,
    conflicts: { 'generation.no_valid_row': 'the rules of the schema leave no row.' },
  })
  async saved(
    @InProject() scope: ProjectScope,
    @Id('id') id: string,
    @Body() body: PreviewSchema,
  ): Promise<PreviewResponse> {
    return this.previews.saved(scope, id, body);
  }

  @Post('projects/:projectId/schemas/preview')
  @Needs('read', 'project', 'projectId')
  @Endpoint({
    id: 'previewDefinition',
    summary: 'Show rows that a definition would give before it is saved, and how many there are',
    description: 'Stores nothing.',
    status: 200,
    conflicts: { 'generation.no_valid_row': 'the rules of the schema leave no row.' },
  })
  async unsaved(@InProject() scope: ProjectScope, @Body() body: PreviewDefinition): Promise<PreviewResponse> {
    return this.previews.unsaved(scope, body);
  }
}
