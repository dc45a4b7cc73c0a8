import { Injectable } from '@nestjs/common';
import { Database } from '../../libs/database/database.js';
import type { ProjectScope } from '../access/project-scope.js';
import type { Permission } from '../access/permission.js';
import { TAKE_BACK } from './slices.repository.js';

const CANCEL = {
  name: 'run_control.cancel',
  text: `
    WITH ${TAKE_BACK}
    UPDATE job_runs SET state = 'cancelled', finished_at = clock_timestamp(), updated_at = clock_timestamp(),
      done = done - (SELECT coalesce(sum(rows), 0) FROM taken_back)
    WHERE id = $1 AND project_id = $2 AND state IN ('queued', 'running', 'paused')`,
};
const PAUSE = {
  name: 'run_control.pause',
  text: `
    UPDATE job_runs SET state = 'paused', rate = NULL, updated_at = clock_timestamp()
    WHERE id = $1 AND project_id = $2 AND state IN ('queued', 'running')`,
};
const RESUME = {
  name: 'run_control.resume',
  text: `
    UPDATE job_runs SET state = CASE WHEN started_at IS NULL THEN 'queued' ELSE 'running' END,
      mark_at = clock_timestamp(), mark_done = done, updated_at = clock_timestamp()
    WHERE id = $1 AND project_id = $2 AND state = 'paused'`,
};
const RETRY = {
  name: 'run_control.retry',
  text: `
    UPDATE job_runs SET state = CASE WHEN started_at IS NULL THEN 'queued' ELSE 'running' END, error = NULL,
      finished_at = NULL, rate = NULL,
      rejected = (SELECT coalesce(sum(rejected), 0) FROM job_slices WHERE run_id = $1),
      mark_at = clock_timestamp(), mark_done = done, updated_at = clock_timestamp()
    WHERE id = $1 AND project_id = $2 AND state IN ('failed', 'cancelled')`,
};
// Attempts go on counting, since only the latest may commit; those so far are forgiven.
const FORGIVE = {
  name: 'run_control.forgive',
  text: `
    UPDATE job_slices SET state = 'waiting', spent = attempt, error = NULL, updated_at = now()
    WHERE run_id = $1 AND project_id = $2 AND state <> 'done'`,
};
const IN_QUEUE = {
  name: 'run_control.in_queue',
  text: `
    SELECT no FROM job_slices
    WHERE run_id = $1 AND project_id = $2 AND state IN ('queued', 'running') ORDER BY no`,
};

// Here, and not asked of their services: those delete runs along with themselves, and so depend on this domain.
const PLACE = {
  name: 'run_control.place',
  text: `
    SELECT coalesce(environment.is_protected, false) AS is_protected,
      coalesce(environment.status, 'active') = 'active' AS environment_is_open,
      coalesce(schema.status, 'active') = 'active' AS schema_is_open
    FROM job_runs AS run
    LEFT JOIN environments AS environment ON environment.id = run.environment_id
    LEFT JOIN data_schemas AS schema ON schema.id = run.schema_id
    WHERE run.id = $1 AND run.project_id = $2`,
};

/** Where a run works. */
export interface RunPlace {
  /** What starting such a run there needs. */
  needed: Permission;
  environmentIsOpen: boolean;
  schemaIsOpen: boolean;
}

/** Changes of a run's state from outside. */
@Injectable()
export class RunControlRepository {
  constructor(private readonly db: Database) {}

  /** Ends a run that is not over; no slice of it commits after this. Says whether there was anything to end. */
  async cancel(scope: ProjectScope, id: string): Promise<boolean> {
    return this.change(CANCEL, scope, id);
  }

  /** Says whether the run was queued or running. */
  async pause(scope: ProjectScope, id: string): Promise<boolean> {
    return this.change(PAUSE, scope, id);
  }

  /** Says whether the run was paused. */
  async resume(scope: ProjectScope, id: string): Promise<boolean> {
    return this.change(RESUME, scope, id);
  }

  /** Opens a run again that failed or was cancelled, with all slices that are not done; says whether it was so. */
  async retry(scope: ProjectScope, id: string): Promise<boolean> {
    if (!(await this.change(RETRY, scope, id))) return false;
    await this.db.query(FORGIVE, [id, scope.projectId]);
    return true;
  }

  /** What keeps a run from going on where it works, and what it needs. */
  async findPlace(scope: ProjectScope, id: string): Promise<RunPlace> {
    const { rows } = await this.db.query<Record<'is_protected' | 'environment_is_open' | 'schema_is_open', boolean>>(
      PLACE,
      [id, scope.projectId],
    );
    const [place] = rows;
    return {
      needed: place?.is_protected ? 'admin' : 'write',
      environmentIsOpen: place?.environment_is_open ?? false,
      schemaIsOpen: place?.schema_is_open ?? false,
    };
  }

  /** The numbers of the slices that belong into the queue. */
  async listInQueue(scope: ProjectScope, id: string): Promise<number[]> {
    const { rows } = await this.db.query<{ no: number }>(IN_QUEUE, [id, scope.projectId]);
    return rows.map(({ no }) => no);
  }

  private async change(statement: typeof CANCEL, scope: ProjectScope, id: string): Promise<boolean> {
    return (await this.db.query(statement, [id, scope.projectId])).rowCount === 1;
  }
}
