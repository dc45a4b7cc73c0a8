import { Injectable } from '@nestjs/common';
import { Database } from '../../libs/database/database.js';
import type { RunState } from './job-run.entity.js';

const BY_STATE = {
  name: 'run_figures.by_state',
  text: 'SELECT state, count(*)::integer AS runs FROM job_runs GROUP BY state',
};
const LAG = {
  name: 'run_figures.lag',
  text: `
    SELECT coalesce(greatest(extract(epoch FROM clock_timestamp() - min(slice.updated_at)), 0), 0)::float8 AS seconds
    FROM job_runs AS run JOIN job_slices AS slice ON slice.run_id = run.id
    WHERE run.state IN ('queued', 'running') AND slice.state = 'queued'`,
};

/** It belongs to no project, and so takes no scope: only the worker's metrics ask, which name nobody. */
@Injectable()
export class RunFiguresRepository {
  constructor(private readonly db: Database) {}

  async runsByState(): Promise<Partial<Record<RunState, number>>> {
    const { rows } = await this.db.query<{ state: RunState; runs: number }>(BY_STATE, []);
    return Object.fromEntries(rows.map(({ state, runs }) => [state, runs]));
  }

  async lagSeconds(): Promise<number> {
    const { rows } = await this.db.query<{ seconds: number }>(LAG, []);
    return rows[0]?.seconds ?? 0;
  }
}
