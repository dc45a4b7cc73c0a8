import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../libs/config/config.js';
import { CONFIG } from '../../libs/config/config.module.js';
import { Database } from '../../libs/database/database.js';
import type { ProjectScope } from '../access/project-scope.js';
import type { JobRun } from '../jobs/job-run.entity.js';
import { RunControlService } from '../jobs/run-control.service.js';
import { RunsService } from '../jobs/runs.service.js';
import type { SliceResult } from '../jobs/slices.service.js';
import type { TakenSlice } from '../jobs/taken-slice.js';
import { deleteSlice } from './removals.jobs.js';
import { ownerOf, RemovalsRepository, type RemovalTarget } from './removals.repository.js';

/** Deletes projects, environments and schemas with their records: few at once, many as a run. */
@Injectable()
export class RemovalsService {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly db: Database,
    private readonly removals: RemovalsRepository,
    private readonly runs: RunsService,
    private readonly control: RunControlService,
  ) {}

  /** Deletes the thing; where it has more records than a request should delete, hides it and answers with the run that does. */
  async remove(scope: ProjectScope, target: RemovalTarget, id: string): Promise<JobRun | null> {
    return this.db.transaction(async () => {
      await this.db.setLocal({ 'testlake.actor': scope.userId, 'testlake.cause': 'delete' });
      await this.control.cancelAll(scope, about(target, id));
      if (target === 'schema') await this.removals.unassign(scope, id);
      await this.removals.lockStocks(scope, target, id);
      const records = await this.removals.countRecords(scope, target, id);
      if (records > this.config.limits.inlineDeleteRows) return this.startRun(scope, target, id, records);
      await this.removals.removeRecords(scope, target, id, records);
      await this.removals.removeRest(scope, target, id);
      return null;
    });
  }

  /** One slice of such a run. Slices share the work rather than owning rows: whichever comes last ends it. */
  async makeSlice(slice: TakenSlice): Promise<SliceResult> {
    const { target, id, last } = slice.params as { target: RemovalTarget; id: string; last: number };
    const owner = ownerOf(slice);
    await this.removals.removeRecords(owner, target, id, slice.rows);
    if (slice.no === last) await this.finish(owner, target, id);
    return { rows: slice.rows };
  }

  private async startRun(scope: ProjectScope, target: RemovalTarget, id: string, records: number): Promise<JobRun> {
    await this.removals.hide(scope, target, id);
    const params = { target, id, last: Math.ceil(records / this.runs.sliceRows(records)) - 1 };
    const { schemaId, environmentId } = about(target, id);
    return this.runs.start(scope, deleteSlice, {
      total: records,
      params,
      schemaId: schemaId ?? null,
      environmentId: environmentId ?? null,
      window: 1,
    });
  }

  private async finish(owner: Pick<ProjectScope, 'projectId'>, target: RemovalTarget, id: string): Promise<void> {
    await this.removals.lockStocks(owner, target, id);
    while ((await this.removals.removeRecords(owner, target, id, this.config.worker.sliceRows)) > 0);
    await this.removals.removeRest(owner, target, id);
  }
}

function about(target: RemovalTarget, id: string): { schemaId?: string; environmentId?: string } {
  if (target === 'schema') return { schemaId: id };
  return target === 'environment' ? { environmentId: id } : {};
}
