import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { Database } from '../../libs/database/database.js';
import { afterId, type Page, type PageRequest, toPage } from '../../libs/database/page.js';
import { NotFound } from '../../libs/errors/errors.js';
import type { Caller } from '../access/caller.js';
import type { ProjectScope } from '../access/project-scope.js';
import { JobRun, type RunState } from './job-run.entity.js';

export type NewRun = Pick<JobRun, 'type' | 'total' | 'params' | 'schemaId' | 'environmentId'> & {
  inputs?: Record<string, unknown>;
};

const CUT = {
  name: 'runs.cut_into_slices',
  text: `
    INSERT INTO job_slices (run_id, no, project_id, first_row, rows, state)
    SELECT $1, no, $2, no * $4::bigint, least($4::bigint, $3::bigint - no * $4::bigint),
      CASE WHEN no < $5 THEN 'queued' ELSE 'waiting' END
    FROM generate_series(0, ceil($3::numeric / $4)::integer - 1) AS no`,
};

const CANCEL = {
  name: 'runs.cancel',
  text: `
    UPDATE job_runs SET state = 'cancelled', finished_at = clock_timestamp(), updated_at = clock_timestamp()
    WHERE id = $1 AND project_id = $2 AND state IN ('queued', 'running', 'paused')`,
};

@Injectable()
export class RunsRepository {
  constructor(private readonly db: Database) {}

  /** Makes a run and its slices, the first `window` of them marked as queued. */
  async create(scope: ProjectScope, run: NewRun, sliceRows: number, window: number): Promise<JobRun> {
    const values = { ...run, projectId: scope.projectId, createdBy: scope.userId };
    const created = await this.runs.save(this.runs.create(values));
    await this.db.query(CUT, [created.id, scope.projectId, run.total, sliceRows, window]);
    return this.getOrThrow(scope, created.id);
  }

  async getOrThrow(scope: ProjectScope, id: string): Promise<JobRun> {
    const run = await this.runs.findOneBy({ id, projectId: scope.projectId });
    if (!run) throw new NotFound('run.not_found', `There is no run ${id} that you may see.`);
    return run;
  }

  /** Runs of the projects that the caller may read, newest first. */
  async list(
    caller: Caller,
    filter: { projectId?: string; state?: RunState; type?: string },
    page: PageRequest,
  ): Promise<Page<JobRun>> {
    const query = this.runs
      .createQueryBuilder('r')
      .innerJoin('projects', 'p', "p.id = r.projectId AND p.status <> 'deleting'")
      .where('project_permission(:userId, p) > 0', { userId: caller.userId });
    const before = afterId(page);
    if (before) query.andWhere('r.id < :before', { before });
    if (filter.projectId) query.andWhere('r.projectId = :projectId', filter);
    if (filter.state) query.andWhere('r.state = :state', filter);
    if (filter.type) query.andWhere('r.type = :type', filter);
    return toPage(
      await query
        .orderBy('r.id', 'DESC')
        .limit(page.limit + 1)
        .getMany(),
      page,
    );
  }

  /** Ends a run that is not over; no slice of it commits after this. Says whether there was anything to end. */
  async cancel(scope: ProjectScope, id: string): Promise<boolean> {
    const { rowCount } = await this.db.query(CANCEL, [id, scope.projectId]);
    return rowCount === 1;
  }

  /** The runs that are not over and work on the given schema or in the given environment, or anywhere in the project. */
  async listOpen(scope: ProjectScope, about: { schemaId?: string; environmentId?: string }): Promise<JobRun[]> {
    return this.runs.findBy({ projectId: scope.projectId, ...about, finishedAt: IsNull() });
  }

  private get runs() {
    return this.db.repository(JobRun);
  }
}
