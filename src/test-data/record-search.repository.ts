import { Injectable } from '@nestjs/common';
import { Database } from '../../libs/database/database.js';
import { Invalid } from '../../libs/errors/errors.js';
import type { ProjectScope } from '../access/project-scope.js';
import type { RecordRow } from './record.dto.js';
import { type RecordPageQuestion, recordPageSql } from './record-search-query.js';

/** A record with the values that the list is in order of, as text. */
export interface FoundRecord extends RecordRow {
  place: string[];
}

/** How long PostgreSQL may look for a page. */
const SECONDS = 10;
const LIMIT_TIME = {
  name: 'record_search.limit_time',
  text: `SELECT set_config('statement_timeout', $1, true)`,
};
const QUERY_CANCELED = '57014';

@Injectable()
export class RecordSearchRepository {
  constructor(private readonly db: Database) {}

  /** Throws 422 `search.too_slow` where it takes too long. */
  async list({ projectId }: ProjectScope, question: Omit<RecordPageQuestion, 'projectId'>): Promise<FoundRecord[]> {
    const { text, values } = recordPageSql({ ...question, projectId });
    try {
      return await this.db.transaction(async () => {
        await this.db.query(LIMIT_TIME, [`${SECONDS}s`]);
        // Not by name: questions have any number of forms, and each connection would keep a plan of all that it has ever seen.
        return (await this.db.client.query<FoundRecord>(text, values)).rows;
      });
    } catch (error) {
      throw (error as { code?: string } | null)?.code === QUERY_CANCELED ? tooSlow() : error;
    }
  }
}

function tooSlow(): Invalid {
  const detail = `Records that meet the filter were not found within ${SECONDS} seconds: ask for more that narrows them down, by searchable fields, or put them in another order.`;
  return new Invalid('search.too_slow', detail, [{ parameter: 'filter', code: 'too_slow', detail }]);
}
