import { Injectable } from '@nestjs/common';
import { translating } from '../../libs/database/constraint.js';
import { DomainError, type FieldError, NotFound } from '../../libs/errors/errors.js';
import { invalidRequest } from '../../libs/http/validation.js';
import type { ProjectScope } from '../access/project-scope.js';
import { EnvironmentsService } from '../environments/environments.service.js';
import { GenerationService } from '../test-data/generation.service.js';
import type { SetStockThreshold } from './stock-threshold.dto.js';
import type { StockThreshold } from './stock-threshold.entity.js';
import { StockThresholdsRepository } from './stock-thresholds.repository.js';

const gone = () => new NotFound('schema.not_found', 'The schema or the environment was deleted meanwhile.');
const GONE = {
  stock_thresholds_project_id_fkey: gone,
  stock_thresholds_schema_id_fkey: gone,
  stock_thresholds_environment_id_fkey: gone,
};

@Injectable()
export class StockThresholds {
  constructor(
    private readonly environments: EnvironmentsService,
    private readonly generation: GenerationService,
    private readonly thresholds: StockThresholdsRepository,
  ) {}

  /** Throws 404 `threshold.not_found` where there is none. */
  async get(scope: ProjectScope, schemaId: string, environmentId: string): Promise<StockThreshold> {
    await this.environments.get(scope, environmentId);
    return this.thresholds.getOrThrow(scope, schemaId, environmentId);
  }

  /** Throws what a run that fills the stock up would be refused for in any case, and 422 where the numbers do not fit. */
  async set(
    scope: ProjectScope,
    schemaId: string,
    environmentId: string,
    given: SetStockThreshold,
  ): Promise<StockThreshold> {
    const { at_least: atLeast, top_up_to: topUpTo, is_enabled: isEnabled = true } = given;
    await this.check(scope, schemaId, environmentId, topUpTo);
    if (topUpTo < atLeast) throw tooLittle(atLeast);
    const values = { atLeast, topUpTo, isEnabled };
    await translating(() => this.thresholds.set(scope, schemaId, environmentId, values), GONE);
    return this.thresholds.getOrThrow(scope, schemaId, environmentId);
  }

  /** In a protected environment this needs `admin`. */
  async remove(scope: ProjectScope, schemaId: string, environmentId: string): Promise<void> {
    await this.environments.getForBulk(scope, environmentId);
    await this.thresholds.getOrThrow(scope, schemaId, environmentId);
    await this.thresholds.remove(scope, schemaId, environmentId);
  }

  private async check(scope: ProjectScope, schemaId: string, environmentId: string, count: number): Promise<void> {
    try {
      await this.generation.check(scope, schemaId, environmentId, { count });
    } catch (error) {
      throw error instanceof DomainError ? aboutTopUp(error) : error;
    }
  }
}

type AnyDomainError = new (code: string, detail: string, errors: FieldError[]) => DomainError;

/** What is wrong with the run's `count` is wrong with how far the stock is to be filled up. */
function aboutTopUp(error: DomainError): DomainError {
  const errors = error.errors.map((each) =>
    each.pointer === '/count'
      ? { ...each, pointer: '/top_up_to', detail: each.detail.replace('count', 'top_up_to') }
      : each,
  );
  return new (error.constructor as AnyDomainError)(error.code, error.message, errors);
}

function tooLittle(atLeast: number): Error {
  const detail = `top_up_to must not be less than at_least, which is ${atLeast}`;
  return invalidRequest([{ pointer: '/top_up_to', code: 'at_least', detail }]);
}
