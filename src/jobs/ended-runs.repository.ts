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

const LOST = {
  name: 'ended_runs.lost_uploads',
  text: `
    DELETE FROM job_run_uploads AS upload WHERE created_at < now() - interval '1 day'
    RETURNING run_id, EXISTS (SELECT FROM job_runs WHERE id = upload.run_id) AS is_recorded`,
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

  /** Forgets the uploads of a day ago; answers the ids of runs that were never recorded. */
  async takeLostUploads(): Promise<string[]> {
    const { rows } = await this.db.query<{ run_id: string; is_recorded: boolean }>(LOST, []);
    return rows.filter(({ is_recorded }) => !is_recorded).map(({ run_id }) => run_id);
  }

  /** Forgets a run that is over; says whether it was. */
  async remove(id: string): Promise<boolean> {
    return (await this.db.query(REMOVE, [id])).rowCount === 1;
  }
}
