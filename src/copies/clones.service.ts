import { Injectable } from '@nestjs/common';
import { requirePermission, type ProjectScope } from '../access/project-scope.js';
import type { Environment } from '../environments/environment.entity.js';
import { EnvironmentsService } from '../environments/environments.service.js';
import { FeaturesService } from '../features/features.service.js';
import { IdempotencyService } from '../idempotency/idempotency.service.js';
import type { JobRun } from '../jobs/job-run.entity.js';
import { RunsService } from '../jobs/runs.service.js';
import type { Clone, CloneEnvironment } from './clone.dto.js';
import { CopiesService } from './copies.service.js';

/** Makes environments like others. */
@Injectable()
export class ClonesService {
  constructor(
    private readonly environments: EnvironmentsService,
    private readonly features: FeaturesService,
    private readonly copies: CopiesService,
    private readonly runs: RunsService,
    private readonly idempotency: IdempotencyService,
  ) {}

  /** Makes it once for each key. Throws 409 `environment.slug_taken`, 403 for the records of a protected one without `admin`. */
  async cloneOnce(scope: ProjectScope, id: string, given: CloneEnvironment, key: string | undefined): Promise<Clone> {
    const question = { clone: id, ...given };
    const made = await this.idempotency.once(scope, key, question, async () => {
      const { environment, run } = await this.clone(scope, id, given);
      return { environment: environment.id, run: run?.id ?? null };
    });
    return {
      environment: await this.environments.get(scope, made.environment),
      run: made.run === null ? null : await this.runs.get(scope, made.run),
    };
  }

  /** Needs a transaction. */
  private async clone(scope: ProjectScope, id: string, given: CloneEnvironment): Promise<Clone> {
    const source = await this.environments.get(scope, id);
    if (given.include_data && source.isProtected)
      requirePermission(scope, 'admin', 'Copying the records of a protected environment');
    const environment = await this.environments.create(scope, {
      name: given.name,
      slug: given.slug,
      color: given.color ?? source.color,
      description: source.description,
      is_protected: source.isProtected,
    });
    if (given.include_feature_status) await this.features.copyHealth(scope, source.id, environment.id);
    return { environment, run: given.include_data ? await this.fill(scope, source, environment, given) : null };
  }

  private async fill(
    scope: ProjectScope,
    source: Environment,
    environment: Environment,
    { records = 'keep' }: CloneEnvironment,
  ): Promise<JobRun> {
    return this.copies.startWhole(scope, source.id, environment.id, records);
  }
}
