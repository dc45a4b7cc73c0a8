import { Injectable } from '@nestjs/common';
import type { ProjectScope } from '../access/project-scope.js';
import type { Environment } from '../environments/environment.entity.js';
import { EnvironmentsService } from '../environments/environments.service.js';
import { type CountedStock, StockCountsService } from '../test-data/stock-counts.service.js';
import type { AssignedSchema } from './feature.dto.js';
import { FeatureSchemasService } from './feature-schemas.service.js';

/** The stocks from which a feature's bundles are taken; one that never had a record is not among them. */
export interface FeatureStock {
  environments: Environment[];
  schemas: AssignedSchema[];
  stocks: CountedStock[];
}

@Injectable()
export class FeatureStockService {
  constructor(
    private readonly environments: EnvironmentsService,
    private readonly assignments: FeatureSchemasService,
    private readonly counts: StockCountsService,
  ) {}

  /** How many records a feature's schemas have in each environment. */
  async get(scope: ProjectScope, featureId: string): Promise<FeatureStock> {
    const environments = await this.environments.listAll(scope);
    const schemas = await this.assignments.list(scope, featureId);
    const ids = schemas.map(({ schema }) => schema.id);
    return { environments, schemas, stocks: await this.counts.list(scope, ids, null) };
  }
}
