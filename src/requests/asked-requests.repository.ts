import { Injectable } from '@nestjs/common';
import { Database } from '../../libs/database/database.js';
import { Conflict, NotFound } from '../../libs/errors/errors.js';
import type { ProjectScope } from '../access/project-scope.js';
import type { RecordStatus } from '../test-data/test-record.entity.js';
import { TestDataRequest } from './test-data-request.entity.js';

/** What is given to somebody who asked. */
export interface GivenRecord {
  recordId: string;
  source: 'stock' | 'generated';
  /** Whether it is used up by it. */
  isSingleUse: boolean;
  notes: string | null;
}

const HOLD_RECORD = {
  name: 'asked_requests.hold_record',
  text: `
    SELECT record.status FROM test_data AS record JOIN stocks AS stock ON stock.id = record.stock_id
    WHERE record.id = $1 AND record.project_id = $2 AND stock.schema_id = $3 AND stock.environment_id = $4
    FOR NO KEY UPDATE OF record`,
};
// What is used for a feature from being active is a hand-out, of which the history finds the request.
const USE_UP = {
  name: 'asked_requests.use_up',
  text: `
    UPDATE test_data SET status = 'used', used_at = clock_timestamp(), used_by = $3, feature_id = $4, updated_at = now()
    WHERE id = $1 AND project_id = $2 AND status = 'active'`,
};
const FULFILL = {
  name: 'asked_requests.fulfill',
  text: `
    UPDATE test_data_requests AS request
    SET status = 'fulfilled', provided_data_id = $3, source = $4, response_notes = $5, responded_by = $6,
      fulfilled_at = moment.now, responded_at = moment.now
    FROM (SELECT clock_timestamp() AS now) AS moment WHERE request.id = $1 AND request.project_id = $2`,
};
const CLOSE = {
  name: 'asked_requests.close',
  text: `
    UPDATE test_data_requests SET status = $3, response_notes = $4, responded_by = $5, responded_at = clock_timestamp()
    WHERE id = $1 AND project_id = $2`,
};

/** Requests of one person to another. */
@Injectable()
export class AskedRequestsRepository {
  constructor(private readonly db: Database) {}

  async create(scope: ProjectScope, values: Partial<TestDataRequest>): Promise<string> {
    const own = { projectId: scope.projectId, requestedBy: scope.userId, bundleId: null };
    return (await this.requests.save(this.requests.create({ ...values, ...own }))).id;
  }

  /**
   * The request, held until the transaction ends: of two who answer it at once, the second one sees that it is not pending
   * any more. Throws 404, 409 `request.not_pending`.
   */
  async holdPending({ projectId }: ProjectScope, id: string): Promise<TestDataRequest> {
    const lock = { mode: 'for_no_key_update' as const };
    const request = await this.requests.findOne({ where: { id, projectId }, lock });
    if (!request) throw new NotFound('request.not_found', `There is no request ${id} that you may see.`);
    if (request.status === 'pending' && request.bundleId === null) return request;
    throw new Conflict('request.not_pending', `The request is ${request.status} already.`);
  }

  /** The state of a record of a schema in an environment, held until the transaction ends; null where there is none. */
  async holdRecord(scope: ProjectScope, recordId: string, of: TestDataRequest): Promise<RecordStatus | null> {
    const values = [recordId, scope.projectId, of.schemaId, of.environmentId];
    const { rows } = await this.db.query<{ status: RecordStatus }>(HOLD_RECORD, values);
    return rows[0]?.status ?? null;
  }

  /** Hands a record out to whoever asked; it and the request are held. */
  async fulfill({ userId, projectId }: ProjectScope, request: TestDataRequest, given: GivenRecord): Promise<void> {
    const { recordId, source, isSingleUse, notes } = given;
    const use = [recordId, projectId, request.requestedBy, request.featureId];
    if (isSingleUse) await this.db.query(USE_UP, use);
    await this.db.query(FULFILL, [request.id, projectId, recordId, source, notes, userId]);
  }

  /** Ends a request, which is held, without a record. */
  async close(
    { userId, projectId }: ProjectScope,
    id: string,
    status: 'rejected' | 'withdrawn',
    notes: string | null,
  ): Promise<void> {
    await this.db.query(CLOSE, [id, projectId, status, notes, userId]);
  }

  private get requests() {
    return this.db.repository(TestDataRequest);
  }
}
