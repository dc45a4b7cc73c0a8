import { StockResponse, toStockResponse } from '../test-data/stock.dto.js';
import type { FeatureStock } from './feature-stock.service.js';

/** How many records one of a feature's schemas has in an environment. */
export class FeatureSchemaStock extends StockResponse {
  /** The schema. */
  schema_id: string;

  /**
   * Its name.
   * @example "User"
   */
  schema_name: string;

  /** Whether it is the feature's primary schema. */
  is_primary: boolean;
}

/** What there is for a feature in one environment. */
export class EnvironmentStock {
  /** The environment. */
  environment_id: string;

  /**
   * Its name.
   * @example "Development"
   */
  environment_name: string;

  /** The primary schema first, then the others in the order of assignment. */
  schemas: FeatureSchemaStock[];
}

/** The test data of a feature, counted. */
export class FeatureStockResponse {
  /** The feature. */
  feature_id: string;

  /** All environments of the project, oldest first. */
  environments: EnvironmentStock[];
}

export function toFeatureStockResponse(
  featureId: string,
  { environments, schemas, stocks }: FeatureStock,
): FeatureStockResponse {
  const figures = new Map(stocks.map((stock) => [`${stock.environment_id} ${stock.schema_id}`, stock]));
  const none = { active: 0, used: 0, invalid: 0, leased: 0 };
  return {
    feature_id: featureId,
    environments: environments.map((environment) => ({
      environment_id: environment.id,
      environment_name: environment.name,
      schemas: schemas.map(({ schema, assignment }) => ({
        schema_id: schema.id,
        schema_name: schema.name,
        is_primary: assignment.isPrimary,
        ...toStockResponse(figures.get(`${environment.id} ${schema.id}`) ?? none),
      })),
    })),
  };
}
