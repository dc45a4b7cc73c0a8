import { Injectable } from '@nestjs/common';
import { Database } from '../../libs/database/database.js';
import { NotFound } from '../../libs/errors/errors.js';
import type { ProjectScope } from '../access/project-scope.js';
import { StockThreshold } from './stock-threshold.entity.js';

const SET = {
  name: 'stock_thresholds.set',
  text: `
    INSERT INTO stock_thresholds (project_id, schema_id, environment_id, at_least, top_up_to, is_enabled, runs_as)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (schema_id, environment_id) DO UPDATE SET at_least = excluded.at_least, top_up_to = excluded.top_up_to,
      is_enabled = excluded.is_enabled, runs_as = excluded.runs_as, last_error = NULL, last_error_at = NULL, failures = 0,
      retry_at = NULL, updated_at = now()`,
};

@Injectable()
export class StockThresholdsRepository {
  constructor(private readonly db: Database) {}

  async getOrThrow({ projectId }: ProjectScope, schemaId: string, environmentId: string): Promise<StockThreshold> {
    const threshold = await this.thresholds.findOneBy({ projectId, schemaId, environmentId });
    if (threshold) return threshold;
    throw new NotFound('threshold.not_found', 'The stock of the schema in the environment has no threshold.');
  }

  /** Sets it as the caller's, and forgets what failed before. */
  async set(
    { projectId, userId }: ProjectScope,
    schemaId: string,
    environmentId: string,
    { atLeast, topUpTo, isEnabled }: Pick<StockThreshold, 'atLeast' | 'topUpTo' | 'isEnabled'>,
  ): Promise<void> {
    await this.db.query(SET, [projectId, schemaId, environmentId, atLeast, topUpTo, isEnabled, userId]);
  }

  async remove({ projectId }: ProjectScope, schemaId: string, environmentId: string): Promise<void> {
    await this.thresholds.delete({ projectId, schemaId, environmentId });
  }

  private get thresholds() {
    return this.db.repository(StockThreshold);
  }
}
