import { Injectable } from '@nestjs/common';
import { Database } from '../../libs/database/database.js';
import { afterMoment, type Page, type PageRequest, toMomentPage } from '../../libs/database/page.js';
import type { ProjectScope } from '../access/project-scope.js';
import { nameSql, userNameSql } from '../removals/names.sql.js';
import type { RecordEventRow } from './record-history.dto.js';

const NOTHING = 'NULL::text, NULL::text, false, NULL::text, NULL::timestamptz';
const AFTER = `('epoch'::timestamptz + $3::bigint * interval '1 microsecond', $4::uuid)`;

// Where a record was handed out a million times, each page reads its own part of the index.
const LIST = {
  name: 'record_history.list',
  text: `
    SELECT event.*, (extract(epoch FROM at) * 1000000)::bigint::text AS micros,
      ${userNameSql('actor_id')} AS actor_name, ${nameSql('features', 'feature_id')} AS feature_name
    FROM (
      SELECT created_at AS at, id, 'created' AS kind, NULL::text AS from_status, 'active' AS to_status,
        false AS values_changed, NULL::text AS reason, NULL::timestamptz AS lease_expires_at, created_by AS actor_id,
        NULL::uuid AS feature_id, run_id, NULL::text AS cause, NULL::uuid AS bundle_id
      FROM test_data WHERE id = $1 AND project_id = $2
      UNION ALL
      SELECT created_at, record_id, 'created', NULL, 'active', false, NULL, NULL, created_by, NULL, created_run_id, NULL, NULL
      FROM record_changes WHERE record_id = $1 AND project_id = $2 AND to_status IS NULL
      UNION ALL
      (SELECT fulfilled_at, id, 'handed_out', ${NOTHING}, requested_by, feature_id, NULL, NULL, bundle_id
       FROM test_data_requests
       WHERE provided_data_id = $1 AND project_id = $2 AND (fulfilled_at, id) > ${AFTER}
       ORDER BY fulfilled_at, id LIMIT $5)
      UNION ALL
      SELECT at, id, 'changed', from_status, to_status, values_changed, reason, lease_expires_at, actor_id, feature_id, run_id,
        cause, NULL
      FROM record_changes WHERE record_id = $1 AND project_id = $2
    ) AS event
    WHERE (at, id) > ${AFTER} ORDER BY at, id LIMIT $5`,
};

/** What happened to records: what their table, the changes and the requests say together. */
@Injectable()
export class RecordHistoryReadModel {
  constructor(private readonly db: Database) {}

  /** What happened to a record, which may be deleted, oldest first. */
  async list({ projectId }: ProjectScope, recordId: string, page: PageRequest): Promise<Page<RecordEventRow>> {
    const { micros, id } = afterMoment(page);
    const values = [recordId, projectId, micros, id, page.limit + 1];
    return toMomentPage((await this.db.query<RecordEventRow & object>(LIST, values)).rows, page);
  }
}
