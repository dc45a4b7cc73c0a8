import { Injectable } from '@nestjs/common';
import { Database } from '../../libs/database/database.js';

const OLD = {
  name: 'ended_runs.old',
  text: `
    SELECT id FROM job_runs WHERE finished_at < now() - make_interval(days => $1) ORDER BY finished_at LIMIT $2`,
};

const REMOVE = {
  name: 'ended_runs.remove',
  text: 'DELETE FROM job_runs WHERE id = $1 AND finished_at IS NOT NULL',
};

/** Runs that are over, of all projects: whoever forgets them acts for nobody. */
@Injectable()
export class EndedRunsRepository {
  constructor(private readonly db: Database) {}

  /** The ids of runs that have been over for so many days. */
  async listOld(days: number, limit: number): Promise<string[]> {
    const { rows } = await this.db.query<{ id: string }>(OLD, [days, limit]);
    return rows.map(({ id }) => id);
  }

  /** Forgets a run that is over; says whether it was. */
  async remove(id: string): Promise<boolean> {
    return (await this.db.query(REMOVE, [id])).rowCount === 1;
  }
}
