import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Endpoint } from '../../libs/http/endpoint.js';
import { Id } from '../../libs/http/id.js';
import { InProject, Needs } from '../access/access.decorators.js';
import type { ProjectScope } from '../access/project-scope.js';
import { StockOutlookResponse, toStockOutlookResponse } from './stock.dto.js';
import { StockService } from './stock.service.js';

@ApiTags('test-data')
@Controller()
export class StockController {
  constructor(private readonly stock: StockService) {}

  @Get('schemas/:schemaId/environments/:envId/stock')
  @Needs('read', 'schema', 'schemaId')
  @Endpoint({
    id: 'getStock',
    summary: 'Count the records of a schema in an environment, and tell how long they last',
    description: 'Exact at any size, and as quick: the counts are kept along with every change and every hand-out.',
  })
  async get(
    @InProject() scope: ProjectScope,
    @Id('schemaId') schemaId: string,
    @Id('envId') environmentId: string,
  ): Promise<StockOutlookResponse> {
    return toStockOutlookResponse(await this.stock.get(scope, schemaId, environmentId));
  }
}
