import { Body, Controller, Delete, Get, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Endpoint } from '../../libs/http/endpoint.js';
import { Id } from '../../libs/http/id.js';
import { InProject, Needs } from '../access/access.decorators.js';
import type { ProjectScope } from '../access/project-scope.js';
import { SetStockThreshold, StockThresholdResponse, toStockThresholdResponse } from './stock-threshold.dto.js';
import { StockThresholds } from './stock-thresholds.service.js';

const READ_ONLY = {
  'project.archived': 'the project is archived.',
  'environment.archived': 'the environment is archived.',
};
const NONE = 'The schema or the environment does not exist, the caller may not see it, or it has no threshold.';

@ApiTags('test-data')
@Controller('schemas/:schemaId/environments/:envId/stock/threshold')
export class StockThresholdsController {
  constructor(private readonly thresholds: StockThresholds) {}

  @Put()
  @Needs('write', 'schema', 'schemaId')
  @Endpoint({
    id: 'setStockThreshold',
    summary: 'Keep a stock from running empty',
    description:
      'Whenever there are fewer active records than `at_least`, a run makes as many as are missing up to `top_up_to`, in the ' +
      "caller's name and if they still may. One run at a time; none while the project, the environment or the schema is " +
      'archived. After a failure it waits a minute, then twice as long each time, and after five in a row it stops. In a ' +
      'protected environment this needs the permission `admin`.',
    conflicts: { 'schema.archived': 'the schema is archived.', ...READ_ONLY },
  })
  async set(
    @InProject() scope: ProjectScope,
    @Id('schemaId') schemaId: string,
    @Id('envId') environmentId: string,
    @Body() body: SetStockThreshold,
  ): Promise<StockThresholdResponse> {
    return toStockThresholdResponse(await this.thresholds.set(scope, schemaId, environmentId, body));
  }

  @Get()
  @Needs('read', 'schema', 'schemaId')
  @Endpoint({ id: 'getStockThreshold', summary: 'Get the threshold of a stock', notFound: NONE })
  async get(
    @InProject() scope: ProjectScope,
    @Id('schemaId') schemaId: string,
    @Id('envId') environmentId: string,
  ): Promise<StockThresholdResponse> {
    return toStockThresholdResponse(await this.thresholds.get(scope, schemaId, environmentId));
  }

  @Delete()
  @Needs('write', 'schema', 'schemaId')
  @Endpoint({
    id: 'deleteStockThreshold',
    summary: 'Let a stock run empty again',
    description: 'A run that it has started goes on. In a protected environment this needs the permission `admin`.',
    status: 204,
    conflicts: READ_ONLY,
    notFound: NONE,
  })
  async remove(
    @InProject() scope: ProjectScope,
    @Id('schemaId') schemaId: string,
    @Id('envId') environmentId: string,
  ): Promise<void> {
    await this.thresholds.remove(scope, schemaId, environmentId);
  }
}
