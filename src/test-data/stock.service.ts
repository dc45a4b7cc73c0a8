import { Injectable } from '@nestjs/common';
import type { ProjectScope } from '../access/project-scope.js';
import { EnvironmentsService } from '../environments/environments.service.js';
import { SchemasService } from '../schemas/schemas.service.js';
import { UsageService } from '../usage/usage.service.js';
import type { StockFigures } from './stock-counts.repository.js';
import { StockCountsService } from './stock-counts.service.js';

const HOUR = 3_600_000;
/** Hours beyond which nobody can tell how long a stock lasts: a hundred years. */
const FAR = 100 * 365 * 24;

/** What there is of a schema in an environment, and how long it will last. */
export interface StockOutlook extends StockFigures {
  claimsPerHour: number;
  lastsUntil: Date | null;
}

/** What there is of a schema in an environment. */
@Injectable()
export class StockService {
  constructor(
    private readonly environments: EnvironmentsService,
    private readonly schemas: SchemasService,
    private readonly counts: StockCountsService,
    private readonly usage: UsageService,
  ) {}

  async get(scope: ProjectScope, schemaId: string, environmentId: string): Promise<StockOutlook> {
    await this.environments.get(scope, environmentId);
    const { isReusable } = await this.schemas.get(scope, schemaId);
    const figures = await this.counts.get(scope, schemaId, environmentId);
    const claimsPerHour = await this.usage.perHour(scope, { schemaId, environmentId });
    const hours = isReusable || claimsPerHour === 0 ? Infinity : figures.active / claimsPerHour;
    return { ...figures, claimsPerHour, lastsUntil: hours < FAR ? new Date(Date.now() + hours * HOUR) : null };
  }
}
