import { Body, Controller, Get, Post, Query, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Readable } from 'node:stream';
import { Endpoint } from '../../libs/http/endpoint.js';
import { Id } from '../../libs/http/id.js';
import { InProject, Needs, Public } from '../access/access.decorators.js';
import type { ProjectScope } from '../access/project-scope.js';
import { DownloadQuery, FileLinkResponse, WantedFile } from './run-file.dto.js';
import { RunFileLinksService } from './run-file-links.service.js';

@ApiTags('jobs')
@Controller()
export class RunFilesController {
  constructor(private readonly links: RunFileLinksService) {}

  @Post('jobs/:id/file-link')
  @Needs('read', 'run')
  @Endpoint({
    id: 'linkRunFile',
    summary: 'Get a link to a file of a run',
    description: 'The link works for 15 minutes, for whoever has it.',
    status: 200,
    notFound: 'There is no such run that you may see, or it has no file of this name.',
  })
  async link(
    @InProject() scope: ProjectScope,
    @Id('id') id: string,
    @Body() { name }: WantedFile,
  ): Promise<FileLinkResponse> {
    return this.links.make(scope, id, name);
  }

  @Get('files')
  @Public()
  @ApiOkResponse({
    description: 'The file.',
    content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
  })
  @Endpoint({
    id: 'downloadFile',
    summary: 'Download a file by its link',
    notFound: 'The link is not one of this installation, or it is over.',
  })
  async download(@Query() { link }: DownloadQuery): Promise<StreamableFile> {
    const { name, mediaType, bytes, content } = await this.links.open(link);
    const disposition = `attachment; filename="${name}"`;
    return new StreamableFile(Readable.from(content), { type: mediaType, length: bytes, disposition });
  }
}
