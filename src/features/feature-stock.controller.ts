import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Endpoint } from '../../libs/http/endpoint.js';
import { Id } from '../../libs/http/id.js';
import { InProject, Needs } from '../access/access.decorators.js';
import type { ProjectScope } from '../access/project-scope.js';
import { FeatureStockResponse, toFeatureStockResponse } from './feature-stock.dto.js';
import { FeatureStockService } from './feature-stock.service.js';

@ApiTags('features')
@Controller('features/:featureId')
export class FeatureStockController {
  constructor(private readonly stock: FeatureStockService) {}

  @Get('test-data-summary')
  @Needs('read', 'feature', 'featureId')
  @Endpoint({
    id: 'getFeatureStock',
    summary: "Count the records of a feature's schemas in every environment",
    description: 'Exact at any size, and as quick.',
  })
  async get(@InProject() scope: ProjectScope, @Id('featureId') featureId: string): Promise<FeatureStockResponse> {
    return toFeatureStockResponse(featureId, await this.stock.get(scope, featureId));
  }
}
