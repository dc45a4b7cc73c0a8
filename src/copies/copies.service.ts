import { Injectable } from '@nestjs/common';
import type { JobDefinition } from '../../libs/jobs/define-job.js';
import { invalidRequest } from '../../libs/http/validation.js';
import type { ProjectScope } from '../access/project-scope.js';
import { EnvironmentsService } from '../environments/environments.service.js';
import type { JobRun } from '../jobs/job-run.entity.js';
import { RunsService } from '../jobs/runs.service.js';
import type { SlicePayload } from '../jobs/slices.jobs.js';
import { CopiedSchemas } from './copied-schemas.service.js';
import type { StartCopy } from './copy.dto.js';
import { cloneSlice, type CopyParams, copySlice } from './copy.jobs.js';

/** Starts runs that copy records between environments. */
@Injectable()
export class CopiesService {
  constructor(
    private readonly environments: EnvironmentsService,
    private readonly schemas: CopiedSchemas,
    private readonly runs: RunsService,
  ) {}

  /** Throws 422 for filters and masks that do not fit their schemas, 403 for protected environments without `admin`. */
  async start(scope: ProjectScope, given: StartCopy): Promise<JobRun> {
    const { from_environment_id: from, to_environment_ids: to, move = false } = given;
    requirePlaces(from, to, move);
    await (move ? this.environments.getForBulk(scope, from) : this.environments.get(scope, from));
    for (const id of to) await this.environments.getForBulk(scope, id);
    const { schemas, refer } = await this.schemas.read(scope, given);
    const params: CopyParams = {
      ...{ from, to, schemas, move, whole: false },
      on_conflict: given.on_conflict ?? 'skip',
      records: given.records ?? 'keep',
      dry_run: given.dry_run ?? false,
    };
    // What a reference leads to is looked up, so that what is referred to has to be there first: one slice after the other.
    return this.run(scope, copySlice, params, { priority: given.priority, ...(refer ? { window: 1 } : {}) });
  }

  /** The same, once for each key. */
  async startOnce(scope: ProjectScope, given: StartCopy, key: string | undefined): Promise<JobRun> {
    return this.runs.once(scope, key, { run: 'copy', ...given }, () => this.start(scope, given));
  }

  /** Copies everything into an environment that has nothing yet. */
  async startWhole(scope: ProjectScope, from: string, to: string, records: CopyParams['records']): Promise<JobRun> {
    const schemas = await this.schemas.listWhole(scope, from);
    const how = { on_conflict: 'fail', move: false, dry_run: false, whole: true } as const;
    return this.run(scope, cloneSlice, { from, to: [to], schemas, records, ...how });
  }

  /** How many records there are is found out by the first slice, which makes the others. */
  private async run(
    scope: ProjectScope,
    job: JobDefinition<SlicePayload>,
    params: CopyParams,
    options: { priority?: JobRun['priority']; window?: number } = {},
  ): Promise<JobRun> {
    const [schema, ...schemas] = params.schemas;
    const [environment, ...environments] = params.to;
    return this.runs.start(scope, job, {
      ...options,
      total: 0,
      sliceRows: 1,
      params: { ...params },
      schemaId: schemas.length === 0 ? (schema?.id ?? null) : null,
      environmentId: environments.length === 0 ? (environment ?? null) : null,
    });
  }
}

function requirePlaces(from: string, to: string[], move: boolean): void {
  const same = to.findIndex((id) => id.toLowerCase() === from.toLowerCase());
  if (same >= 0) {
    const detail = 'must be other environments than from_environment_id';
    throw invalidRequest([{ pointer: `/to_environment_ids/${same}`, code: 'same_environment', detail }]);
  }
  if (!move || to.length === 1) return;
  const detail = 'records can be moved to one environment only';
  throw invalidRequest([{ pointer: '/to_environment_ids', code: 'array_max_size', detail }]);
}
