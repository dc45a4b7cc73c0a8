import { Injectable } from '@nestjs/common';
import { Database } from '../../libs/database/database.js';
import { afterId, type Page, type PageRequest, toPage } from '../../libs/database/page.js';
import { NotFound } from '../../libs/errors/errors.js';
import type { ProjectScope } from '../access/project-scope.js';
import { nameSql, userNameSql } from '../removals/names.sql.js';
import type { RequestRow } from './asked-request.dto.js';
import type { RequestStatus } from './test-data-request.entity.js';

/** What requests of a list have in common; what is left out does not matter. */
export interface RequestFilter {
  status?: RequestStatus;
  requestedBy?: string;
  featureId?: string;
  environmentId?: string;
  schemaId?: string;
}

const NAMED = `
  request.id, request.status, request.bundle_id, request.feature_id, ${nameSql('features', 'request.feature_id')} AS feature_name,
  request.environment_id, ${nameSql('environments', 'request.environment_id')} AS environment_name, request.schema_id,
  ${nameSql('data_schemas', 'request.schema_id')} AS schema_name, request.requested_by,
  ${userNameSql('request.requested_by')} AS requested_by_name, request.requested_at, request.request_notes, request.responded_by,
  ${userNameSql('request.responded_by')} AS responded_by_name, request.responded_at, request.response_notes,
  request.fulfilled_at, request.provided_data_id, request.source`;
const FILTER = `
  AND ($3::text IS NULL OR status = $3) AND ($4::uuid IS NULL OR requested_by = $4)
  AND ($5::uuid IS NULL OR feature_id = $5) AND ($6::uuid IS NULL OR schema_id = $6)`;

const GET = {
  name: 'requests.get',
  text: `SELECT ${NAMED} FROM test_data_requests AS request WHERE request.id = $1 AND request.project_id = $2`,
};
const QUEUE = {
  name: 'requests.queue',
  text: `
    SELECT ${NAMED} FROM (
      SELECT * FROM test_data_requests
      WHERE environment_id = $1 AND project_id = $2 AND bundle_id IS NULL AND id > $7 ${FILTER} ORDER BY id LIMIT $8
    ) AS request ORDER BY request.id`,
};
// Ids are in the order of time, and so the key of the project finds where the requests since a moment begin.
const LIST = {
  name: 'requests.list',
  text: `
    SELECT ${NAMED} FROM (
      SELECT * FROM test_data_requests
      WHERE ($1::uuid IS NULL OR environment_id = $1) AND project_id = $2 ${FILTER} AND id < $7 AND id >= $9
      ORDER BY id DESC LIMIT $8
    ) AS request ORDER BY request.id DESC`,
};

const FIRST = '00000000-0000-0000-0000-000000000000';
const LAST = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** Requests with the names of what they are about, which may be gone. */
@Injectable()
export class RequestsReadModel {
  constructor(private readonly db: Database) {}

  async getOrThrow({ projectId }: ProjectScope, id: string): Promise<RequestRow> {
    const { rows } = await this.db.query<RequestRow & object>(GET, [id, projectId]);
    if (rows[0]) return rows[0];
    throw new NotFound('request.not_found', `There is no request ${id} that you may see.`);
  }

  /** What people asked each other for in an environment, oldest first. */
  async listQueue(
    scope: ProjectScope,
    environmentId: string,
    filter: RequestFilter,
    page: PageRequest,
  ): Promise<Page<RequestRow>> {
    const values = [...conditions(scope, { ...filter, environmentId }), afterId(page) ?? FIRST, page.limit + 1];
    return toPage((await this.db.query<RequestRow & object>(QUEUE, values)).rows, page);
  }

  /** Everything that was asked for in a project since a moment, newest first. */
  async list(scope: ProjectScope, filter: RequestFilter, since: Date, page: PageRequest): Promise<Page<RequestRow>> {
    const before = afterId(page) ?? LAST;
    const values = [...conditions(scope, filter), before, page.limit + 1, firstIdOf(since)];
    return toPage((await this.db.query<RequestRow & object>(LIST, values)).rows, page);
  }
}

function conditions({ projectId }: ProjectScope, filter: RequestFilter): unknown[] {
  const { environmentId, status, requestedBy, featureId, schemaId } = filter;
  return [environmentId, projectId, status, requestedBy, featureId, schemaId].map((value) => value ?? null);
}

/** The least UUID v7 of a moment. */
function firstIdOf(moment: Date): string {
  const hex = Math.max(0, moment.getTime()).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-0000-0000-000000000000`;
}
