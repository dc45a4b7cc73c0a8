import { Injectable } from '@nestjs/common';
import { Database } from '../../libs/database/database.js';
import type { ProjectScope } from '../access/project-scope.js';

/** The moment that a record's values are right for, and the definition that they follow. */
export interface RecordMoment {
  id: string;
  schema_id: string;
  schema_version: number;
  moment: Date;
}

// Rows of a run are measured from its start; when it is no longer kept, the moment at which they were stored is near enough.
const LIST = {
  name: 'record_moments.list',
  text: `
    SELECT record.id, stock.schema_id, record.schema_version,
      coalesce(record.values_at, to_timestamp((run.params ->> 'now')::float8 / 1000), record.created_at) AS moment
    FROM test_data AS record JOIN stocks AS stock ON stock.id = record.stock_id
    LEFT JOIN job_runs AS run ON run.id = record.run_id AND run.type IN ('generate', 'generate_many')
    WHERE record.project_id = $1 AND record.id = ANY ($2::uuid[])`,
};

@Injectable()
export class RecordMomentsRepository {
  constructor(private readonly db: Database) {}

  /** By the ids of the records. */
  async list({ projectId }: Pick<ProjectScope, 'projectId'>, ids: string[]): Promise<Map<string, RecordMoment>> {
    const { rows } = await this.db.query<RecordMoment & object>(LIST, [projectId, ids]);
    return new Map(rows.map((row) => [row.id, row]));
  }
}
