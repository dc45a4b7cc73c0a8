import { Injectable } from '@nestjs/common';
import type { ProjectScope } from '../access/project-scope.js';
import { EnvironmentsService } from '../environments/environments.service.js';
import type { StockFigures } from './stock-counts.repository.js';
import { StockCountsService } from './stock-counts.service.js';

/** What there is of a schema in an environment. */
@Injectable()
export class StockService {
  constructor(
    private readonly environments: EnvironmentsService,
    private readonly counts: StockCountsService,
  ) {}

  async get(scope: ProjectScope, schemaId: string, environmentId: string): Promise<StockFigures> {
    await this.environments.get(scope, environmentId);
    return this.counts.get(scope, schemaId, environmentId);
  }
}
